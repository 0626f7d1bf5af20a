import { subkey, withSubkey } from '../../pve/config/property.ts';
import type { DemoContext } from '../endpoint.ts';
import type { DemoState, GuestState, Section } from '../state.ts';
import { assertVolumeAccess, contentOf, requireOnGuest, type GuestAccess } from './access.ts';
import {
  isCdrom,
  isCloudinit,
  isVolumeInUse,
  isVolumeKey,
  parseVolumeEntry,
  printVolumeEntry,
  volumeEntries,
  withVolume,
  type VolumeEntry,
} from './drives.ts';
import { isTemplate } from './lookup.ts';
import { die, refuseParams } from '../refuse.ts';
import { enabledStorage, hasContent, storageConfig } from './storages.ts';
import {
  allocateVolume,
  convertToBase,
  findVolume,
  freeVolume,
  parseNewVolume,
  parseVolid,
} from './volumes.ts';

const mib = 2 ** 20;
const gib = 2 ** 30;
/** Sizes that PVE gives these volumes whatever was asked for. */
const fixedSize: Readonly<Record<string, number>> = { efidisk0: 4 * mib, tpmstate0: 4 * mib };
const cloudinitSize = 4 * mib;

const requestedCloudinit = ({ volid }: VolumeEntry): boolean =>
  volid === 'cloudinit' || volid.endsWith(':cloudinit');

/** Reads the drives of a request and refuses what no guest could have (check_drive_param). */
export function normaliseDrives(settings: Section): void {
  for (const [key, text] of Object.entries(settings)) {
    if (!isVolumeKey('qemu', key)) continue;
    const drive = parseVolumeEntry('qemu', key, text);
    if (drive.volid === '') refuseParams({ [key]: 'unable to parse drive options' });
    if (subkey(drive.value, 'import-from') !== undefined && parseNewVolume(drive.volid)?.gib !== 0) {
      refuseParams({
        [key]: "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>",
      });
    }
    const volume = parseVolid(drive.volid);
    if (volume?.name.startsWith('iso/') && subkey(drive.value, 'media') !== 'cdrom') {
      refuseParams({ [key]: "explicit 'media=cdrom' is required for iso images" });
    }
    settings[key] = printVolumeEntry('qemu', drive);
  }
}

/** What the caller needs on the storages that a request's drives name (check_storage_access). */
export function assertDriveStorage(access: GuestAccess, settings: Section, defaultStorage?: string): void {
  const { caller, state } = access.context;
  for (const drive of volumeEntries('qemu', settings)) {
    if (drive.volid === 'none' || requestedCloudinit(drive)) continue;
    const request = isCdrom(drive) ? undefined : parseNewVolume(drive.volid);
    if (isCdrom(drive) && drive.volid === 'cdrom') {
      caller.require('/', ['Sys.Console']);
    } else if (request) {
      const storage = request.storage ?? defaultStorage;
      if (storage === undefined) die('no storage ID specified (and no default storage)');
      caller.require(`/storage/${storage}`, ['Datastore.AllocateSpace']);
      if (!hasContent(storageConfig(state, storage), 'images')) {
        refuseParams({ storage: `storage '${storage}' does not support vm images` });
      }
    } else {
      assertVolumeAccess(access, drive.volid);
      if (
        parseVolid(drive.volid) &&
        !['images', 'iso'].includes(contentOf(drive.volid, findVolume(state, drive.volid, access.node)))
      ) {
        refuseParams({ [drive.key]: "content type needs to be 'images' or 'iso'" });
      }
    }
    const source = subkey(drive.value, 'import-from');
    if (source !== undefined) assertVolumeAccess(access, source);
  }
  const stateStorage = settings.vmstatestorage;
  if (stateStorage !== undefined) caller.require(`/storage/${stateStorage}`, ['Datastore.AllocateSpace']);
}

/** Changing a drive needs the privilege for its kind. */
export function assertDriveKind(access: GuestAccess, key: string, text: string): void {
  const drive = parseVolumeEntry('qemu', key, text);
  if (isCloudinit(drive)) requireOnGuest(access, ['VM.Config.Cloudinit', 'VM.Config.CDROM']);
  else requireOnGuest(access, [isCdrom(drive) ? 'VM.Config.CDROM' : 'VM.Config.Disk']);
}

/** Where a new drive goes: the guest as it is, its node, the clock. */
export interface DriveTarget {
  readonly context: DemoContext;
  readonly guest: GuestState;
  readonly defaultStorage?: string | undefined;
}

function createCloudinit({ context, guest, defaultStorage }: DriveTarget, drive: VolumeEntry): VolumeEntry {
  const attached = [...volumeEntries('qemu', guest.config), ...volumeEntries('qemu', guest.pending.set)].find(
    (other) => other.key !== drive.key && isCloudinit(other),
  );
  if (attached) die(`${drive.key} - cloud-init drive is already attached at '${attached.key}'`);
  const storage = parseVolid(drive.volid)?.storage ?? defaultStorage;
  if (storage === undefined) die('no storage ID specified (and no default storage)');
  const volume = allocateVolume(context.state, {
    storage,
    node: guest.node,
    vmid: guest.vmid,
    size: cloudinitSize,
    content: 'images',
    ctime: context.now,
    format: subkey(drive.value, 'format') ?? 'qcow2',
    name: `vm-${guest.vmid}-cloudinit`,
  });
  const value = withSubkey(withSubkey(drive.value, 'format', null), 'media', 'cdrom');
  return withVolume('qemu', { ...drive, value }, volume.volid);
}

function importedSize(state: DemoState, node: string, source: string): number {
  const size = findVolume(state, source, node)?.size;
  if (size === undefined) die(`cannot import from '${source}' - could not get size of ${source}`);
  return size;
}

function createImage({ context, guest, defaultStorage }: DriveTarget, drive: VolumeEntry): VolumeEntry {
  const request = parseNewVolume(drive.volid);
  const storage = request?.storage ?? defaultStorage;
  if (!request || storage === undefined) die('no storage ID specified (and no default storage)');
  enabledStorage(context.state, storage, guest.node);
  const source = subkey(drive.value, 'import-from');
  const size =
    source === undefined
      ? (fixedSize[drive.key] ?? Math.trunc(request.gib * gib))
      : importedSize(context.state, guest.node, source);
  const { volid } = allocateVolume(context.state, {
    storage,
    node: guest.node,
    vmid: guest.vmid,
    size,
    content: 'images',
    ctime: context.now,
    format: subkey(drive.value, 'format') ?? 'raw',
  });
  const final = isTemplate(guest) ? convertToBase(context.state, volid, guest.node) : volid;
  const value = withSubkey(withSubkey(drive.value, 'format', null), 'import-from', null);
  return withVolume('qemu', { ...drive, value }, final, size);
}

/**
 * A drive of a request as it goes into the configuration: volumes allocated (`storage:GiB`, `storage:cloudinit`),
 * the size of an existing one added (create_disks).
 */
export function createDrive(target: DriveTarget, key: string, text: string): string {
  const drive = parseVolumeEntry('qemu', key, text);
  const { state } = target.context;
  if (drive.volid === 'none' || drive.volid === 'cdrom') {
    return printVolumeEntry('qemu', { ...drive, value: withSubkey(drive.value, 'size', null) });
  }
  if (requestedCloudinit(drive)) return printVolumeEntry('qemu', createCloudinit(target, drive));
  if (parseNewVolume(drive.volid)) return printVolumeEntry('qemu', createImage(target, drive));
  if (!parseVolid(drive.volid)) return printVolumeEntry('qemu', drive);
  const size = findVolume(state, drive.volid, target.guest.node)?.size;
  if (size === undefined) die(`volume ${drive.volid} does not exist`);
  return printVolumeEntry('qemu', withVolume('qemu', drive, drive.volid, size));
}

/** Adds a volume to the first free `unused[n]` (PVE searches from the top and keeps the lowest free). */
export function addUnused(guest: GuestState, volid: string): string | undefined {
  for (let index = 0; index < 256; index += 1) {
    const key = `unused${index}`;
    if (guest.config[key] === volid) return undefined;
    if (guest.config[key] === undefined) {
      guest.config[key] = volid;
      return key;
    }
  }
  die('Too many unused volumes - please delete them first.');
}

/** A drive leaves the configuration: a cloud-init image is deleted, an own disk becomes `unused[n]`. */
export function detachDrive(state: DemoState, guest: GuestState, key: string, text: string): void {
  const drive = parseVolumeEntry('qemu', key, text);
  if (isCloudinit(drive)) {
    freeVolume(state, drive.volid, guest.node);
    delete guest.cloudinit;
  } else if (!isCdrom(drive) && ownsVolume(state, guest, drive.volid)) {
    addUnused(guest, drive.volid);
  }
}

export const ownsVolume = (state: DemoState, guest: GuestState, volid: string): boolean =>
  findVolume(state, volid, guest.node)?.vmid === guest.vmid;

/** Deletes an own volume for good; refused while something of the guest still uses it. */
export function deallocate(access: GuestAccess, guest: GuestState, volid: string): void {
  const { caller, state } = access.context;
  if (!ownsVolume(state, guest, volid)) return;
  caller.require(`/storage/${parseVolid(volid)?.storage ?? ''}`, ['Datastore.AllocateSpace']);
  if (isVolumeInUse(guest, volid)) {
    die(`unable to delete '${volid}' - volume is still in use (snapshot?)`);
  }
  freeVolume(state, volid, guest.node);
}
