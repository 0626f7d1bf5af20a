import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { splitList } from '../server/check-value.ts';
import type { AclState } from '../state.ts';
import { isAclPath, normalizePath } from './acl-path.ts';
import { canModifyAcl } from './check.ts';
import { badParams, die, text, userOf } from './fail.ts';
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
      badParams({
        role: `Cannot ${verb} role '${role}' - requires 'Permissions.Modify' or superset of privileges.`,
      });
    }
    if (propagate && !own[privilege] && !removing) {
      badParams({
        role: `Cannot ${verb} role '${role}' with propagation - requires 'Permissions.Modify' or propagated superset of privileges.`,
      });
    }
  }
  if (role === 'NoAccess')
    badParams({ role: `Cannot ${verb} role '${role}' - requires 'Permissions.Modify'` });
};

const subjects = ({ state, params }: DemoContext): Pick<AclState, 'type' | 'ugid'>[] => [
  ...splitList(text(params, 'groups')).map((ugid) => {
    if (!state.groups[ugid]) die(`group '${ugid}' does not exist`);
    return { type: 'group', ugid } as const;
  }),
  ...splitList(text(params, 'users')).map((ugid) => {
    if (!state.users[ugid]) die(`user '${ugid}' does not exist`);
    return { type: 'user', ugid } as const;
  }),
  ...splitList(text(params, 'tokens')).map((ugid) => {
    const [owner = '', name = ''] = ugid.split('!');
    if (!userOf(state, owner).tokens[name]) die(`no such token '${name}' for user '${owner}'`);
    return { type: 'token', ugid } as const;
  }),
];

const update = (context: DemoContext): null => {
  const { state, params } = context;
  if (!text(params, 'users') && !text(params, 'groups') && !text(params, 'tokens')) {
    const message = "either 'users', 'groups' or 'tokens' is required.";
    badParams({ users: message, groups: message, tokens: message });
  }
  const path = normalizePath(text(params, 'path'));
  if (path === undefined || (params.delete !== true && !isAclPath(path))) {
    return badParams({ path: `invalid ACL path '${text(params, 'path')}'` });
  }
  const entries = splitList(text(params, 'roles')).flatMap((roleid) => {
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
