import { parseProperty, subkey } from '../../pve/config/property.ts';
import type { PropertyValue } from '../../pve/config/types.ts';
import type { GuestState, Section } from '../state.ts';
import type { GuestAccess } from './access.ts';
import { recordCloudinit, regenerateCloudinit } from './cloudinit-record.ts';
import { isCdrom, isCloudinit, isVolumeInUse, isVolumeKey, parseVolumeEntry } from './drives.ts';
import { isNetKey } from './nets.ts';
import { cleanupPending, pendingDeletes, removePendingDelete } from './pending.ts';
import { deallocate, detachDrive } from './qemu-disks.ts';
import { DemoHttpError } from '../endpoint.ts';

/** Keys without any effect on a running VM: always applied at once (qemu-server, fast_plug_option). */
const immediate =
  /^(?:description|hookscript|lock|migrate_downtime|migrate_speed|name|onboot|protection|shares|startup|tags|vmstatestorage|cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|ipconfig\d+)$/;
const features = ['network', 'disk', 'cpu', 'memory', 'usb', 'cloudinit'] as const;
type Feature = (typeof features)[number];

/** What may be changed on the running VM; `1` and a missing key mean network, disk and usb. */
export function hotplugFeatures(config: Section): ReadonlySet<Feature> {
  const text = config.hotplug ?? '1';
  if (text === '0') return new Set();
  if (text === '1') return new Set(['network', 'disk', 'usb']);
  return new Set(features.filter((feature) => text.split(/[,;\s]+/).includes(feature)));
}

const differ = (a: PropertyValue, b: PropertyValue, names: readonly string[]): boolean =>
  names.some((name) => subkey(a, name) !== subkey(b, name));

const isEmptyBridge = (value: PropertyValue): boolean => subkey(value, 'bridge') === undefined;

/** A NIC needs to be re-plugged for these; all its other parts change in place. */
function netApplies(before: string | undefined, after: string, key: string, network: boolean): boolean {
  if (before === undefined) return network;
  const [from, to] = [parseProperty('qemu', key, before), parseProperty('qemu', key, after)];
  const replug =
    differ(from, to, ['model', 'macaddr', 'queues', 'mtu']) || isEmptyBridge(from) || isEmptyBridge(to);
  return !replug || network;
}

/** Parts of a disk that QEMU reads only when it starts. */
const coldDiskParts = ['aio', 'discard', 'iothread', 'queues', 'product', 'cache', 'ssd', 'vendor', 'ro'];

function driveApplies({ guest, access }: Change, key: string, after: string, disk: boolean): boolean {
  if (key === 'efidisk0' || key === 'tpmstate0') return false;
  const before = guest.config[key];
  const pluggable = disk && !/^(?:ide|sata)/.test(key);
  if (before === undefined) return pluggable;
  const [from, to] = [parseVolumeEntry('qemu', key, before), parseVolumeEntry('qemu', key, after)];
  if (isCdrom(from) !== isCdrom(to)) throw new Error('unable to change media type');
  if (isCdrom(from)) {
    if (isCloudinit(from) && to.volid === 'none') detachDrive(access.context.state, guest, key, before);
    return true;
  }
  if (from.volid === to.volid) return !differ(from.value, to.value, coldDiskParts);
  if (!pluggable) return false;
  detachDrive(access.context.state, guest, key, before);
  return true;
}

/** Only `fstrim_cloned_disks` of the agent setting has no device behind it. */
function agentApplies(before: string | undefined, after: string): boolean {
  if (before === undefined) return false;
  const parts = (text: string) => {
    const value = parseProperty('qemu', 'agent', text);
    return value.entries
      .filter(([name]) => name !== 'fstrim_cloned_disks')
      .map((entry) => entry.join('='))
      .sort()
      .join(',');
  };
  return parts(before) === parts(after);
}

const usbPluggable = ({ ostype }: Section): boolean =>
  ostype === 'l26' || /^win(?:8|10|11)$/.test(ostype ?? '');

interface Change {
  readonly access: GuestAccess;
  readonly guest: GuestState;
}

const enabled = (balloon: string | undefined): boolean => balloon !== '0';

/** Whether a new value can be given to the running VM; throws what PVE reports as a hotplug problem. */
function appliesLive(change: Change, key: string, value: string): boolean {
  const { config } = change.guest;
  const hotplug = hotplugFeatures(config);
  if (key === 'hotplug') return !/memory|cpu/.test(`${value} ${config.hotplug ?? ''}`);
  if (key === 'tablet') return hotplug.has('usb');
  if (/^usb\d+$/.test(key)) return hotplug.has('usb') && usbPluggable(config);
  if (key === 'vcpus') return hotplug.has('cpu');
  if (key === 'balloon') return enabled(config.balloon) === enabled(value);
  if (key === 'memory') {
    if (hotplug.has('memory') && config.numa !== '1')
      throw new Error('NUMA needs to be enabled for memory hotplug');
    return hotplug.has('memory');
  }
  if (isNetKey(key)) return netApplies(config[key], value, key, hotplug.has('network'));
  if (isVolumeKey('qemu', key)) return driveApplies(change, key, value, hotplug.has('disk'));
  if (key === 'agent') return agentApplies(config[key], value);
  return key === 'cpuunits' || key === 'cpulimit';
}

/** Whether a key can be taken from the running VM. */
function deletesLive({ config }: GuestState, key: string): boolean {
  const hotplug = hotplugFeatures(config);
  if (immediate.test(key)) return true;
  if (key === 'hotplug') return !/cpu|memory/.test(config.hotplug ?? '');
  if (key === 'tablet') return hotplug.has('usb');
  if (/^usb\d+$/.test(key)) return hotplug.has('usb') && usbPluggable(config);
  if (key === 'vcpus') return hotplug.has('cpu');
  if (key === 'memory') return hotplug.has('memory');
  if (key === 'balloon') return enabled(config.balloon);
  if (isNetKey(key)) return hotplug.has('network');
  if (isVolumeKey('qemu', key)) return hotplug.has('disk') && !/^(?:efidisk|ide|sata|tpmstate)/.test(key);
  return key === 'cpuunits' || key === 'cpulimit';
}

function dropVolume({ access, guest }: Change, key: string, force: boolean): void {
  const text = guest.config[key];
  if (text === undefined || !isVolumeKey('qemu', key)) return;
  Reflect.deleteProperty(guest.config, key);
  const drive = parseVolumeEntry('qemu', key, text);
  if (force && !isCdrom(drive)) deallocate(access, guest, drive.volid);
  else detachDrive(access.context.state, guest, key, text);
}

function setKey({ guest }: Change, key: string, value: string): void {
  recordCloudinit(guest, key, guest.config[key], value);
  guest.config[key] = value;
  Reflect.deleteProperty(guest.pending.set, key);
}

function deleteKey({ guest }: Change, key: string): void {
  recordCloudinit(guest, key, guest.config[key], undefined);
  Reflect.deleteProperty(guest.config, key);
  removePendingDelete(guest, key);
}

/** `unused[n]` of a volume that is in use again disappears, as PVE drops it when it writes the file. */
function dropUsedUnused(guest: GuestState): void {
  for (const [key, volid] of Object.entries(guest.config)) {
    if (/^unused\d+$/.test(key) && isVolumeInUse({ ...guest, snapshots: {} }, volid))
      Reflect.deleteProperty(guest.config, key);
  }
}

function collect(errors: Record<string, string>, key: string, prefix: string, run: () => void): void {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof DemoHttpError && thrown.status === 403) throw thrown;
    errors[key] = `${prefix}${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}

/**
 * Gives the running VM what it can take of the pending changes in `selection`; the rest stays pending.
 * Returns key → problem.
 */
export function hotplugPending(
  access: GuestAccess,
  guest: GuestState,
  selection: ReadonlySet<string>,
): Record<string, string> {
  const change: Change = { access, guest };
  const errors: Record<string, string> = {};
  for (const [key, value] of Object.entries(guest.pending.set))
    if (immediate.test(key)) setKey(change, key, value);
  for (const [key, force] of pendingDeletes(guest.pending)) {
    if (!selection.has(key) || !deletesLive(guest, key)) continue;
    collect(errors, key, 'hotplug problem - ', () => {
      dropVolume(change, key, force);
      deleteKey(change, key);
    });
  }
  for (const [key, value] of Object.entries(guest.pending.set)) {
    if (!selection.has(key)) continue;
    collect(errors, key, 'hotplug problem - ', () => {
      if (appliesLive(change, key, value)) setKey(change, key, value);
    });
  }
  dropUsedUnused(guest);
  if (hotplugFeatures(guest.config).has('cloudinit')) regenerateCloudinit(guest);
  return errors;
}

/** Makes every pending change of a stopped VM, as a change does at once and a start does before QEMU runs. */
export function applyPending(access: GuestAccess, guest: GuestState): Record<string, string> {
  const change: Change = { access, guest };
  const errors: Record<string, string> = {};
  for (const [key, force] of pendingDeletes(guest.pending)) {
    collect(errors, key, `unable to apply pending change ${key} : `, () => {
      dropVolume(change, key, force);
      Reflect.deleteProperty(guest.config, key);
      removePendingDelete(guest, key);
    });
  }
  cleanupPending(guest);
  for (const [key, value] of Object.entries(guest.pending.set)) {
    const before = guest.config[key];
    guest.config[key] = value;
    Reflect.deleteProperty(guest.pending.set, key);
    if (before === undefined || !isVolumeKey('qemu', key)) continue;
    const replaced =
      parseVolumeEntry('qemu', key, before).volid !== parseVolumeEntry('qemu', key, value).volid;
    if (replaced) detachDrive(access.context.state, guest, key, before);
  }
  dropUsedUnused(guest);
  return errors;
}
