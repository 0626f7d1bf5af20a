import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { lookupKey } from '../../pve/config/formats/keys.ts';
import { parseProperty, subkey } from '../../pve/config/property.ts';
import type { DemoContext } from '../endpoint.ts';
import type { GuestState, Section } from '../state.ts';
import { accessTo, assertTagChange, requireOnGuest, uniqueTags, type GuestAccess } from './access.ts';
import { isCdrom, isUnusedKey, isVolumeInUse, isVolumeKey, parseVolumeEntry } from './drives.ts';
import { checkHookscript } from './hookscript.ts';
import { assertUnlocked, assertUnprotected, guestDigest, isRunning, skipsLock } from './lookup.ts';
import { assertBridgeAccess, isNetKey, normaliseNet } from './nets.ts';
import { asText, flag, splitList, text } from '../params.ts';
import { addPendingDelete, cleanupPending, hasPending, removePendingDelete } from './pending.ts';
import { applyPending, hotplugPending } from './qemu-apply.ts';
import {
  assertDriveKind,
  assertDriveStorage,
  createDrive,
  deallocate,
  detachDrive,
  normaliseDrives,
  ownsVolume,
} from './qemu-disks.ts';
import { assertCpuModel, assertQemuKeys, assertQemuValue } from './qemu-privileges.ts';
import { die, refuseParams } from '../refuse.ts';
import { freeVolume } from './volumes.ts';

/** Parameters of the config calls that are no configuration. */
const steering = new Set([
  'node',
  'vmid',
  'digest',
  'background_delay',
  'skip_cloud_init',
  'import-working-storage',
  'skiplock',
  'delete',
  'revert',
  'force',
]);

/** A change of a VM's configuration that passed PVE's early checks. */
export interface QemuChange {
  readonly access: GuestAccess;
  readonly guest: GuestState;
  readonly settings: Section;
  readonly doomed: readonly string[];
  readonly revert: readonly string[];
  readonly force: boolean;
  /** As PVE logs it: `update VM 105: -cores 4`. */
  readonly summary: string;
  readonly digest: string | undefined;
  readonly ignoreLock: boolean;
}

export function configParameters(context: DemoContext, without: ReadonlySet<string> = steering): Section {
  const settings: Section = {};
  for (const [key, value] of Object.entries(context.params)) {
    if (!without.has(key) && value !== undefined && value !== null) settings[key] = asText(value);
  }
  return settings;
}

function summarise(context: DemoContext, vmid: number): string {
  const parts = Object.keys(context.params)
    .filter((key) => !['node', 'vmid', 'digest', 'background_delay'].includes(key))
    .sort()
    .flatMap((key) => [`-${key}`, key === 'cipassword' ? '<hidden>' : (text(context.params, key) ?? '')]);
  return `update VM ${vmid}: ${parts.join(' ')}`;
}

function checkLists(settings: Section, doomed: readonly string[], revert: readonly string[]): void {
  const known = (key: string) => lookupKey('qemu', key) !== undefined;
  for (const key of revert) {
    if (!known(key)) refuseParams({ revert: `unknown option '${key}'` });
    if (settings[key] !== undefined) {
      refuseParams({ delete: `you can't use '-${key}' and -revert ${key}' at the same time` });
    }
  }
  for (const key of doomed) {
    if (settings[key] !== undefined) {
      refuseParams({ delete: `you can't use '-${key}' and -delete ${key}' at the same time` });
    }
    if (revert.includes(key)) {
      refuseParams({ revert: `you can't use '-delete ${key}' and -revert ${key}' at the same time` });
    }
    if (!known(key)) refuseParams({ delete: `unknown option '${key}'` });
  }
}

/** `cdrom` is ide2; a missing MAC and VM generation id are made up; drives are read. */
function normalise(context: DemoContext, guest: GuestState, settings: Section): void {
  if (settings.cdrom !== undefined) {
    settings.ide2 = settings.cdrom.includes('media=') ? settings.cdrom : `${settings.cdrom},media=cdrom`;
    delete settings.cdrom;
  }
  normaliseDrives(settings);
  for (const [key, value] of Object.entries(settings)) {
    if (isNetKey(key)) settings[key] = normaliseNet(context.state, 'qemu', key, value);
    else if (key === 'vmgenid' && value === '1') settings[key] = randomUUID();
    else if (key === 'hookscript') checkHookscript(context.state, guest.node, value);
  }
}

/** Reads a `PUT`/`POST …/config` and refuses what PVE refuses before it starts to change anything. */
export function prepareQemuChange(context: DemoContext, guest: GuestState): QemuChange {
  const ignoreLock = skipsLock(context);
  const settings = configParameters(context);
  const doomed = splitList(text(context.params, 'delete')).map((key) => (key === 'cdrom' ? 'ide2' : key));
  const revert = splitList(text(context.params, 'revert'));
  if (Object.keys(settings).length === 0 && doomed.length === 0 && revert.length === 0) {
    die('no options specified');
  }
  const summary = summarise(context, guest.vmid);
  checkLists(settings, doomed, revert);
  normalise(context, guest, settings);
  const access = accessTo(context, guest);
  assertQemuKeys(access, doomed);
  assertQemuKeys(access, Object.keys(settings));
  assertDriveStorage(access, settings);
  for (const [key, value] of Object.entries(settings)) {
    if (isNetKey(key)) assertBridgeAccess(context, 'qemu', key, value);
  }
  const force = flag(context.params, 'force');
  const change = {
    access,
    guest,
    settings,
    doomed,
    revert,
    force,
    summary,
    digest: text(context.params, 'digest'),
    ignoreLock,
  };
  assertChangeable(change);
  return change;
}

/** What PVE checks early and again when it has the lock: digest, CPU model, lock, balloon against memory. */
function assertChangeable({ access, guest, settings, digest, ignoreLock }: QemuChange): void {
  if (digest && digest !== guestDigest(guest)) {
    die('checksum mismatch (file change by other user?)');
  }
  if (settings.cpu !== undefined) assertCpuModel(access, settings.cpu, guest.config.cpu);
  if (!ignoreLock) assertUnlocked(guest);
  if (settings.memory === undefined && settings.balloon === undefined) return;
  const { pending, config } = guest;
  const memory = settings.memory ?? pending.set.memory ?? config.memory ?? '512';
  const balloon = settings.balloon ?? pending.set.balloon ?? config.balloon ?? '0';
  const current = subkey(parseProperty('qemu', 'memory', memory), 'current') ?? memory;
  if (Number(balloon) > Number(current)) {
    die('balloon value too large (must be smaller than assigned memory)');
  }
}

const bootOrder = (boot: string | undefined): string[] =>
  boot === undefined ? [] : splitList(subkey(parseProperty('qemu', 'boot', boot), 'order'));

function storeBootOrder(guest: GuestState, order: readonly string[], modified: Set<string>): void {
  guest.pending.set.boot = `order=${order.join(';')}`;
  modified.add('boot');
}

function deleteOne(change: QemuChange, key: string, modified: Set<string>): void {
  const { access, guest } = change;
  const value = guest.config[key] ?? guest.pending.set[key];
  if (value === undefined) return;
  modified.add(key);
  const wasPending = guest.pending.set[key] !== undefined;
  Reflect.deleteProperty(guest.pending.set, key);
  const order = bootOrder(guest.pending.set.boot ?? guest.config.boot);
  if (order.includes(key))
    storeBootOrder(
      guest,
      order.filter((device) => device !== key),
      modified,
    );
  if (isUnusedKey(key)) {
    assertUnprotected(guest, `can't remove unused disk '${value}'`);
    requireOnGuest(access, ['VM.Config.Disk']);
    Reflect.deleteProperty(guest.config, key);
    try {
      deallocate(access, guest, value);
    } catch (thrown) {
      guest.config[key] = value;
      throw thrown;
    }
    return;
  }
  if (key === 'vmstate') {
    assertUnprotected(guest, `can't remove vmstate '${value}'`);
    Reflect.deleteProperty(guest.config, key);
    freeVolume(access.context.state, value, guest.node);
    return;
  }
  if (key === 'tags') {
    assertTagChange(access, value, '');
    Reflect.deleteProperty(guest.config, key);
    return;
  }
  if (isVolumeKey('qemu', key)) {
    assertUnprotected(guest, `can't remove drive '${key}'`);
    assertDriveKind(access, key, value);
    if (wasPending) detachDrive(access.context.state, guest, key, value);
  } else if (isNetKey(key) && guest.config[key] !== undefined) {
    assertBridgeAccess(access.context, 'qemu', key, guest.config[key]);
  } else assertQemuValue(access, key, value, 'delete');
  addPendingDelete(guest, key, change.force);
}

function setDrive({ access, guest }: QemuChange, key: string, value: string, modified: Set<string>): void {
  const before = guest.config[key];
  if (before !== undefined) {
    assertDriveKind(access, key, before);
    if (key === 'tpmstate0') assertSameTpmVersion(before, value);
  }
  assertDriveKind(access, key, value);
  const replaced = guest.pending.set[key];
  if (replaced !== undefined) {
    const { volid } = parseVolumeEntry('qemu', key, replaced);
    Reflect.deleteProperty(guest.pending.set, key);
    const orphan = ownsVolume(access.context.state, guest, volid) && !isVolumeInUse(guest, volid);
    if (orphan && parseVolumeEntry('qemu', key, value).volid !== volid) {
      detachDrive(access.context.state, guest, key, replaced);
    }
  }
  guest.pending.set[key] = createDrive({ context: access.context, guest }, key, value);
  const order = bootOrder(guest.pending.set.boot ?? guest.config.boot);
  if (order.length > 0 && !order.includes(key) && isCdrom(parseVolumeEntry('qemu', key, value))) {
    storeBootOrder(guest, [...order, key], modified);
  }
}

function assertSameTpmVersion(before: string, after: string): void {
  const [from, to] = [
    parseVolumeEntry('qemu', 'tpmstate0', before),
    parseVolumeEntry('qemu', 'tpmstate0', after),
  ];
  const version = (entry: typeof from) => subkey(entry.value, 'version') ?? 'v1.2';
  if (from.volid === to.volid && version(from) !== version(to)) {
    die('cannot change TPM state version after creation');
  }
}

function assertBootDevices({ guest, settings, doomed }: QemuChange, boot: string): void {
  for (const device of bootOrder(boot)) {
    const exists = guest.config[device] ?? guest.pending.set[device] ?? settings[device];
    if (exists === undefined || doomed.includes(device)) {
      die(`invalid bootorder: device '${device}' does not exist'`);
    }
  }
}

/** Not crypt(3), which no guest of the demo ever reads; only its form, so that the clear text is not kept. */
function hashedPassword(password: string): string {
  if (/^\$(?:[156]|2[ay])(\$.+){2}/.test(password)) return password;
  const salt = randomBytes(6).toString('hex');
  return `$5$${salt}$${createHash('sha256')
    .update(salt + password)
    .digest('base64url')}`;
}

function setOne(change: QemuChange, key: string, value: string, modified: Set<string>): void {
  const { access, guest } = change;
  modified.add(key);
  if (guest.pending.set[key] === value) return;
  if (isVolumeKey('qemu', key)) {
    setDrive(change, key, value, modified);
  } else if (key === 'tags') {
    assertTagChange(access, guest.config.tags, value);
    guest.pending.set.tags = uniqueTags(access.context, value);
  } else if (key === 'cipassword') {
    guest.config.cipassword = (guest.config.ostype ?? '').startsWith('win') ? value : hashedPassword(value);
  } else {
    const before = guest.config[key];
    if (isNetKey(key) && before !== undefined) assertBridgeAccess(access.context, 'qemu', key, before);
    if (before !== undefined) assertQemuValue(access, key, before, 'modify');
    assertQemuValue(access, key, value, 'modify');
    if (key === 'boot') {
      assertBootDevices(change, value);
      if (guest.config.bootdisk !== undefined) addPendingDelete(guest, 'bootdisk');
    }
    guest.pending.set[key] = value;
  }
  removePendingDelete(guest, key);
}

/** A reverted key keeps its present value; a key that is only pending is dropped. */
function revertKeys({ guest, revert }: QemuChange): void {
  for (const key of revert) {
    Reflect.deleteProperty(guest.pending.set, key);
    removePendingDelete(guest, key);
  }
}

/**
 * Makes a prepared change: everything goes to the pending section first; what the running VM can take, or all of it
 * when the VM is stopped, is applied then. Problems are PVE's 400 with one message a key.
 */
export function applyQemuChange(change: QemuChange): void {
  const { access, guest } = change;
  assertChangeable(change);
  const modified = new Set<string>(change.revert);
  revertKeys(change);
  for (const key of change.doomed) deleteOne(change, key, modified);
  for (const [key, value] of Object.entries(change.settings)) setOne(change, key, value, modified);
  cleanupPending(guest);
  if (!hasPending(guest)) return;
  const errors = isRunning(guest) ? hotplugPending(access, guest, modified) : applyPending(access, guest);
  if (Object.keys(errors).length > 0) refuseParams(errors);
}
