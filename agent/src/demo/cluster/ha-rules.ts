import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, Section } from '../state.ts';
import { groupsMigrated } from './ha-resources.ts';
import { asSection, textOrEmpty, splitList, text } from '../params.ts';
import { die } from '../refuse.ts';
import { assertFileDigest, typed, updateSection } from './sections.ts';

const answer = (state: DemoState, id: string): Record<string, unknown> => {
  const rule = state.haRules[id] ?? die(`no such ha rule '${id}'`);
  return {
    ...typed(rule, { numeric: ['disable', 'strict'] }),
    rule: id,
    digest: digestOf(state.haRules),
    order: Object.keys(state.haRules).indexOf(id) + 1,
    ...(rule.type === 'node-affinity' ? { strict: Number(rule.strict ?? '0') } : {}),
  };
};

const list = ({ state, params }: DemoContext): unknown => {
  const type = text(params, 'type');
  const resource = text(params, 'resource');
  return Object.entries(state.haRules)
    .filter(
      ([, rule]) =>
        (type === undefined || rule.type === type) &&
        (resource === undefined || splitList(rule.resources).includes(resource)),
    )
    .map(([id]) => answer(state, id));
};

const checkMembers = (state: DemoState, rule: Section, action: string): void => {
  if (rule.resources !== undefined) {
    const resources = splitList(rule.resources);
    if (resources.length === 0) die(`${action}: no resources were specified`);
    const unmanaged = resources.filter((sid) => !state.haResources[sid]).sort();
    if (unmanaged.length > 0) {
      die(`${action}: cannot use unmanaged resource(s) ${unmanaged.join(', ')}.`);
    }
  }
  if (rule.nodes !== undefined) {
    const nodes = splitList(rule.nodes).map((entry) => entry.split(':')[0] ?? '');
    if (nodes.length === 0) die(`${action}: no nodes were specified`);
    const missing = nodes.filter((node) => !state.nodes[node]).sort();
    if (missing.length > 0) {
      die(`${action}: cannot use non-existent node(s) ${missing.join(', ')}.`);
    }
  }
};

const needed: Readonly<Record<string, readonly string[]>> = {
  'node-affinity': ['resources', 'nodes'],
  'resource-affinity': ['resources', 'affinity'],
};

const create = ({ state, params }: DemoContext): null => {
  if (!groupsMigrated(state)) die('cannot create ha rule: ha groups have not been migrated yet');
  const id = textOrEmpty(params, 'rule');
  const rule = asSection(params, ['rule']);
  if (rule.disable === '0') Reflect.deleteProperty(rule, 'disable');
  for (const key of needed[rule.type ?? ''] ?? []) {
    if (rule[key] === undefined) die(`missing value for required option '${key}'`);
  }
  if (state.haRules[id]) die(`create ha rule failed: HA rule '${id}' already defined`);
  checkMembers(state, rule, 'create ha rule failed');
  state.haRules[id] = rule;
  return null;
};

const update = ({ state, params }: DemoContext): null => {
  if (!groupsMigrated(state)) die('cannot update ha rule: ha groups have not been migrated yet');
  const id = textOrEmpty(params, 'rule');
  const action = 'update HA rules failed';
  assertFileDigest(state.haRules, text(params, 'digest'));
  const rule = state.haRules[id] ?? die(`${action}: HA rule '${id}' does not exist`);
  const set = asSection(params, ['rule', 'digest', 'delete', 'type']);
  if (set.disable === '0') Reflect.deleteProperty(set, 'disable');
  checkMembers(state, set, action);
  updateSection(rule, set, splitList(text(params, 'delete')), {
    known: ['comment', 'disable', 'nodes', 'resources', 'strict', 'affinity'],
  });
  return null;
};

const remove = ({ state, params }: DemoContext): null => {
  Reflect.deleteProperty(state.haRules, textOrEmpty(params, 'rule'));
  return null;
};

const group = (state: DemoState, id: string, action: string): Record<string, unknown> => {
  refuseMigrated(state, action);
  const section = state.haGroups[id] ?? die(`no such ha group '${id}'`);
  return {
    ...typed(section, { numeric: ['nofailback', 'restricted'] }),
    type: 'group',
    group: id,
    digest: digestOf(state.haGroups),
  };
};

const refuseMigrated = (state: DemoState, action: string): void => {
  if (groupsMigrated(state)) die(`cannot ${action}: ha groups have been migrated to rules`);
};

const changeGroup = (context: DemoContext): null => {
  const { state, params } = context;
  const id = textOrEmpty(params, 'group');
  refuseMigrated(state, 'update group');
  assertFileDigest(state.haGroups, text(params, 'digest'));
  const section = state.haGroups[id] ?? die(`no such ha group '${id}'`);
  updateSection(
    section,
    asSection(params, ['group', 'digest', 'delete', 'type']),
    splitList(text(params, 'delete')),
    { known: ['comment', 'nodes', 'nofailback', 'restricted'] },
  );
  return null;
};

const createGroup = ({ state, params }: DemoContext): null => {
  refuseMigrated(state, 'create group');
  const id = textOrEmpty(params, 'group');
  if (state.haGroups[id]) die(`create ha group failed: ha group ID '${id}' already defined`);
  state.haGroups[id] = asSection(params, ['group', 'type']);
  return null;
};

const removeGroup = ({ state, params }: DemoContext): null => {
  refuseMigrated(state, 'delete group');
  const id = textOrEmpty(params, 'group');
  const used = Object.entries(state.haResources).find(([, resource]) => resource.group === id);
  if (used) die(`delete ha group failed: ha group is used by service '${used[0]}'`);
  Reflect.deleteProperty(state.haGroups, id);
  return null;
};

export const haRuleEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/cluster/ha/rules', handle: list },
  { method: 'POST', path: '/cluster/ha/rules', handle: create },
  {
    method: 'GET',
    path: '/cluster/ha/rules/{rule}',
    handle: ({ state, params }) => answer(state, textOrEmpty(params, 'rule')),
  },
  { method: 'PUT', path: '/cluster/ha/rules/{rule}', handle: update },
  { method: 'DELETE', path: '/cluster/ha/rules/{rule}', handle: remove },
  {
    method: 'GET',
    path: '/cluster/ha/groups',
    handle: ({ state }) => {
      refuseMigrated(state, 'index groups');
      return Object.keys(state.haGroups).map((id) => group(state, id, 'index groups'));
    },
  },
  { method: 'POST', path: '/cluster/ha/groups', handle: createGroup },
  {
    method: 'GET',
    path: '/cluster/ha/groups/{group}',
    handle: ({ state, params }) => group(state, textOrEmpty(params, 'group'), 'read group'),
  },
  { method: 'PUT', path: '/cluster/ha/groups/{group}', handle: changeGroup },
  { method: 'DELETE', path: '/cluster/ha/groups/{group}', handle: removeGroup },
];
