import { createGuestLoads } from '../rrd/guest-loads.ts';
import type { GuestLoads } from '../rrd/guest-loads.ts';
import { storageNumbers } from './live.ts';
import type { Caller, DemoContext, DemoEndpoint } from '../endpoint.ts';
import { haServiceState } from './ha-state.ts';
import { text } from '../params.ts';
import { nodeNames } from './node-list.ts';
import { guestRow, guestsInOrder, nodeRow, poolsByGuest, storageEnabledOn, storageRow } from './rows.ts';

type Row = Record<string, unknown>;

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Adds a running guest to its pool's totals; CPU is the mean weighted by cores, as in PVE::API2::Cluster. */
const addToPool = (pool: Row, guest: Row): void => {
  const uptime = number(guest.uptime);
  if (!uptime) return;
  pool.uptime = Math.max(number(pool.uptime), uptime);
  pool.mem = number(pool.mem) + number(guest.mem);
  pool.maxmem = number(pool.maxmem) + number(guest.maxmem);
  const before = number(pool.maxcpu);
  const cores = before + number(guest.maxcpu);
  pool.cpu = cores ? (number(pool.cpu) * before + number(guest.cpu) * number(guest.maxcpu)) / cores : 0;
  pool.maxcpu = cores;
};

const poolRows = ({ state, caller }: DemoContext): Map<string, Row> => {
  const rows = new Map<string, Row>();
  for (const pool of Object.keys(state.pools).sort()) {
    if (caller.can(`/pool/${pool}`, ['Pool.Audit'])) {
      rows.set(pool, { id: `/pool/${pool}`, pool, type: 'pool' });
    }
  }
  return rows;
};

/** Guest rows that the caller may see. Pool totals count unseen members too, as PVE's do. */
const guestRows = (context: DemoContext, pools: ReadonlyMap<string, Row>, loads: GuestLoads): Row[] => {
  const { state, caller, now } = context;
  const poolOf = poolsByGuest(state);
  const visiblePools = new Set(
    Object.keys(state.pools).filter((pool) => caller.can(`/pool/${pool}`, ['Pool.Audit'])),
  );
  const rows: Row[] = [];
  for (const guest of guestsInOrder(state)) {
    const row = guestRow(state, guest, now, loads);
    const pool = poolOf.get(guest.vmid);
    const poolRow = pool === undefined ? undefined : pools.get(pool);
    if (poolRow) addToPool(poolRow, row);
    if (!caller.can(`/vms/${guest.vmid}`, ['VM.Audit'])) continue;
    if (guest.config.lock) row.lock = guest.config.lock;
    if (guest.config.tags) row.tags = guest.config.tags;
    if (pool !== undefined && visiblePools.has(pool)) row.pool = pool;
    const hastate = haServiceState(state, guest);
    if (hastate) row.hastate = hastate;
    rows.push(row);
  }
  return rows;
};

const nodeRows = ({ state, caller, now }: DemoContext, loads: GuestLoads): Row[] =>
  nodeNames(state).flatMap((name) => {
    const node = state.nodes[name];
    if (!node) return [];
    const row = nodeRow(state, node, now, caller.can(`/nodes/${name}`, ['Sys.Audit']), loads);
    if (node.online) row['cgroup-mode'] = 2;
    if (Object.keys(state.haResources).length > 0) row.hastate = node.online ? 'online' : 'unknown';
    return [row];
  });

const storageRows = ({ state, caller }: DemoContext): Row[] => {
  const usages = storageNumbers(state);
  return Object.keys(state.storages)
    .sort()
    .flatMap((id) => {
      const storage = state.storages[id];
      if (!storage || !caller.can(`/storage/${id}`, ['Datastore.Audit'])) return [];
      return nodeNames(state)
        .filter((node) => storageEnabledOn(storage, node))
        .map((node) => storageRow(state, id, storage, node, usages));
    });
};

const canSeeZone = (caller: Caller, zone: string): boolean => caller.can(`/sdn/zones/${zone}`, ['SDN.Audit']);

const networkRows = ({ state, caller }: DemoContext): Row[] =>
  ['localnetwork', ...Object.keys(state.sdn?.zones ?? {}).sort()]
    .filter((zone) => canSeeZone(caller, zone))
    .flatMap((zone) =>
      nodeNames(state).map((node) => ({
        id: `network/${node}/zone/${zone}`,
        type: 'network',
        'network-type': 'zone',
        network: zone,
        node,
        status: state.nodes[node]?.online ? 'ok' : 'unknown',
      })),
    );

/** `GET /cluster/resources`: every kind of thing, each row only for whom PVE would show it. */
const resources = (context: DemoContext): Row[] => {
  const wanted = text(context.params, 'type');
  const all = wanted === undefined;
  const loads = createGuestLoads(context.state);
  const pools = all ? poolRows(context) : new Map<string, Row>();
  const guests = all || wanted === 'vm' ? guestRows(context, pools, loads) : [];
  return [
    ...pools.values(),
    ...guests,
    ...(all || wanted === 'node' ? nodeRows(context, loads) : []),
    ...(all || wanted === 'storage' ? storageRows(context) : []),
    // nodes of this release report networks, so the older `sdn` rows are empty
    ...(all ? networkRows(context) : []),
  ];
};

export const resourceEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/cluster/resources', handle: resources },
];
