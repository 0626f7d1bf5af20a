import type { DemoState, GuestState, NodeState } from '../state.ts';
import { localNode, nodeNames } from './node-list.ts';

/** `vm:105` or `ct:105`. */
export const haSid = (guest: GuestState): string => `${guest.type === 'qemu' ? 'vm' : 'ct'}:${guest.vmid}`;

const wanted: Readonly<Record<string, string>> = { enabled: 'started', disabled: 'stopped' };

/** The state a resource is asked to be in; PVE takes the older names too. */
export const haRequest = (state: string | undefined): string => {
  const asked = state ?? 'started';
  return wanted[asked] ?? asked;
};

/** What the HA manager reports for a guest; `undefined` for one it does not manage. */
export const haServiceState = (state: DemoState, guest: GuestState): string | undefined => {
  const resource = state.haResources[haSid(guest)];
  if (!resource) return undefined;
  const request = haRequest(resource.state);
  if (request === 'ignored') return 'ignored';
  if (!state.nodes[guest.node]?.online) return 'fence';
  if (request === 'started') return guest.status === 'stopped' ? 'starting' : 'started';
  return guest.status === 'stopped' ? 'stopped' : 'request_stop';
};

/** More than half of the nodes are online. */
export const isQuorate = (state: DemoState): boolean => {
  const nodes = Object.values(state.nodes);
  return nodes.filter((node) => node.online).length * 2 > nodes.length;
};

/** The node that runs the HA manager. */
export const haMaster = (state: DemoState): string => localNode(state);

/** What a node's local resource manager reports. */
export const lrmState = (state: DemoState, node: NodeState): 'active' | 'idle' =>
  Object.values(state.guests).some(
    (guest) =>
      guest.node === node.name &&
      haRequest(state.haResources[haSid(guest)]?.state) === 'started' &&
      state.haResources[haSid(guest)] !== undefined,
  )
    ? 'active'
    : 'idle';

/** What the manager writes into `/etc/pve/ha/manager_status`. */
export const managerStatus = (state: DemoState, now: number): Record<string, unknown> => {
  const services: Record<string, unknown> = {};
  for (const guest of Object.values(state.guests)) {
    const service = haServiceState(state, guest);
    if (service && service !== 'ignored') {
      services[haSid(guest)] = {
        node: guest.node,
        state: service,
        running: guest.status === 'stopped' ? 0 : 1,
      };
    }
  }
  return {
    master_node: haMaster(state),
    node_status: Object.fromEntries(
      nodeNames(state).map((name) => [name, state.nodes[name]?.online ? 'online' : 'unknown']),
    ),
    service_status: services,
    timestamp: now,
  };
};
