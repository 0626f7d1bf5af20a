import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { guestOfSid } from './ha-resources.ts';
import { haMaster, haServiceState, isQuorate, lrmState, managerStatus } from './ha-state.ts';
import { localNode, nodeNames } from './node-list.ts';

const clock = (now: number): string =>
  new Date(now * 1000).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+).*/, '$1 $3 $2 $5 $4');

const resourceKeys = ['group', 'comment'];
const resourceNumbers = ['max_restart', 'max_relocate', 'failback'];

const serviceRow = ({ state }: DemoContext, sid: string): Record<string, unknown> => {
  const resource = state.haResources[sid] ?? {};
  const guest = guestOfSid(state, sid);
  const crm = guest ? haServiceState(state, guest) : undefined;
  const shown = crm ?? 'queued';
  const node = guest?.node ?? '---';
  return {
    id: `service:${sid}`,
    type: 'service',
    sid,
    node,
    state: shown,
    status: `${sid} (${node}, ${shown})`,
    request_state: resource.state ?? 'started',
    ...(crm === undefined || crm === 'ignored' ? {} : { crm_state: crm }),
    ...Object.fromEntries(resourceKeys.flatMap((key) => (resource[key] ? [[key, resource[key]]] : []))),
    ...Object.fromEntries(
      resourceNumbers.flatMap((key) => (resource[key] ? [[key, Number(resource[key])]] : [])),
    ),
  };
};

const current = (context: DemoContext): unknown => {
  const { state, now } = context;
  const local = localNode(state);
  const quorate = isQuorate(state);
  const master = haMaster(state);
  const active = Object.keys(state.haResources).length > 0;
  return [
    {
      id: 'quorum',
      type: 'quorum',
      node: local,
      status: quorate ? 'OK' : `No quorum on node '${local}'!`,
      quorate: quorate ? 1 : 0,
    },
    {
      id: 'master',
      type: 'master',
      node: master,
      status: `${master} (${active ? 'active' : 'idle'}, ${clock(now)})`,
      timestamp: now,
    },
    {
      id: 'fencing',
      type: 'fencing',
      node: master,
      status: active ? 'armed (CRM watchdog active)' : 'standby (CRM watchdog standby)',
      'armed-state': active ? 'armed' : 'standby',
    },
    ...nodeNames(state).flatMap((name) => {
      const node = state.nodes[name];
      if (!node) return [];
      const lrm = lrmState(state, node);
      const status = node.online
        ? `${name} (${lrm}, watchdog ${lrm === 'active' ? 'active' : 'standby'}, ${clock(now)})`
        : `${name} (old timestamp - dead?, watchdog standby, ${clock(now)})`;
      return [{ id: `lrm:${name}`, type: 'lrm', node: name, status, timestamp: now }];
    }),
    ...Object.keys(state.haResources)
      .sort()
      .map((sid) => serviceRow(context, sid)),
  ];
};

const manager = ({ state, now }: DemoContext): unknown => ({
  manager_status: managerStatus(state, now),
  quorum: { node: localNode(state), quorate: isQuorate(state) ? '1' : '0' },
  lrm_status: Object.fromEntries(
    nodeNames(state).flatMap((name) => {
      const node = state.nodes[name];
      return node
        ? [
            [
              name,
              {
                mode: 'active',
                state: lrmState(state, node) === 'active' ? 'active' : 'wait_for_agent_lock',
                results: {},
                timestamp: now,
              },
            ],
          ]
        : [];
    }),
  ),
});

const ids = ['status', 'resources', 'groups', 'rules'];
const names = ['current', 'manager_status'];

export const haStatusEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/cluster/ha', handle: () => ids.map((id) => ({ id })) },
  { method: 'GET', path: '/cluster/ha/status', handle: () => names.map((name) => ({ name })) },
  { method: 'GET', path: '/cluster/ha/status/current', handle: current },
  { method: 'GET', path: '/cluster/ha/status/manager_status', handle: manager },
];
