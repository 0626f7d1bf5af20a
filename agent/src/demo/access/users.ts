import { randomBytes } from 'node:crypto';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, UserState } from '../state.ts';
import { hashPassword } from '../world/passwords.ts';
import { groupsWith } from './check.ts';
import { splitList, textOrEmpty } from '../params.ts';
import { die } from '../refuse.ts';
import { userOf } from './known-user.ts';
import { createPermissionEngine } from './permissions.ts';
import { tokenInfo } from './tokens.ts';

/** A password as it is stored, with a new salt. */
export const newPassword = (password: string): string =>
  hashPassword(password, randomBytes(16).toString('hex'));

const plainFields = ['firstname', 'lastname', 'email', 'comment'] as const;

const describe = (user: UserState): Record<string, unknown> => ({
  enable: user.enable,
  expire: user.expire,
  ...Object.fromEntries(
    plainFields.flatMap((name) => (user[name] === undefined ? [] : [[name, user[name]]])),
  ),
  ...(user.totp === undefined ? {} : { keys: 'x' }),
});

/** Users that the caller may see: himself, and those of groups on which he has one of the privileges. */
export const visibleUsers = ({ state, caller }: DemoContext): UserState[] => {
  const wanted = ['User.Modify', 'Sys.Audit'];
  const all = caller.can('/access/groups', wanted, { any: true });
  const groups = groupsWith({ state, engine: createPermissionEngine(state), userid: caller.userid }, wanted);
  return Object.values(state.users)
    .filter((user) => all || user.userid === caller.userid || user.groups.some((group) => groups.has(group)))
    .sort((a, b) => (a.userid < b.userid ? -1 : 1));
};

const realmOf = (userid: string): string => userid.slice(userid.lastIndexOf('@') + 1);

const list = (context: DemoContext): Record<string, unknown>[] => {
  const { state, params } = context;
  const { enabled, full } = params;
  return visibleUsers(context)
    .filter((user) => enabled === undefined || user.enable === enabled)
    .map((user) => {
      const type = state.domains[realmOf(user.userid)]?.type;
      return {
        userid: user.userid,
        ...describe(user),
        ...(type === undefined ? {} : { 'realm-type': type }),
        ...(full === true
          ? {
              groups: [...user.groups].sort().join(','),
              tokens: Object.entries(user.tokens).map(([tokenid, token]) => ({
                tokenid,
                ...tokenInfo(token),
              })),
            }
          : {}),
      };
    });
};

const setFields = (state: DemoState, user: UserState, { params }: DemoContext): void => {
  for (const name of plainFields) {
    const value = params[name];
    if (typeof value === 'string') user[name] = value;
  }
  const { enable, expire, groups } = params;
  if (typeof enable === 'boolean') user.enable = enable;
  if (typeof expire === 'number') user.expire = expire;
  if (typeof groups !== 'string') return;
  const wanted = splitList(groups);
  const unknown = wanted.find((group) => !state.groups[group]);
  if (unknown !== undefined) die(`no such group '${unknown}'`);
  user.groups = [...new Set(params.append === true ? [...user.groups, ...wanted] : wanted)];
};

const create = (context: DemoContext): null => {
  const { state, params } = context;
  const userid = textOrEmpty(params, 'userid');
  if (state.users[userid]) die(`create user failed: user '${userid}' already exists`);
  const realm = realmOf(userid);
  if (params.password !== undefined && !state.domains[realm]) die(`auth domain '${realm}' does not exist`);
  const user: UserState = { userid, enable: true, expire: 0, groups: [], tokens: {} };
  setFields(state, user, context);
  if (params.password !== undefined) user.password = newPassword(textOrEmpty(params, 'password'));
  state.users[userid] = user;
  return null;
};

const read = ({ state, params }: DemoContext): unknown => {
  const user = userOf(state, textOrEmpty(params, 'userid'));
  return {
    ...describe(user),
    groups: [...user.groups].sort(),
    tokens: Object.fromEntries(Object.entries(user.tokens).map(([name, token]) => [name, tokenInfo(token)])),
  };
};

const update = (context: DemoContext): null => {
  setFields(context.state, userOf(context.state, textOrEmpty(context.params, 'userid')), context);
  return null;
};

const remove = ({ state, params }: DemoContext): null => {
  const { userid } = userOf(state, textOrEmpty(params, 'userid'));
  if (userid === 'root@pam') die("delete user failed: unable to delete user 'root@pam'");
  state.users = Object.fromEntries(Object.entries(state.users).filter(([name]) => name !== userid));
  state.acl = state.acl.filter(({ ugid }) => ugid !== userid && !ugid.startsWith(`${userid}!`));
  return null;
};

export const userEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/access/users', handle: list },
  { method: 'POST', path: '/access/users', handle: create },
  { method: 'GET', path: '/access/users/{userid}', handle: read },
  { method: 'PUT', path: '/access/users/{userid}', handle: update },
  { method: 'DELETE', path: '/access/users/{userid}', handle: remove },
];
