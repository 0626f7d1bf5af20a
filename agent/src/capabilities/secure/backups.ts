import { z } from 'zod';
import { known } from '../../pve/inventory/known.ts';
import { mapLimit } from '../../pve/inventory/map-limit.ts';
import type { Inventory, InventoryStorage } from '../../pve/inventory/types.ts';
import { pvePath } from '../../pve/path.ts';
import type { PveClient } from '../../pve/types.ts';
import type { Backups } from './facts.ts';

const rowsSchema = z.array(z.looseObject({ vmid: z.coerce.number().optional(), ctime: z.coerce.number() }));

/** Milliseconds: a Proxmox Backup Server is asked group by group. */
const timeoutMs = 30_000;

/** Every backup storage once: a shared one on the first node that has it, a local one on each of its nodes. */
function sources({ storages, nodes }: Inventory): readonly InventoryStorage[] {
  const online = new Set(nodes.flatMap(({ name, online: up }) => (up ? [name] : [])));
  const seen = new Set<string>();
  return storages.filter(({ id, node, content, shared, active }) => {
    if (!content.includes('backup') || !active || !online.has(node)) return false;
    const key = shared ? id : `${id} ${node}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/**
 * The newest restore point of each guest, from the dry run of pruning: the plain content list silently leaves out
 * backups for callers who may only read (catalogue 0.4). `keep-all` is given, since PVE refuses the call where a
 * storage has no retention. `vmid` narrows it to one guest.
 */
export async function readBackups(
  client: PveClient,
  inventory: Inventory,
  { signal, vmid }: { readonly signal: AbortSignal; readonly vmid?: number | undefined },
): Promise<Backups> {
  const lists = await mapLimit(
    sources(inventory),
    4,
    async ({ id, node }, own) => ({
      id,
      node,
      rows: await known(
        () =>
          client.get(
            pvePath`/nodes/${node}/storage/${id}/prunebackups`,
            rowsSchema,
            { 'prune-backups': 'keep-all=1', ...(vmid === undefined ? {} : { vmid }) },
            { signal: own, timeoutMs },
          ),
        'Datastore.Audit',
      ),
    }),
    { signal },
  );
  const newest = new Map<number, number>();
  const unread: string[] = [];
  for (const { id, node, rows } of lists) {
    if (!rows.known) {
      unread.push(`storage ${id} on ${node}: ${rows.reason}`);
      continue;
    }
    for (const row of rows.value) {
      if (row.vmid !== undefined) newest.set(row.vmid, Math.max(newest.get(row.vmid) ?? 0, row.ctime));
    }
  }
  const inactive = inventory.storages.filter(({ content, active }) => content.includes('backup') && !active);
  unread.push(...inactive.map(({ id, node }) => `storage ${id} on ${node} is not active`));
  const hidden = inventory.gaps.filter(({ what }) => what === 'storages');
  unread.push(...hidden.map(({ reason }) => reason.replace(/\.$/, '')));
  return { newest, unread };
}
