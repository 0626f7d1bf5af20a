import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { GuestState } from '../state.ts';
import { accessTo, requireOnGuest } from './access.ts';
import { copyVolume, volidAt } from './copy-volume.ts';
import {
  isCdrom,
  isUnusedKey,
  parseVolumeEntry,
  printVolumeEntry,
  usedBySnapshot,
  withVolume,
  type VolumeEntry,
} from './drives.ts';
import { assertUnlocked, guestDigest, guestEndpoint, guestKind, isRunning, isTemplate } from './lookup.ts';
import { flag, integer, textOrEmpty, text } from '../params.ts';
import { addUnused } from './qemu-disks.ts';
import { assertDigest, die, refuseParams } from '../refuse.ts';
import { enabledStorage, hasContent } from './storages.ts';
import { allocateVolume, convertToBase, findVolume, freeVolume, parseVolid } from './volumes.ts';

/** The configured volume that is to move; PVE's refusals. */
function movable(context: DemoContext, guest: GuestState, key: string, storage: string): VolumeEntry {
  assertUnlocked(guest);
  if (guest.type === 'lxc' && isRunning(guest)) die('cannot move volumes of a running container');
  if (guest.type === 'lxc' && isUnusedKey(key)) {
    die(`cannot move volume '${key}', only configured volumes can be moved to another storage`);
  }
  assertDigest(guestDigest(guest), context.params.digest);
  const value = guest.config[key];
  if (value === undefined) die(`disk '${key}' does not exist`);
  const entry = parseVolumeEntry(guest.type, key, value);
  if (isCdrom(entry)) die("you can't move a cdrom");
  const from = parseVolid(entry.volid)?.storage;
  if (from === undefined) die(`disk '${key}' has no associated volume`);
  const format = text(context.params, 'format');
  const present = findVolume(context.state, entry.volid, guest.node)?.format;
  if (from === storage && (format === undefined || format === present)) {
    die("you can't move to the same storage with same format");
  }
  const content = guest.type === 'qemu' ? 'images' : 'rootdir';
  if (!hasContent(enabledStorage(context.state, storage, guest.node), content)) {
    refuseParams({
      storage: `storage '${storage}' does not support ${content === 'images' ? 'vm images' : 'container directories'}`,
    });
  }
  if (flag(context.params, 'delete') && usedBySnapshot(guest, entry.volid)) {
    die(`you can't move a ${guest.type === 'qemu' ? 'disk' : 'volume'} with snapshots and delete the source`);
  }
  return entry;
}

function moveToStorage(context: DemoContext, guest: GuestState, key: string, storage: string): string {
  const { state, now, params } = context;
  context.caller.require(`/storage/${storage}`, ['Datastore.AllocateSpace']);
  const entry = movable(context, guest, key, storage);
  const apply = () => {
    const made = copyVolume(state, guest, entry, {
      vmid: guest.vmid,
      node: guest.node,
      now,
      storage,
      format: text(params, 'format'),
    });
    const volid = isTemplate(guest) ? convertToBase(state, made.volid, guest.node) : made.volid;
    guest.config[key] = printVolumeEntry(guest.type, withVolume(guest.type, entry, volid, made.size));
    if (flag(params, 'delete')) freeVolume(state, entry.volid, guest.node);
    else addUnused(guest, entry.volid);
  };
  const from = parseVolid(entry.volid)?.storage ?? '';
  return context.startTask({
    node: guest.node,
    type: guest.type === 'qemu' ? 'qmmove' : 'move_volume',
    id: String(guest.vmid),
    lock: { vmid: guest.vmid, lock: 'disk' },
    steps: [
      {
        log: `copying volume '${entry.volid}' from current storage '${from}' to target storage '${storage}'`,
        delayMs: 600,
      },
      { delayMs: 600, apply },
    ],
  });
}

interface Reassignment {
  readonly guest: GuestState;
  readonly target: GuestState;
  readonly key: string;
  readonly targetKey: string;
  readonly volid: string;
}

function checkReassignment(
  context: DemoContext,
  guest: GuestState,
  key: string,
  targetKey: string,
): Reassignment {
  const { state, params } = context;
  const vmid = integer(params, 'target-vmid') ?? 0;
  const target = state.guests[String(vmid)];
  const kind = guestKind(guest.type);
  if (guest.type === 'lxc' && (key === 'rootfs' || targetKey === 'rootfs'))
    die("Cannot move to/from 'rootfs'");
  if (target?.type !== guest.type) die(`could not find ${kind === 'VM' ? 'target VM' : 'CT'} ${vmid}`);
  if (target.node !== guest.node)
    die(
      `Both ${kind === 'VM' ? 'VMs' : 'containers'} need to be on the same node (${guest.node} != ${target.node})`,
    );
  for (const one of [guest, target]) assertUnlocked(one);
  if (isTemplate(guest) || isTemplate(target))
    die(`Can't move ${kind === 'VM' ? 'disks from or to template VMs' : 'volumes from or to template CT'}`);
  assertDigest(guestDigest(guest), params.digest);
  assertDigest(guestDigest(target), params['target-digest']);
  const volid = volidAt(guest, key);
  if (volid === undefined) {
    die(
      kind === 'VM'
        ? `Disk '${key}' for VM '${guest.vmid}' does not exist`
        : `volume '${key}' for container '${guest.vmid}' does not exist`,
    );
  }
  if (target.config[targetKey] !== undefined) {
    die(
      `Target ${kind === 'VM' ? 'disk' : 'volume'} key '${targetKey}' is already in use for ${kind === 'VM' ? 'VM' : 'container'} '${vmid}'`,
    );
  }
  if (!parseVolid(volid)) die(`Volume '${volid}' not managed by PVE`);
  if (usedBySnapshot(guest, volid)) die("Can't move disk used by a snapshot to another VM");
  if (isRunning(guest) && !isUnusedKey(key)) {
    die(
      kind === 'VM'
        ? 'Cannot move disk to another VM while the source VM is running - detach first'
        : 'Cannot move in-use volume while the source CT is running - detach or shutdown first',
    );
  }
  return { guest, target, key, targetKey, volid };
}

function reassign({ state, now }: DemoContext, { guest, target, key, targetKey, volid }: Reassignment): void {
  const volume = findVolume(state, volid, guest.node);
  const value = guest.config[key];
  if (!volume || value === undefined) die(`volume ${volid} does not exist`);
  const made = allocateVolume(state, {
    storage: volume.storage,
    node: target.node,
    vmid: target.vmid,
    size: volume.size,
    content: guest.type === 'qemu' ? 'images' : 'rootdir',
    ctime: now,
    format: volume.format,
  });
  freeVolume(state, volid, guest.node);
  Reflect.deleteProperty(guest.config, key);
  if (isUnusedKey(targetKey)) target.config[targetKey] = made.volid;
  else if (isUnusedKey(key))
    target.config[targetKey] = printVolumeEntry(
      guest.type,
      parseVolumeEntry(guest.type, targetKey, made.volid),
    );
  else
    target.config[targetKey] = printVolumeEntry(
      guest.type,
      withVolume(
        guest.type,
        { ...parseVolumeEntry(guest.type, key, value), key: targetKey },
        made.volid,
        made.size,
      ),
    );
}

function move(context: DemoContext, guest: GuestState, diskParam: string, targetParam: string): string {
  const key = textOrEmpty(context.params, diskParam);
  const storage = text(context.params, 'storage');
  const targetVmid = integer(context.params, 'target-vmid');
  if (storage !== undefined && targetVmid !== undefined) {
    const message = "either set 'storage' or 'target-vmid', but not both";
    refuseParams({ 'target-vmid': message, storage: message });
  }
  if (storage !== undefined) return moveToStorage(context, guest, key, storage);
  if (targetVmid === undefined) {
    const message = "both 'storage' and 'target-vmid' missing, either needs to be set";
    refuseParams({ 'target-vmid': message, storage: message });
  }
  const target = context.state.guests[String(targetVmid)];
  if (target) requireOnGuest(accessTo(context, target), ['VM.Config.Disk']);
  if (targetVmid === guest.vmid)
    refuseParams({ 'target-vmid': 'must be different than source VMID to reassign disk' });
  const targetKey = text(context.params, targetParam) ?? key;
  const { volid } = checkReassignment(context, guest, key, targetKey);
  context.caller.require(`/storage/${parseVolid(volid)?.storage ?? ''}`, ['Datastore.AllocateSpace']);
  return context.startTask({
    node: guest.node,
    type: guest.type === 'qemu' ? 'qmmove' : 'move_volume',
    id: `${guest.vmid}-${targetVmid}`,
    steps: [
      {
        log: `reassign disk '${key}' from ${guestKind(guest.type)} '${guest.vmid}' as '${targetKey}' to ${guestKind(guest.type)} '${targetVmid}'`,
        delayMs: 200,
        apply: () => reassign(context, checkReassignment(context, guest, key, targetKey)),
      },
    ],
  });
}

/** Moving a volume to another storage or to another guest. */
export const moveEndpoints: readonly DemoEndpoint[] = [
  guestEndpoint('qemu', 'POST', '/move_disk', (context, guest) =>
    move(context, guest, 'disk', 'target-disk'),
  ),
  guestEndpoint('lxc', 'POST', '/move_volume', (context, guest) =>
    move(context, guest, 'volume', 'target-volume'),
  ),
];
