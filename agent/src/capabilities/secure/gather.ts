import { nics } from '../../pve/config/devices.ts';
import { readClusterDetail } from '../../pve/inventory/read-cluster.ts';
import { readGuestDetail } from '../../pve/inventory/read-guest.ts';
import { readGuestNics } from '../../pve/inventory/guest-nics.ts';
import { mapLimit } from '../../pve/inventory/map-limit.ts';
import type { ClusterDetail, GuestDetail, Inventory, InventoryGuest } from '../../pve/inventory/types.ts';
import type { WorkContext } from '../types.ts';
import { readBackups } from './backups.ts';
import type { Surroundings } from './facts.ts';

/** Guests read at a time: pveproxy has three workers (catalogue, appendix B). */
const concurrency = 4;

/** Up to so many other guests are read for the sake of the duplicate-MAC check alone. */
const maxOthers = 500;

export interface Gathered {
  readonly details: readonly GuestDetail[];
  readonly surroundings: Surroundings;
}

type Reading = Pick<WorkContext, 'client' | 'signal' | 'progress' | 'now'>;

/**
 * Everything that the checks of these guests look at. Throws what ends a run (connection or login lost, cancelled);
 * a part that cannot be read says why instead.
 */
export async function gather(
  { client, signal, progress, now }: Reading,
  inventory: Inventory,
  guests: readonly InventoryGuest[],
): Promise<Gathered> {
  const stage = (name: string) => (p: { done: number; total: number }) =>
    progress({ stage: name, done: p.done, total: p.total });
  const cluster = await readClusterDetail(client, inventory, {
    signal,
    onProgress: stage('reading the cluster'),
  });
  const offline = new Set(inventory.nodes.filter(({ online }) => !online).map(({ name }) => name));
  const details = await mapLimit(
    guests,
    concurrency,
    (guest, own) =>
      offline.has(guest.node) ? unreached(guest) : readGuestDetail(client, guest, { signal: own }),
    { signal, onDone: (done, total) => progress({ stage: 'reading guests', done, total }) },
  );
  const guestNics = await readNics({ client, signal, progress, now }, inventory, details);
  const [only] = guests.length === 1 ? guests : [];
  const backups = await readBackups(client, inventory, { signal, vmid: only?.vmid });
  return { details, surroundings: { cluster: { ...cluster, guestNics }, inventory, backups, now: now() } };
}

/** Of a guest whose node is offline nothing can be read; asking would only run into timeouts. */
function unreached(guest: InventoryGuest): Promise<GuestDetail> {
  const part = { known: false, reason: `Node ${guest.node} is offline.` } as const;
  return Promise.resolve({
    guest,
    config: part,
    currentConfig: part,
    firewall: part,
    snapshots: part,
    status: part,
    osinfo: part,
    addresses: part,
  });
}

/** The NICs of the guests that were read anyway, and of the others where that is affordable. */
async function readNics(
  { client, signal, progress }: Reading,
  inventory: Inventory,
  details: readonly GuestDetail[],
): Promise<ClusterDetail['guestNics']> {
  const read = new Set(details.map(({ guest }) => guest.vmid));
  const others = inventory.guests.filter(({ vmid }) => !read.has(vmid));
  if (others.length > maxOthers) {
    return {
      known: false,
      reason: `${others.length} other guests would have to be read; check the whole cluster for that`,
    };
  }
  const rest = await readGuestNics(client, others, 'all', {
    signal,
    onProgress: (p) => progress({ stage: 'comparing with other guests', done: p.done, total: p.total }),
  });
  if (!rest.known) return rest;
  const own = [];
  for (const { guest, config } of details) {
    if (!config.known) return { known: false, reason: `guest ${guest.vmid}: ${config.reason}` };
    for (const { mac, bridge, tag } of nics(config.value)) {
      if (mac === undefined || bridge === undefined) continue;
      own.push({
        vmid: guest.vmid,
        template: guest.template,
        mac,
        bridge,
        ...(tag === undefined ? {} : { tag }),
      });
    }
  }
  return { known: true, value: [...own, ...rest.value] };
}
