import type { DemoState, GuestState, VolumeState } from '../state.ts';
import {
  isCloudinit,
  parseVolumeEntry,
  printVolumeEntry,
  volumeEntries,
  withVolume,
  type VolumeEntry,
} from './drives.ts';
import { die } from '../refuse.ts';
import { isShared } from './storages.ts';
import { allocateVolume, findVolume, freeVolume, parseVolid } from './volumes.ts';

/** Where a copy of a volume goes. */
export interface CopyTarget {
  readonly vmid: number;
  readonly node: string;
  readonly now: number;
  readonly storage?: string | undefined;
  readonly format?: string | undefined;
  /** Refer to the base volume instead of copying it. */
  readonly linked?: boolean;
}

const parentName = (state: DemoState, { storage, volid }: VolumeState): string => {
  const name = parseVolid(volid)?.name ?? '';
  return state.storages[storage]?.type === 'rbd' ? `${name}@__base__` : name;
};

/** A full or linked copy of a volume for another guest; gives the new volume. */
export function copyVolume(
  state: DemoState,
  source: GuestState,
  entry: VolumeEntry,
  target: CopyTarget,
): VolumeState {
  const volume = findVolume(state, entry.volid, source.node);
  if (!volume) die(`volume ${entry.volid} does not exist`);
  const { linked = false } = target;
  const made = allocateVolume(state, {
    storage: linked ? volume.storage : (target.storage ?? volume.storage),
    node: linked || target.storage === undefined ? source.node : target.node,
    vmid: target.vmid,
    size: volume.size,
    content: source.type === 'qemu' ? 'images' : 'rootdir',
    ctime: target.now,
    format: target.format ?? (volume.format === 'subvol' ? 'raw' : volume.format),
    ...(volume.used !== undefined && { used: volume.used }),
    ...(isCloudinit(entry) && { name: `vm-${target.vmid}-cloudinit` }),
    ...(linked && { parent: volume.volid }),
  });
  if (linked) made.parent = parentName(state, volume);
  return made;
}

/** Puts another volume id into current configuration, pending changes and snapshots (PVE's `update_volume_ids`). */
export function replaceVolid(guest: GuestState, from: string, to: string): void {
  const sections = [
    guest.config,
    guest.pending.set,
    ...Object.values(guest.snapshots).map(({ config }) => config),
  ];
  for (const section of sections) {
    for (const entry of volumeEntries(guest.type, section)) {
      if (entry.volid === from)
        section[entry.key] = printVolumeEntry(guest.type, withVolume(guest.type, entry, to));
    }
    for (const [key, value] of Object.entries(section)) {
      if (value === from && /^(?:unused\d+|vmstate)$/.test(key)) section[key] = to;
    }
  }
}

/** Moves an own volume to another node or storage; gives its id there. */
export function moveVolume(
  state: DemoState,
  guest: GuestState,
  volid: string,
  node: string,
  storage: string,
  now: number,
): string {
  const volume = findVolume(state, volid, guest.node);
  if (!volume) die(`volume ${volid} does not exist`);
  if (storage === volume.storage && isShared(state.storages[storage] ?? {})) return volid;
  if (storage === volume.storage && !findVolume(state, volid, node)) {
    volume.node = node;
    return volid;
  }
  const name = parseVolid(volid)
    ?.name.split('/')
    .at(-1)
    ?.replace(/\.\w+$/, '');
  const special = name !== undefined && /-(?:cloudinit|state-\S+)$/.test(name) ? { name } : {};
  const made = allocateVolume(state, {
    ...volume,
    storage,
    node,
    vmid: guest.vmid,
    content: guest.type === 'qemu' ? 'images' : 'rootdir',
    ctime: now,
    ...special,
  });
  freeVolume(state, volid, guest.node);
  replaceVolid(guest, volid, made.volid);
  return made.volid;
}

/** Every own volume of a guest: in use, unused, saved states, also those that only snapshots know. */
export function ownVolumes(state: DemoState, guest: GuestState): VolumeState[] {
  return state.volumes.filter(
    ({ vmid, content, node }) =>
      vmid === guest.vmid &&
      (content === 'images' || content === 'rootdir') &&
      (node === undefined || node === guest.node),
  );
}

/** The volume id under a key of the current configuration. */
export const volidAt = (guest: GuestState, key: string): string | undefined => {
  const value = guest.config[key];
  if (value === undefined) return undefined;
  return /^unused\d+$/.test(key) ? value : parseVolumeEntry(guest.type, key, value).volid;
};
