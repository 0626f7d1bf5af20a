import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, GuestState, Section } from '../state.ts';
import { haSid } from './ha-state.ts';
import { asSection, flag, textOrEmpty, splitList, text } from '../params.ts';
import { die } from '../refuse.ts';
import { assertFileDigest, typed, updateSection } from './sections.ts';

/** Whether HA groups became rules, as PVE 9 does once none is left. */
export const groupsMigrated = (state: DemoState): boolean => Object.keys(state.haGroups).length === 0;

/** The full service id; a bare VMID is looked up, as `PVE::HA::Config::parse_sid` does. */
export const parseSid = (state: DemoState, sid: string): string => {
  if (/^\d+$/.test(sid)) {
    const guest: GuestState | undefined = state.guests[sid];
    return guest ? haSid(guest) : die(`unable to detect SID from VMID - VM/CT ${sid} does not exist`);
  }
  return /^\S+:\S+$/.test(sid) ? sid : die(`unable to parse service id '${sid}'`);
};

const typeOf = (sid: string): string => sid.split(':')[0] ?? '';

/** The guest behind a service id. */
export const guestOfSid = (state: DemoState, sid: string): GuestState | undefined => {
  const guest = state.guests[sid.split(':')[1] ?? ''];
  return guest && haSid(guest) === sid ? guest : undefined;
};

const numeric = ['failback', 'max_relocate', 'max_restart', 'auto-rebalance'];

const answer = (state: DemoState, sid: string): Record<string, unknown> => {
  const resource = state.haResources[sid] ?? die(`no such resource '${sid}'`);
  return {
    ...typed(resource, { numeric }),
    sid,
    type: typeOf(sid),
    digest: digestOf(state.haResources),
  };
};

const list = ({ state, params }: DemoContext): unknown => {
  const type = text(params, 'type');
  return Object.keys(state.haResources)
    .filter((sid) => type === undefined || typeOf(sid) === type)
    .map((sid) => answer(state, sid));
};

const refuseGroup = ({ state, params }: DemoContext): void => {
  const group = text(params, 'group');
  if (!group) return;
  if (groupsMigrated(state)) die("invalid parameter 'group': ha groups have been migrated to rules");
  if (!state.haGroups[group]) die(`HA group '${group}' does not exist`);
};

const checkType = ({ params }: DemoContext, sid: string): void => {
  const type = text(params, 'type');
  if (type !== undefined && type !== typeOf(sid)) die('types does not match');
};

const create = (context: DemoContext): null => {
  const { state, params } = context;
  const sid = parseSid(state, textOrEmpty(params, 'sid'));
  checkType(context, sid);
  refuseGroup(context);
  if (!guestOfSid(state, sid)) die(`resource '${sid}' does not exists in cluster`);
  if (state.haResources[sid]) die(`create resource failed: resource ID '${sid}' already defined`);
  state.haResources[sid] = asSection(params, ['sid', 'type']);
  return null;
};

const known = ['comment', 'failback', 'group', 'max_relocate', 'max_restart', 'state'];

const update = (context: DemoContext): null => {
  const { state, params } = context;
  const sid = parseSid(state, textOrEmpty(params, 'sid'));
  checkType(context, sid);
  refuseGroup(context);
  assertFileDigest(state.haResources, text(params, 'digest'));
  const resource = state.haResources[sid] ?? die(`no such resource '${sid}'`);
  const set = asSection(params, ['sid', 'type', 'digest', 'delete']);
  updateSection(resource, set, splitList(text(params, 'delete')), { known });
  return null;
};

const purgeFromRules = (state: DemoState, sid: string): void => {
  for (const [id, rule] of Object.entries(state.haRules)) {
    const left = splitList(rule.resources).filter((other) => other !== sid);
    // a resource affinity of one resource means nothing; PVE drops it too
    const least = rule.type === 'resource-affinity' ? 2 : 1;
    if (left.length < least) Reflect.deleteProperty(state.haRules, id);
    else rule.resources = left.join(',');
  }
};

const remove = ({ state, params }: DemoContext): null => {
  const sid = parseSid(state, textOrEmpty(params, 'sid'));
  if (!state.haResources[sid]) die(`cannot delete service '${sid}', not HA managed!`);
  Reflect.deleteProperty(state.haResources, sid);
  if (flag(params, 'purge', true)) purgeFromRules(state, sid);
  return null;
};

/** Resources that a positive or negative affinity rule ties to this one. */
const tied = (state: DemoState, sid: string, affinity: 'positive' | 'negative'): string[] =>
  Object.values(state.haRules)
    .filter(
      (rule: Section) =>
        rule.type === 'resource-affinity' &&
        rule.affinity === affinity &&
        rule.disable !== '1' &&
        splitList(rule.resources).includes(sid),
    )
    .flatMap((rule) => splitList(rule.resources).filter((other) => other !== sid));

const move =
  (command: 'migrate' | 'relocate') =>
  (context: DemoContext): unknown => {
    const { state, params } = context;
    const sid = parseSid(state, textOrEmpty(params, 'sid'));
    const node = textOrEmpty(params, 'node');
    const guest = guestOfSid(state, sid);
    if (!state.haResources[sid] || !guest) return die(`service '${sid}' is not managed by HA`);
    const together = tied(state, sid, 'positive');
    const blocking = tied(state, sid, 'negative')
      .filter((other) => guestOfSid(state, other)?.node === node)
      .map((other) => ({ sid: other, cause: 'resource-affinity' }));
    if (blocking.length === 0 && state.nodes[node]?.online && guest.node !== node) {
      for (const member of [sid, ...together]) {
        const moved = guestOfSid(state, member);
        if (!moved || moved.node === node) continue;
        context.startTask({
          node: moved.node,
          type: moved.type === 'qemu' ? 'hamigrate' : 'vzmigrate',
          id: String(moved.vmid),
          steps: [
            {
              log: `Requesting HA migration for ${moved.type === 'qemu' ? 'VM' : 'CT'} ${moved.vmid} to node ${node}`,
              delayMs: command === 'migrate' ? 1500 : 3000,
              apply: () => {
                moved.node = node;
              },
            },
          ],
        });
      }
    }
    return {
      sid,
      'requested-node': node,
      ...(together.length > 0 ? { 'comigrated-resources': together } : {}),
      ...(blocking.length > 0 ? { 'blocking-resources': blocking } : {}),
    };
  };

export const haResourceEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/cluster/ha/resources', handle: list },
  { method: 'POST', path: '/cluster/ha/resources', handle: create },
  {
    method: 'GET',
    path: '/cluster/ha/resources/{sid}',
    handle: ({ state, params }) => answer(state, parseSid(state, textOrEmpty(params, 'sid'))),
  },
  { method: 'PUT', path: '/cluster/ha/resources/{sid}', handle: update },
  { method: 'DELETE', path: '/cluster/ha/resources/{sid}', handle: remove },
  { method: 'POST', path: '/cluster/ha/resources/{sid}/migrate', handle: move('migrate') },
  { method: 'POST', path: '/cluster/ha/resources/{sid}/relocate', handle: move('relocate') },
];
