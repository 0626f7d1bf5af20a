import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { enabledUser } from '../server/auth.ts';
import { normalizePath } from './acl-path.ts';
import { textOrEmpty } from '../params.ts';
import { deny, refuseParams } from '../refuse.ts';
import { createPermissionEngine } from './permissions.ts';
import { reauthenticated } from './reauth.ts';
import { newPassword } from './users.ts';

const permissions = ({ state, caller, params }: DemoContext): unknown => {
  const userid = textOrEmpty(params, 'userid') || caller.userid;
  const ownToken = userid.startsWith(`${caller.userid}!`);
  if (userid !== caller.userid && !ownToken) caller.require('/access', ['Sys.Audit']);
  const engine = createPermissionEngine(state);
  const asked = textOrEmpty(params, 'path');
  if (!asked) return engine.effective(userid);
  const path = normalizePath(asked);
  return path === undefined
    ? refuseParams({ path: `invalid ACL path '${asked}'` })
    : { [path]: engine.privileges(userid, path) };
};

const changePassword = (context: DemoContext): null => {
  const { state, caller, params, now } = context;
  const user = reauthenticated(context, 'confirmation-password');
  if (!caller.isRoot) {
    if (caller.userid === user.userid) enabledUser(state, user.userid, now);
    else if (user.userid.endsWith('@pam')) deny();
  }
  user.password = newPassword(textOrEmpty(params, 'password'));
  return null;
};

export const ownAccessEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/access/permissions', handle: permissions },
  { method: 'PUT', path: '/access/password', handle: changePassword },
];
