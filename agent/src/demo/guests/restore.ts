import { parseConfFile } from '../../pve/config/conf-file.ts';
import { subkey } from '../../pve/config/property.ts';
import { sizeBytes } from '../../pve/config/values.ts';
import type { GuestType } from '../../pve/types.ts';
import type { DemoContext } from '../endpoint.ts';
import type { DemoState, GuestState, Section } from '../state.ts';
import { ownVolumes } from './copy-volume.ts';
import {
  isCdrom,
  isCloudinit,
  isManaged,
  parseVolumeEntry,
  printVolumeEntry,
  volumeEntries,
  withVolume,
} from './drives.ts';
import { assertUnprotected, isRunning } from './lookup.ts';
import { isNetKey, withFreshMac } from './nets.ts';
import { newGuest } from './new-guest.ts';
import { flag } from '../params.ts';
import { die } from '../refuse.ts';
import { allocateVolume, findVolume, freeVolume, parseVolid } from './volumes.ts';

/** Keys of a backed-up configuration that do not come back. */
const notRestored = /^(?:parent|lock|vmstate|snapstate|snaptime|unused\d+|template|running.*)$/;
const cloudinitBytes = 4 * 2 ** 20;
/** For a drive without `size=`, which PVE reads from the archive itself. */
const unknownSize = 8 * 2 ** 30;

/** The configuration inside a backup: as stored with it, or of the guest that it was made of. */
export function backedUpConfig(state: DemoState, node: string, volid: string, type: GuestType): GuestState {
  const archive = findVolume(state, volid, node);
  if (archive?.content !== 'backup') die(`volume '${volid}' does not exist`);
  const vmid = archive.vmid ?? 0;
  if (archive.guestConfig !== undefined) {
    const file = parseConfFile(type, archive.guestConfig);
    const guest = newGuest(type, vmid, node, { ...file.current.values });
    guest.lxcRaw = file.current.lxcRaw.map(([key, value]) => [key, value]);
    return guest;
  }
  const original = state.guests[String(vmid)];
  if (original?.type !== type) die(`unable to extract configuration from '${volid}'`);
  return structuredClone(original);
}

export interface RestoreTarget {
  readonly context: DemoContext;
  readonly vmid: number;
  readonly node: string;
  readonly storage: string | undefined;
}

/** A guest from a backup: its volumes allocated anew with the sizes they had, the given settings on top. */
export function restoreGuest(
  { context, vmid, node, storage }: RestoreTarget,
  source: GuestState,
  settings: Section,
): GuestState {
  const { state, now, params } = context;
  const guest = newGuest(source.type, vmid, node, {});
  if (source.agent) guest.agent = structuredClone(source.agent);
  guest.load = { ...source.load };
  if (context.caller.isRoot) guest.lxcRaw = structuredClone(source.lxcRaw);
  for (const [key, value] of Object.entries(source.config)) {
    if (notRestored.test(key) || (settings[key] !== undefined && !isManagedKey(source.type, key))) continue;
    guest.config[key] =
      isNetKey(key) && flag(params, 'unique') ? withFreshMac(state, source.type, key, value) : value;
  }
  for (const entry of volumeEntries(source.type, guest.config)) {
    if (!isManaged(entry) || (isCdrom(entry) && !isCloudinit(entry))) continue;
    const size =
      sizeBytes(subkey(entry.value, 'size') ?? '') ?? (isCloudinit(entry) ? cloudinitBytes : unknownSize);
    const made = allocateVolume(state, {
      storage: storage ?? parseVolid(entry.volid)?.storage ?? 'local',
      node,
      vmid,
      size,
      content: source.type === 'qemu' ? 'images' : 'rootdir',
      ctime: now,
      ...(isCloudinit(entry) && { name: `vm-${vmid}-cloudinit` }),
    });
    const sized = isCloudinit(entry) ? undefined : size;
    guest.config[entry.key] = printVolumeEntry(
      source.type,
      withVolume(
        source.type,
        parseVolumeEntry(source.type, entry.key, guest.config[entry.key] ?? ''),
        made.volid,
        sized,
      ),
    );
  }
  Object.assign(guest.config, settings);
  return guest;
}

const isManagedKey = (type: GuestType, key: string): boolean =>
  volumeEntries(type, { [key]: 'none' }).length > 0;

/** An existing guest gives way to its restored self: refused while it runs or is protected. */
export function clearForRestore(state: DemoState, prior: GuestState, failed: string): void {
  assertUnprotected(prior, failed.replace(/ -$/, ''));
  if (isRunning(prior))
    die(prior.type === 'qemu' ? `${failed} vm is running` : "can't overwrite running container");
  for (const { volid } of ownVolumes(state, prior)) freeVolume(state, volid, prior.node);
}

/** Replaces what stands under the VMID by a backup; on failure the volumes are as before. */
export function restoreOver(
  target: RestoreTarget,
  archive: string,
  type: GuestType,
  settings: Section,
  failed: string,
): GuestState {
  const { state } = target.context;
  const source = backedUpConfig(state, target.node, archive, type);
  const prior = state.guests[String(target.vmid)];
  const before = [...state.volumes];
  try {
    if (prior) clearForRestore(state, prior, failed);
    return restoreGuest(target, source, settings);
  } catch (thrown) {
    state.volumes = before;
    throw thrown;
  }
}
