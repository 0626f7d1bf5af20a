import { lookupKey, indexedKey } from './formats/keys.ts';
import { compareKeys } from './key-order.ts';
import { flag, parseProperty, subkey } from './property.ts';
import type { Disk, GuestConfig, Nic, PropertyValue } from './types.ts';
import { sizeBytes } from './values.ts';

type Property = readonly [key: string, value: PropertyValue];

function devicesOf(config: GuestConfig, matches: (key: string) => boolean): readonly Property[] {
  return Object.keys(config.values)
    .filter((key) => matches(key) && lookupKey(config.type, key)?.property !== undefined)
    .toSorted(compareKeys)
    .map((key) => [key, parseProperty(config.type, key, config.values[key] ?? '')] as const);
}

const optional = <K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> =>
  value === undefined || value === '' ? {} : ({ [name]: value } as Record<K, string>);

function vlanTag(value: PropertyValue): { tag?: number } {
  const tag = Number(subkey(value, 'tag'));
  return Number.isInteger(tag) && tag > 0 ? { tag } : {};
}

/** The NICs of a guest by index, qemu and lxc alike. A boolean sub-key that is none is `pve-protocol`. */
export function nics(config: GuestConfig): Nic[] {
  return devicesOf(config, (key) => indexedKey(key)?.base === 'net').map(([key, value]) => {
    const isQemu = config.type === 'qemu';
    return {
      key,
      index: indexedKey(key)?.index ?? 0,
      model: subkey(value, isQemu ? 'model' : 'type') ?? (isQemu ? '' : 'veth'),
      ...optional('mac', subkey(value, isQemu ? 'macaddr' : 'hwaddr')?.toUpperCase()),
      ...optional('bridge', subkey(value, 'bridge')),
      ...vlanTag(value),
      ...optional('trunks', subkey(value, 'trunks')),
      firewall: flag(value, 'firewall'),
      linkDown: flag(value, 'link_down'),
      ...(!isQemu && {
        ...optional('name', subkey(value, 'name')),
        ...optional('ip', subkey(value, 'ip')),
        ...optional('ip6', subkey(value, 'ip6')),
      }),
    };
  });
}

const DRIVE = /^(?:(?:ide|sata|scsi|virtio|unused)\d+|efidisk0|tpmstate0|cdrom)$/;
const MOUNT = /^(?:(?:mp|unused)\d+|rootfs)$/;

/** The volumes of a guest by key: drives, EFI and TPM state, rootfs, mount points, unused ones. */
export function disks(config: GuestConfig): Disk[] {
  const pattern = config.type === 'qemu' ? DRIVE : MOUNT;
  return devicesOf(config, (key) => pattern.test(key)).map(([key, value]) => disk(config, key, value));
}

function disk(config: GuestConfig, key: string, value: PropertyValue): Disk {
  const volume = subkey(value, 'file') ?? subkey(value, 'volume') ?? '';
  const kind = config.type === 'qemu' ? driveKind(key, volume, value) : mountKind(key, volume);
  const bytes = sizeBytes(subkey(value, 'size') ?? '');
  return {
    key,
    kind,
    volume,
    ...optional('storage', storageOf(volume)),
    ...(bytes !== undefined && { sizeBytes: bytes }),
    backup: inBackup(config, kind, value),
    ...optional('mountPoint', kind === 'rootfs' ? '/' : subkey(value, 'mp')),
    property: value,
  };
}

/** The storage part of `storage:volume` (PVE::Storage::parse_volume_id). */
function storageOf(volume: string): string | undefined {
  return /^([a-z][a-z0-9._-]*[a-z0-9]):./i.exec(volume)?.[1];
}

const CLOUDINIT = /[:/](?:vm-\d+-)?cloudinit(?:\.(?:raw|qcow2?|qed|vmdk|cloop))?$/;

function driveKind(key: string, volume: string, value: PropertyValue): Disk['kind'] {
  if (key.startsWith('unused')) return 'unused';
  if (key === 'efidisk0') return 'efidisk';
  if (key === 'tpmstate0') return 'tpmstate';
  if (CLOUDINIT.test(volume)) return 'cloudinit';
  const media =
    subkey(value, 'media') ?? (/^(cdrom|none)$/.test(volume) || key === 'cdrom' ? 'cdrom' : 'disk');
  return media === 'cdrom' ? 'cdrom' : 'disk';
}

function mountKind(key: string, volume: string): Disk['kind'] {
  if (key.startsWith('unused')) return 'unused';
  if (key === 'rootfs') return 'rootfs';
  if (volume.startsWith('/dev/')) return 'device';
  return volume.startsWith('/') ? 'bind' : 'mount';
}

/**
 * Whether vzdump takes the volume (get_backup_volumes of PVE/QemuConfig.pm, mountpoint_backup_enabled of
 * PVE/LXC/Config.pm): drives unless switched off, EFI state only under OVMF, rootfs always, mount points on request.
 */
function inBackup(config: GuestConfig, kind: Disk['kind'], value: PropertyValue): boolean {
  switch (kind) {
    case 'rootfs':
      return true;
    case 'disk':
    case 'tpmstate':
      return flag(value, 'backup', true);
    case 'efidisk':
      return config.values.bios === 'ovmf' && flag(value, 'backup', true);
    case 'mount':
      return flag(value, 'backup');
    case 'cdrom':
    case 'cloudinit':
    case 'bind':
    case 'device':
    case 'unused':
      return false;
  }
}
