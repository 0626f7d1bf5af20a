import { subkey, withSubkey } from '../../pve/config/property.ts';
import type { DemoContext } from '../endpoint.ts';
import type { GuestState } from '../state.ts';
import { isVolumeInUse, parseVolumeEntry, printVolumeEntry, withVolume } from './drives.ts';
import { addUnused, ownsVolume } from './qemu-disks.ts';
import { die } from '../refuse.ts';
import { enabledStorage, hasContent } from './storages.ts';
import { allocateVolume, findVolume, freeVolume, parseNewVolume, parseVolid } from './volumes.ts';

const gib = 2 ** 30;

/** A mount point's storage must take container directories. */
export function assertRootdir({ state }: DemoContext, guest: GuestState, key: string, text: string): void {
  const storage = parseVolid(parseVolumeEntry('lxc', key, text).volid)?.storage;
  if (storage !== undefined && !hasContent(enabledStorage(state, storage, guest.node), 'rootdir')) {
    die(`storage '${storage}' does not allow content type 'rootdir' (Container)`);
  }
}

/** A mount point as it goes into the configuration: `storage:GiB` allocated, the size of an existing volume added. */
export function createMount(
  { state, now }: DemoContext,
  guest: GuestState,
  key: string,
  text: string,
): string {
  const mount = parseVolumeEntry('lxc', key, text);
  const request = parseNewVolume(mount.volid);
  if (request?.storage !== undefined) {
    const size = Math.trunc(request.gib * gib);
    const { volid } = allocateVolume(state, {
      storage: request.storage,
      node: guest.node,
      vmid: guest.vmid,
      size,
      content: 'rootdir',
      ctime: now,
    });
    return printVolumeEntry('lxc', withVolume('lxc', mount, volid, size));
  }
  if (!parseVolid(mount.volid))
    return printVolumeEntry('lxc', { ...mount, value: withSubkey(mount.value, 'size', null) });
  const volume = findVolume(state, mount.volid, guest.node);
  if (!volume && subkey(mount.value, 'size') === undefined) die(`volume ${mount.volid} does not exist`);
  return printVolumeEntry('lxc', volume ? withVolume('lxc', mount, mount.volid, volume.size) : mount);
}

/** The volume of a mount point that left the configuration becomes `unused[n]`, unless something still uses it. */
export function keepAsUnused({ state }: DemoContext, guest: GuestState, key: string, text: string): void {
  const { volid } = parseVolumeEntry('lxc', key, text);
  if (parseVolid(volid) && ownsVolume(state, guest, volid) && !isVolumeInUse(guest, volid))
    addUnused(guest, volid);
}

/** Deletes the volume of `unused[n]`, unless something still uses it. */
export function freeUnused({ state }: DemoContext, guest: GuestState, volid: string): void {
  if (ownsVolume(state, guest, volid) && !isVolumeInUse(guest, volid)) freeVolume(state, volid, guest.node);
}
