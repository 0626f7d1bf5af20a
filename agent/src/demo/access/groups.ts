import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState } from '../state.ts';
import { textOrEmpty } from '../params.ts';
import { die } from '../refuse.ts';

const members = (state: DemoState, group: string): string[] =>
  Object.values(state.users)
    .filter(({ groups }) => groups.includes(group))
    .map(({ userid }) => userid)
    .sort();

const find = ({ state, params }: DemoContext, during = ''): { id: string; group: { comment?: string } } => {
  const id = textOrEmpty(params, 'groupid');
  const group = state.groups[id];
  return group ? { id, group } : die(`${during}group '${id}' does not exist`);
};

const list = ({ state, caller }: DemoContext): unknown =>
  Object.entries(state.groups)
    .filter(([id]) =>
      caller.can(`/access/groups/${id}`, ['User.Modify', 'Sys.Audit', 'Group.Allocate'], { any: true }),
    )
    .map(([groupid, { comment }]) => ({
      groupid,
      ...(comment === undefined ? {} : { comment }),
      users: members(state, groupid).join(','),
    }));

const create = ({ state, params }: DemoContext): null => {
  const id = textOrEmpty(params, 'groupid');
  if (state.groups[id]) die(`create group failed: group '${id}' already exists`);
  const comment = textOrEmpty(params, 'comment');
  state.groups[id] = comment ? { comment } : {};
  return null;
};

const read = (context: DemoContext): unknown => {
  const { id, group } = find(context);
  return {
    members: members(context.state, id),
    ...(group.comment === undefined ? {} : { comment: group.comment }),
  };
};

const update = (context: DemoContext): null => {
  const { group } = find(context, 'update group failed: ');
  if (typeof context.params.comment === 'string') group.comment = context.params.comment;
  return null;
};

const remove = (context: DemoContext): null => {
  const { id } = find(context, 'delete group failed: ');
  const { state } = context;
  state.groups = Object.fromEntries(Object.entries(state.groups).filter(([name]) => name !== id));
  state.acl = state.acl.filter(({ type, ugid }) => type !== 'group' || ugid !== id);
  for (const user of Object.values(state.users)) user.groups = user.groups.filter((group) => group !== id);
  return null;
};

export const groupEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/access/groups', handle: list },
  { method: 'POST', path: '/access/groups', handle: create },
  { method: 'GET', path: '/access/groups/{groupid}', handle: read },
  { method: 'PUT', path: '/access/groups/{groupid}', handle: update },
  { method: 'DELETE', path: '/access/groups/{groupid}', handle: remove },
];
