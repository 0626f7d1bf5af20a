import { sizeBytes } from '../../pve/config/values.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { GuestState } from '../state.ts';
import { accessTo } from './access.ts';
import { isCdrom, parseVolumeEntry, printVolumeEntry, withVolume, type VolumeEntry } from './drives.ts';
import { assertUnlocked, guestDigest, guestEndpoint, skipsLock } from './lookup.ts';
import { assertLxcKeys } from './lxc-privileges.ts';
import { textOrEmpty, splitList } from '../params.ts';
import { applyQemuChange, prepareQemuChange } from './qemu-update.ts';
import { assertDigest, die } from '../refuse.ts';
import { findVolume, parseVolid } from './volumes.ts';

interface Resize {
  readonly entry: VolumeEntry;
  readonly before: number;
  readonly after: number;
}

function plan({ params, state, caller }: DemoContext, guest: GuestState): Resize {
  const key = textOrEmpty(params, 'disk');
  const value = guest.config[key];
  if (value === undefined) die(`disk '${key}' does not exist`);
  const entry = parseVolumeEntry(guest.type, key, value);
  const storage = parseVolid(entry.volid)?.storage;
  if (guest.type === 'qemu' && isCdrom(entry)) die("you can't resize a cdrom");
  if (storage === undefined) die(`disk '${key}' has no associated volume`);
  const volume = findVolume(state, entry.volid, guest.node);
  if (guest.type === 'lxc' && volume?.vmid !== undefined && volume.vmid !== guest.vmid) {
    die(`can't resize mount point owned by another container (${volume.vmid})`);
  }
  caller.require(`/storage/${storage}`, ['Datastore.AllocateSpace']);
  if (!volume) die(`Could not determine current size of volume '${entry.volid}'`);
  const wanted = textOrEmpty(params, 'size');
  const size = sizeBytes(wanted.replace(/^\+/, ''));
  if (size === undefined) die('invalid size string');
  const after = wanted.startsWith('+') ? volume.size + size : size;
  if (after < volume.size) {
    die(guest.type === 'qemu' ? 'shrinking disks is not supported' : 'unable to shrink disk size');
  }
  if (guest.type === 'lxc' && after === volume.size) die('disk is already at specified size');
  return { entry, before: volume.size, after };
}

function grow(context: DemoContext, guest: GuestState): void {
  const { entry, before, after } = plan(context, guest);
  if (before === after) return;
  const volume = findVolume(context.state, entry.volid, guest.node);
  if (volume) volume.size = after;
  guest.config[entry.key] = printVolumeEntry(guest.type, withVolume(guest.type, entry, entry.volid, after));
}

const task = (context: DemoContext, guest: GuestState, apply: () => void): string =>
  context.startTask({
    node: guest.node,
    type: 'resize',
    id: String(guest.vmid),
    steps: [{ delayMs: 200, apply }],
  });

/** A VM's disk: PVE checks everything inside the task. */
function resizeQemu(context: DemoContext, guest: GuestState): string {
  const ignoreLock = skipsLock(context);
  return task(context, guest, () => {
    const { digest } = context.params;
    if (digest && digest !== guestDigest(guest)) die('checksum mismatch (file change by other user?)');
    if (!ignoreLock) assertUnlocked(guest);
    grow(context, guest);
  });
}

/** A container's volume: PVE checks early, and again inside the task. */
function resizeLxc(context: DemoContext, guest: GuestState): string {
  assertUnlocked(guest);
  const key = textOrEmpty(context.params, 'disk');
  assertLxcKeys(accessTo(context, guest), {
    before: guest.config,
    settings: { [key]: guest.config[key] ?? '' },
    doomed: [],
    unprivileged: guest.config.unprivileged === '1',
  });
  assertDigest(guestDigest(guest), context.params.digest);
  plan(context, guest);
  return task(context, guest, () => grow(context, guest));
}

/** `unlink` is a deletion of drives by another name. */
function unlink(context: DemoContext, guest: GuestState): null {
  const { idlist, ...rest } = context.params;
  const params = { ...rest, delete: splitList(typeof idlist === 'string' ? idlist : undefined).join(',') };
  applyQemuChange(prepareQemuChange({ ...context, params }, guest));
  return null;
}

/** Growing volumes, and unlinking drives. */
export const resizeEndpoints: readonly DemoEndpoint[] = [
  guestEndpoint('qemu', 'PUT', '/resize', resizeQemu),
  guestEndpoint('lxc', 'PUT', '/resize', resizeLxc),
  guestEndpoint('qemu', 'PUT', '/unlink', unlink),
];
