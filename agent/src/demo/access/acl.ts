import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { AclState } from '../state.ts';
import { isAclPath, normalizePath } from './acl-path.ts';
import { canModifyAcl } from './check.ts';
import { splitList, textOrEmpty } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import { userOf } from './known-user.ts';
import { createPermissionEngine } from './permissions.ts';
import { allRoles } from './roles.ts';

const list = ({ state, caller }: DemoContext): AclState[] => {
  const audit = caller.can('/access', ['Sys.Audit']);
  const context = { engine: createPermissionEngine(state), userid: caller.userid };
  return state.acl.filter(({ path }) => audit || canModifyAcl(context, path)).map((entry) => ({ ...entry }));
};

/** Without Permissions.Modify one may only hand out roles that hold no more than one has oneself. */
const checkGrant = ({ state, caller, params }: DemoContext, path: string, role: string): void => {
  const own = caller.permissions?.(path) ?? {};
  if ('Permissions.Modify' in own) return;
  const removing = params.delete === true;
  const verb = removing ? 'remove' : 'add';
  const propagate = params.propagate !== false;
  for (const privilege of allRoles(state)[role] ?? []) {
    if (!(privilege in own)) {
      refuseParams({
        role: `Cannot ${verb} role '${role}' - requires 'Permissions.Modify' or superset of privileges.`,
      });
    }
    if (propagate && !own[privilege] && !removing) {
      refuseParams({
        role: `Cannot ${verb} role '${role}' with propagation - requires 'Permissions.Modify' or propagated superset of privileges.`,
      });
    }
  }
  if (role === 'NoAccess')
    refuseParams({ role: `Cannot ${verb} role '${role}' - requires 'Permissions.Modify'` });
};

const subjects = ({ state, params }: DemoContext): Pick<AclState, 'type' | 'ugid'>[] => [
  ...splitList(textOrEmpty(params, 'groups')).map((ugid) => {
    if (!state.groups[ugid]) die(`group '${ugid}' does not exist`);
    return { type: 'group', ugid } as const;
  }),
  ...splitList(textOrEmpty(params, 'users')).map((ugid) => {
    if (!state.users[ugid]) die(`user '${ugid}' does not exist`);
    return { type: 'user', ugid } as const;
  }),
  ...splitList(textOrEmpty(params, 'tokens')).map((ugid) => {
    const [owner = '', name = ''] = ugid.split('!');
    if (!userOf(state, owner).tokens[name]) die(`no such token '${name}' for user '${owner}'`);
    return { type: 'token', ugid } as const;
  }),
];

const update = (context: DemoContext): null => {
  const { state, params } = context;
  if (!textOrEmpty(params, 'users') && !textOrEmpty(params, 'groups') && !textOrEmpty(params, 'tokens')) {
    const message = "either 'users', 'groups' or 'tokens' is required.";
    refuseParams({ users: message, groups: message, tokens: message });
  }
  const path = normalizePath(textOrEmpty(params, 'path'));
  if (path === undefined || (params.delete !== true && !isAclPath(path))) {
    return refuseParams({ path: `invalid ACL path '${textOrEmpty(params, 'path')}'` });
  }
  const entries = splitList(textOrEmpty(params, 'roles')).flatMap((roleid) => {
    if (!allRoles(state)[roleid]) die(`role '${roleid}' does not exist`);
    checkGrant(context, path, roleid);
    return subjects(context).map((subject) => ({ path, ...subject, roleid }));
  });
  for (const entry of entries) {
    state.acl = state.acl.filter(
      (old) =>
        old.path !== entry.path ||
        old.type !== entry.type ||
        old.ugid !== entry.ugid ||
        old.roleid !== entry.roleid,
    );
    if (params.delete !== true) state.acl.push({ ...entry, propagate: params.propagate !== false });
  }
  return null;
};

export const aclEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/access/acl', handle: list },
  { method: 'PUT', path: '/access/acl', handle: update },
];
