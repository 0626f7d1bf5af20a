import { z } from 'zod';
import { maybe, pveFlag, pveNumber, pveText } from '../client/pve-values.ts';
import type { ClusterStatus } from './status.ts';
import type { InventoryGuest, InventoryNode, InventoryStorage } from './types.ts';

/** One row of `/cluster/resources`: the fields used here, checked; all others pass. */
const rowSchema = z.looseObject({
  type: z.string(),
  id: z.string(),
  node: maybe(z.string()),
  status: maybe(z.string()),
  name: maybe(pveText),
  vmid: maybe(pveNumber),
  template: maybe(pveFlag),
  tags: maybe(z.string()),
  pool: maybe(z.string()),
  lock: maybe(z.string()),
  hastate: maybe(z.string()),
  maxcpu: maybe(pveNumber),
  maxmem: maybe(pveNumber),
  mem: maybe(pveNumber),
  maxdisk: maybe(pveNumber),
  disk: maybe(pveNumber),
  uptime: maybe(pveNumber),
  storage: maybe(z.string()),
  plugintype: maybe(z.string()),
  content: maybe(z.string()),
  shared: maybe(pveFlag),
});
export const resourcesSchema = z.array(rowSchema);
type Row = z.infer<typeof rowSchema>;

/** Guests by VMID. `disk` is the size of the root image: PVE does not know how much of a VM's disk is used. */
export function guestsOf(rows: readonly Row[]): InventoryGuest[] {
  return rows
    .flatMap((row) => {
      if ((row.type !== 'qemu' && row.type !== 'lxc') || row.vmid === undefined || row.node === undefined)
        return [];
      const guest: InventoryGuest = {
        vmid: row.vmid,
        // As PVE shows guests without a name.
        name: row.name ?? (row.type === 'qemu' ? `VM ${row.vmid}` : `CT${row.vmid}`),
        type: row.type,
        node: row.node,
        status: guestStatus(row.status),
        template: row.template ?? false,
        tags: (row.tags ?? '').split(/[;, ]+/).filter((tag) => tag !== ''),
        ...given({
          pool: row.pool,
          lock: row.lock,
          hastate: row.hastate,
          cpus: row.maxcpu,
          memory: row.maxmem,
          memoryUsed: row.mem,
          disk: row.maxdisk,
          uptime: row.uptime,
        }),
      };
      return [guest];
    })
    .sort((a, b) => a.vmid - b.vmid);
}

/** Nodes by name: `/cluster/status` knows their addresses, `/cluster/resources` their sizes. */
export function nodesOf(rows: readonly Row[], status: ClusterStatus): InventoryNode[] {
  const byName = new Map<string, InventoryNode>();
  for (const row of rows) {
    if (row.type !== 'node' || row.node === undefined) continue;
    byName.set(row.node, {
      name: row.node,
      online: row.status === 'online',
      ...given({ cpus: row.maxcpu, memory: row.maxmem, memoryUsed: row.mem }),
    });
  }
  for (const entry of status) {
    if (entry.type !== 'node') continue;
    byName.set(entry.name, {
      online: false,
      ...byName.get(entry.name),
      name: entry.name,
      ...given({ online: entry.online, ip: entry.ip }),
    });
  }
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** Storages, one entry a node. */
export function storagesOf(rows: readonly Row[]): InventoryStorage[] {
  return rows
    .flatMap((row) => {
      if (row.type !== 'storage' || row.storage === undefined || row.node === undefined) return [];
      const storage: InventoryStorage = {
        id: row.storage,
        node: row.node,
        content: (row.content ?? '').split(',').filter((content) => content !== ''),
        shared: row.shared ?? false,
        active: row.status === 'available',
        ...given({ type: row.plugintype, total: row.maxdisk, used: row.disk }),
      };
      return [storage];
    })
    .sort((a, b) => a.id.localeCompare(b.id) || a.node.localeCompare(b.node));
}

/** pvestatd broadcasts QEMU's own states too. */
function guestStatus(status: string | undefined): InventoryGuest['status'] {
  switch (status) {
    case 'running':
    case 'stopped':
    case 'paused':
      return status;
    case 'suspended':
    case 'prelaunch':
    case 'io-error':
      return 'paused';
    default:
      return 'unknown';
  }
}

/** The entries that have a value. */
export function given<T extends Record<string, unknown>>(
  entries: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
