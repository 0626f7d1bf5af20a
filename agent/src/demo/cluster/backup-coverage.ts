import type { DemoState, GuestState, Section } from '../state.ts';
import { isTrue, splitList } from '../params.ts';
import { die } from '../refuse.ts';

/**
 * VMIDs that a job backs up, in order; ids without a guest are kept, as PVE keeps them (removed but not purged).
 * PVE::VZDump::get_included_guests: neither `enabled` nor the storage's state plays a part.
 */
export const includedGuests = (state: Pick<DemoState, 'guests' | 'pools'>, job: Section): number[] => {
  let vmids: number[];
  if (job.pool) {
    const pool = state.pools[job.pool] ?? die(`pool '${job.pool}' does not exist`);
    vmids = pool.vmids.filter((vmid) => state.guests[vmid]);
  } else if (job.vmid) {
    vmids = splitList(job.vmid).map(Number);
  } else if (isTrue(job.all)) {
    const excluded = new Set(splitList(job.exclude).map(Number));
    vmids = Object.values(state.guests)
      .map((guest) => guest.vmid)
      .filter((vmid) => !excluded.has(vmid));
  } else {
    return [];
  }
  return vmids
    .filter((vmid) => {
      const guest = state.guests[vmid];
      return !guest || !job.node || guest.node === job.node;
    })
    .sort((a, b) => a - b);
};

/** One volume of a guest and whether a backup takes it. */
export interface BackupVolume {
  readonly key: string;
  readonly volume: string;
  readonly included: boolean;
  readonly reason: string;
}

const firstPart = (value: string): string => (value.split(',')[0] ?? '').replace(/^(file|volume)=/, '');

const subkey = (value: string, name: string): string | undefined =>
  value
    .split(',')
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);

const qemuDisk = /^(ide|sata|scsi|virtio)\d+$|^efidisk0$|^tpmstate0$/;

const qemuVolume = (guest: GuestState, key: string, value: string): BackupVolume | undefined => {
  const volume = firstPart(value);
  if (subkey(value, 'media') === 'cdrom' || volume === 'none' || volume.includes('cloudinit'))
    return undefined;
  if (key === 'efidisk0' && guest.config.bios !== 'ovmf') {
    return { key, volume, included: false, reason: 'efidisk but no OVMF BIOS' };
  }
  const backup = subkey(value, 'backup');
  // PVE prints "no" for any explicit value, even for backup=1
  return {
    key,
    volume,
    included: backup === undefined || isTrue(backup),
    reason: `backup=${backup === undefined ? 'yes' : 'no'}`,
  };
};

const lxcVolume = (key: string, value: string): BackupVolume => {
  const volume = firstPart(value);
  if (key === 'rootfs') return { key, volume, included: true, reason: 'rootfs' };
  if (volume.startsWith('/')) return { key, volume, included: false, reason: 'not a volume' };
  const included = isTrue(subkey(value, 'backup'));
  return { key, volume, included, reason: included ? 'enabled' : 'disabled' };
};

/** The volumes of a guest as `get_backup_volumes` of qemu-server and pve-container judge them. */
export const backupVolumes = (guest: GuestState): BackupVolume[] =>
  Object.entries(guest.config)
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap(([key, value]) => {
      if (guest.type === 'qemu') {
        return qemuDisk.test(key) ? (qemuVolume(guest, key, value) ?? []) : [];
      }
      return key === 'rootfs' || /^mp\d+$/.test(key) ? lxcVolume(key, value) : [];
    });
