import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { splitList, textOrEmpty } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import { allRoles, specialRoles } from './roles.ts';

const list = ({ state }: DemoContext): unknown =>
  Object.entries(allRoles(state)).map(([roleid, privileges]) => ({
    roleid,
    privs: [...privileges].sort().join(','),
    special: roleid in specialRoles,
  }));

const create = ({ state, params }: DemoContext): null => {
  const id = textOrEmpty(params, 'roleid');
  if (/^PVE/i.test(id)) {
    refuseParams({ roleid: "cannot use role ID starting with the (case-insensitive) 'PVE' namespace" });
  }
  if (allRoles(state)[id]) die(`create role failed: role '${id}' already exists`);
  state.roles[id] = [...new Set(splitList(textOrEmpty(params, 'privs')))].sort();
  return null;
};

const read = ({ state, params }: DemoContext): unknown => {
  const id = textOrEmpty(params, 'roleid');
  const privileges = allRoles(state)[id] ?? die(`role '${id}' does not exist`);
  return Object.fromEntries(privileges.map((name) => [name, 1]));
};

const changeable = ({ state, params }: DemoContext, done: string, verb: string): string => {
  const id = textOrEmpty(params, 'roleid');
  if (id in specialRoles) die(`auto-generated role '${id}' cannot be ${done}`);
  if (!state.roles[id]) die(`${verb} role failed: role '${id}' does not exist`);
  return id;
};

const update = (context: DemoContext): null => {
  const { state, params } = context;
  const id = changeable(context, 'modified', 'update');
  const old = params.append === true ? (state.roles[id] ?? []) : [];
  state.roles[id] = [...new Set([...old, ...splitList(textOrEmpty(params, 'privs'))])].sort();
  return null;
};

const remove = (context: DemoContext): null => {
  const id = changeable(context, 'deleted', 'delete');
  const { state } = context;
  state.roles = Object.fromEntries(Object.entries(state.roles).filter(([name]) => name !== id));
  // PVE drops ACL entries of unknown roles when it next reads its configuration.
  state.acl = state.acl.filter(({ roleid }) => roleid !== id);
  return null;
};

export const roleEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/access/roles', handle: list },
  { method: 'POST', path: '/access/roles', handle: create },
  { method: 'GET', path: '/access/roles/{roleid}', handle: read },
  { method: 'PUT', path: '/access/roles/{roleid}', handle: update },
  { method: 'DELETE', path: '/access/roles/{roleid}', handle: remove },
];
