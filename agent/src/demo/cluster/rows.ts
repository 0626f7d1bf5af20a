import type { StorageUsage } from '../rrd/storage-usage.ts';
import type { GuestLoads } from '../rrd/guest-loads.ts';
import { guestNumbers, nodeNumbers, storageNumbers } from './live.ts';
import { isTrue, splitList } from '../params.ts';
import type { DemoState, GuestState, NodeState, Section } from '../state.ts';

/** Guests in PVE's order: by VMID as text. */
export const guestsInOrder = (state: DemoState): GuestState[] =>
  Object.keys(state.guests)
    .sort()
    .flatMap((vmid) => state.guests[vmid] ?? []);

/** The name PVE lists a guest under. */
export const guestName = (guest: GuestState): string | undefined =>
  guest.type === 'qemu' ? guest.config.name : guest.config.hostname;

/** VMID → pool, computed once for a whole list. */
export const poolsByGuest = (state: DemoState): Map<number, string> => {
  const pools = new Map<number, string>();
  for (const [poolid, pool] of Object.entries(state.pools)) {
    for (const vmid of pool.vmids) pools.set(vmid, poolid);
  }
  return pools;
};

/** A guest row as PVE::API2Tools::extract_vm_stats gives it: nothing but its place when the node is silent. */
export const guestRow = (
  state: DemoState,
  guest: GuestState,
  now: number,
  loads?: GuestLoads,
): Record<string, unknown> => {
  const row: Record<string, unknown> = {
    id: `${guest.type}/${guest.vmid}`,
    vmid: guest.vmid,
    node: guest.node,
    type: guest.type,
    status: 'unknown',
  };
  if (!state.nodes[guest.node]?.online) return row;
  return {
    ...row,
    name: guestName(guest) ?? (guest.type === 'qemu' ? `VM ${guest.vmid}` : `CT${guest.vmid}`),
    status: guest.status,
    template: isTrue(guest.config.template) ? 1 : 0,
    ...guestNumbers(state, guest, now, loads),
  };
};

/** A node row as PVE::API2Tools::extract_node_stats gives it; the numbers need `Sys.Audit` on the node. */
export const nodeRow = (
  state: DemoState,
  node: NodeState,
  now: number,
  withNumbers: boolean,
  loads?: GuestLoads,
): Record<string, unknown> => {
  const row: Record<string, unknown> = {
    id: `node/${node.name}`,
    node: node.name,
    type: 'node',
    status: node.online ? 'online' : 'offline',
    level: node.subscription.level ?? '',
  };
  if (!withNumbers) return row;
  const live = nodeNumbers(state, node, now, loads);
  const capacity = { maxcpu: live.maxcpu, maxmem: live.maxmem, maxdisk: live.maxdisk };
  if (!node.online) return { ...row, ...capacity };
  const { uptime, cpu, mem, disk } = live;
  return { ...row, ...capacity, uptime, cpu, mem, disk };
};

/** True when a storage is switched on and configured for the node. */
export const storageEnabledOn = (storage: Section, node: string): boolean =>
  !isTrue(storage.disable) && storageOnNode(storage, node);

/** True when a storage is configured for the node. */
export const storageOnNode = (storage: Section, node: string): boolean =>
  !storage.nodes || splitList(storage.nodes).includes(node);

/** Storage types that PVE treats as shared without a flag. */
const alwaysShared = ['nfs', 'cifs', 'pbs', 'rbd', 'cephfs', 'iscsi', 'iscsidirect', 'zfs', 'esxi'];

/** Whether every node sees the same volumes. */
export const isShared = (storage: Section): boolean =>
  isTrue(storage.shared) || alwaysShared.includes(storage.type ?? '');

/** A storage row as PVE::API2Tools::extract_storage_stats gives it; lists pass the usages, computed once. */
export const storageRow = (
  state: DemoState,
  id: string,
  storage: Section,
  node: string,
  usages: ReadonlyMap<string, StorageUsage> = storageNumbers(state),
): Record<string, unknown> => {
  const row: Record<string, unknown> = {
    id: `storage/${node}/${id}`,
    storage: id,
    node,
    type: 'storage',
    plugintype: storage.type ?? '',
    status: 'unknown',
    shared: isShared(storage) ? 1 : 0,
    content: sortedContent(storage),
  };
  if (!state.nodes[node]?.online) return row;
  const usage = usages.get(`${id} ${node}`);
  if (!usage) return row;
  return { ...row, status: 'available', maxdisk: usage.total, disk: usage.used };
};

/** The content types of a storage, sorted as PVE prints them. */
export const sortedContent = (storage: Section): string => splitList(storage.content).sort().join(',');
