import type { DemoState, GuestState, VolumeState } from '../state.ts';
import { printGuest } from '../pmxcfs/guest-file.ts';
import { backupRuns } from './backup-runs.ts';
import type { BackedUp } from './backup-runs.ts';
import type { Random } from './random.ts';
import { volumesOfConfig } from './volume-refs.ts';

const DAY = 86_400;

const stamp = (time: number): string => new Date(time * 1000).toISOString().slice(0, 19);

// What vzdump keeps inside the archive: the current section, without pending changes and snapshots.
const configInside = (guest: GuestState): string =>
  printGuest({ ...guest, pending: { set: {}, delete: [] }, snapshots: {} });

const backupVolume = (guest: GuestState, storage: string, time: number, size: number): VolumeState => {
  const pbs = storage.startsWith('pbs');
  const kind = guest.type === 'qemu' ? 'vm' : 'ct';
  const local = stamp(time).replaceAll('-', '_').replace('T', '-').replaceAll(':', '_');
  const archive = guest.type === 'qemu' ? 'vma.zst' : 'tar.zst';
  const name = guest.config.name ?? guest.config.hostname ?? '';
  return {
    volid: pbs
      ? `${storage}:backup/${kind}/${guest.vmid}/${stamp(time)}Z`
      : `${storage}:backup/vzdump-${guest.type}-${guest.vmid}-${local}.${archive}`,
    storage,
    content: 'backup',
    format: pbs ? `pbs-${kind}` : archive,
    size,
    vmid: guest.vmid,
    ctime: time,
    notes: name,
  };
};

/** What volumes are made from: the cluster so far, and its guests in the order of their making. */
export interface VolumeSources {
  readonly cluster: BackedUp & Pick<DemoState, 'storages'>;
  readonly guests: readonly GuestState[];
  /** Unix seconds. */
  readonly now: number;
  readonly random: Random;
}

/** The backups that the jobs made, and the last ones of guests that no job covers any more. */
export const generateBackups = ({ cluster, guests, now, random }: VolumeSources): VolumeState[] => {
  const { storages } = cluster;
  const volumes: VolumeState[] = [];
  const runs = backupRuns(cluster, now, guests.length > 500 ? 1 : 5);
  const full = new Map<number, number>();
  for (const guest of guests) {
    const bytes = volumesOfConfig(guest.config)
      .filter((ref) => !/^(iso|snippets)\//.test(ref.volname))
      .reduce((sum, ref) => sum + ref.sizeBytes, 0);
    full.set(guest.vmid, Math.floor(bytes * (0.15 + random.next() * 0.3)));
  }
  const sizeOf = (guest: GuestState, storage: string): number => {
    const bytes = full.get(guest.vmid) ?? 0;
    return storage.startsWith('pbs') ? bytes * 2 : bytes;
  };
  const inside = new Map<GuestState, string>();
  const add = (guest: GuestState, storage: string, time: number, extra: Partial<VolumeState> = {}): void => {
    const key = storages[storage]?.['encryption-key'];
    // In a big cluster the copies of the configurations would outweigh everything else in the state.
    if (guests.length <= 500 && !inside.has(guest)) inside.set(guest, configInside(guest));
    const guestConfig = inside.get(guest);
    volumes.push({
      ...backupVolume(guest, storage, time, sizeOf(guest, storage)),
      ...(key === undefined ? {} : { encrypted: key }),
      ...(guestConfig === undefined ? {} : { guestConfig }),
      ...extra,
    });
  };
  for (const { guest, storage, time, ok } of runs) if (ok) add(guest, storage, time);
  const last: readonly (readonly [vmid: number, daysAgo: number])[] = [
    [104, 75],
    [105, 96],
    [115, 96],
  ];
  for (const [vmid, daysAgo] of last) {
    const guest = guests.find((candidate) => candidate.vmid === vmid);
    if (guest === undefined) continue;
    const midnight = now - (now % DAY);
    add(guest, 'nas', midnight - daysAgo * DAY + 79_200, vmid === 105 ? { protected: true } : {});
  }
  return volumes;
};
