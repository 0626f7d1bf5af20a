import type { DemoState } from '../state.ts';

const GIB = 1024 ** 3;
const TIB = 1024 ** 4;

/** Bytes of a storage as one node sees it. */
export interface StorageUsage {
  readonly total: number;
  readonly used: number;
  readonly avail: number;
}

const baseCapacity: Readonly<Record<string, number>> = {
  dir: 94 * GIB,
  lvmthin: Math.round(1.6 * TIB),
  zfspool: Math.round(3.4 * TIB),
  nfs: 8 * TIB,
  cifs: 8 * TIB,
  pbs: 12 * TIB,
  rbd: 6 * TIB,
  cephfs: 6 * TIB,
};

// Backups on a PBS share most of their chunks; this much of their size is really there.
const deduplicated = 0.06;

/** Whether a storage is there for a node: its `nodes` restriction, and not disabled. */
export const storageOnNode = (state: DemoState, storage: string, node: string): boolean => {
  const section = state.storages[storage];
  if (section === undefined || section.disable === '1') return false;
  return section.nodes === undefined || section.nodes.split(',').includes(node);
};

const usageFrom = (type: string, occupied: number): StorageUsage => {
  const used = Math.floor(occupied + (type === 'dir' ? 13 * GIB : 0));
  let total = baseCapacity[type] ?? TIB;
  // A pool is bought for what it has to hold: the next doubling at which it is not nearly full.
  while (used > total * 0.82) total *= 2;
  return { total, used, avail: total - used };
};

/** Every storage of every node at once: `${storage} ${node}` → usage; one pass over the volumes. */
export const storageUsages = (state: DemoState): ReadonlyMap<string, StorageUsage> => {
  const occupied = new Map<string, number>();
  for (const volume of state.volumes) {
    const key = volume.node === undefined ? volume.storage : `${volume.storage} ${volume.node}`;
    const factor = volume.format.startsWith('pbs-') ? deduplicated : 1;
    occupied.set(key, (occupied.get(key) ?? 0) + (volume.used ?? volume.size) * factor);
  }
  const usages = new Map<string, StorageUsage>();
  for (const [storage, section] of Object.entries(state.storages)) {
    for (const node of Object.keys(state.nodes)) {
      if (!storageOnNode(state, storage, node)) continue;
      const bytes = (occupied.get(storage) ?? 0) + (occupied.get(`${storage} ${node}`) ?? 0);
      usages.set(`${storage} ${node}`, usageFrom(section.type ?? 'dir', bytes));
    }
  }
  return usages;
};

/** One storage as one node sees it; undefined where it is disabled or not meant for that node. */
export const storageUsage = (state: DemoState, storage: string, node: string): StorageUsage | undefined => {
  if (!storageOnNode(state, storage, node)) return undefined;
  let occupied = 0;
  for (const volume of state.volumes) {
    if (volume.storage !== storage || (volume.node !== undefined && volume.node !== node)) continue;
    occupied += (volume.used ?? volume.size) * (volume.format.startsWith('pbs-') ? deduplicated : 1);
  }
  return usageFrom(state.storages[storage]?.type ?? 'dir', occupied);
};
