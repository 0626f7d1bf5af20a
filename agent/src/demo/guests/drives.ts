import { parseProperty, printProperty, subkey, withSubkey } from '../../pve/config/property.ts';
import type { PropertyValue } from '../../pve/config/types.ts';
import { sizeText } from '../../pve/config/values.ts';
import type { GuestType } from '../../pve/types.ts';
import type { GuestState, Section } from '../state.ts';

const qemuDrive = /^(?:(?:ide|sata|scsi|virtio)\d+|efidisk0|tpmstate0)$/;
const lxcMount = /^(?:rootfs|mp\d+)$/;

/** Whether the key holds a volume that the guest uses (`unused[n]` and `vmstate` do not). */
export const isVolumeKey = (type: GuestType, key: string): boolean =>
  (type === 'qemu' ? qemuDrive : lxcMount).test(key);

export const isUnusedKey = (key: string): boolean => /^unused\d+$/.test(key);

/** A configured volume: qemu drive or container mount point. */
export interface VolumeEntry {
  readonly key: string;
  readonly value: PropertyValue;
  /** Volume id, absolute path, `none` or `cdrom`. */
  readonly volid: string;
}

const volumeName = (type: GuestType): 'file' | 'volume' => (type === 'qemu' ? 'file' : 'volume');

export function parseVolumeEntry(type: GuestType, key: string, text: string): VolumeEntry {
  const value = parseProperty(type, key, text);
  return { key, value, volid: subkey(value, volumeName(type)) ?? subkey(value, 'volume') ?? '' };
}

export const printVolumeEntry = (type: GuestType, { key, value }: VolumeEntry): string =>
  printProperty(type, key, value);

/** The entry with another volume and, when given, its size in bytes. */
export function withVolume(type: GuestType, entry: VolumeEntry, volid: string, size?: number): VolumeEntry {
  const name = subkey(entry.value, volumeName(type)) === undefined ? 'volume' : volumeName(type);
  const named = withSubkey(entry.value, name, volid);
  return { ...entry, volid, value: size === undefined ? named : withSubkey(named, 'size', sizeText(size)) };
}

/** Every configured volume of a section, in the order of its keys. */
export const volumeEntries = (type: GuestType, section: Section): VolumeEntry[] =>
  Object.entries(section)
    .filter(([key]) => isVolumeKey(type, key))
    .map(([key, text]) => parseVolumeEntry(type, key, text));

const cloudinitName = /[:/](?:vm-\d+-)?cloudinit(?:\.(?:raw|qcow2|qed|vmdk|cow|cloop))?$/;

/** A cloud-init drive, existing or requested (`storage:cloudinit`). */
export const isCloudinit = ({ volid }: VolumeEntry): boolean =>
  volid === 'cloudinit' || cloudinitName.test(volid);

/** A CD drive, cloud-init drives included. */
export const isCdrom = (entry: VolumeEntry): boolean =>
  subkey(entry.value, 'media') === 'cdrom' || isCloudinit(entry);

/** Something that is a volume of a storage, neither a path nor an empty drive. */
export const isManaged = ({ volid }: VolumeEntry): boolean => volid.includes(':') && !volid.startsWith('/');

const uses = (type: GuestType, section: Section, volid: string): boolean =>
  volumeEntries(type, section).some((entry) => entry.volid === volid);

/** Whether a snapshot of the guest keeps the volume. */
export const usedBySnapshot = ({ type, snapshots }: GuestState, volid: string): boolean =>
  Object.values(snapshots).some(({ config }) => uses(type, config, volid));

/** Whether the volume is in use by the current or pending configuration or by a snapshot. */
export const isVolumeInUse = (guest: GuestState, volid: string): boolean =>
  uses(guest.type, guest.config, volid) ||
  uses(guest.type, guest.pending.set, volid) ||
  usedBySnapshot(guest, volid);
