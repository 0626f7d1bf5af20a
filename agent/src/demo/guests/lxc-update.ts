import { lookupKey } from '../../pve/config/formats/keys.ts';
import type { DemoContext } from '../endpoint.ts';
import type { GuestState, Section } from '../state.ts';
import { accessTo, uniqueTags } from './access.ts';
import { isUnusedKey, isVolumeKey } from './drives.ts';
import { checkHookscript } from './hookscript.ts';
import { assertUnlocked, assertUnprotected, guestDigest, isRunning } from './lookup.ts';
import { assertLxcKeys } from './lxc-privileges.ts';
import { assertRootdir, createMount, freeUnused, keepAsUnused } from './lxc-mounts.ts';
import { isNetKey, normaliseNet } from './nets.ts';
import { splitList, text } from '../params.ts';
import { addPendingDelete, cleanupPending, pendingDeletes, removePendingDelete } from './pending.ts';
import { configParameters } from './qemu-update.ts';
import { assertDigest, die, refuseParams } from '../refuse.ts';

const steering = new Set(['node', 'vmid', 'digest', 'delete', 'revert']);

/** Keys without any effect on a running container, and those that its cgroup takes at once. */
const immediate =
  /^(?:description|onboot|startup|protection|hostname|hookscript|cores|tags|lock|cpulimit|cpuunits|swap)$/;

function checkLists(settings: Section, doomed: readonly string[], revert: readonly string[]): void {
  const known = (key: string) => lookupKey('lxc', key) !== undefined;
  for (const key of revert) {
    if (!known(key)) refuseParams({ revert: `unknown option '${key}'` });
    if (settings[key] !== undefined) {
      refuseParams({ revert: `you can't use '-${key}' and '-revert ${key}' at the same time` });
    }
  }
  for (const key of doomed) {
    if (!known(key)) refuseParams({ delete: `unknown option '${key}'` });
    if (settings[key] !== undefined) {
      refuseParams({ delete: `you can't use '-${key}' and -delete ${key}' at the same time` });
    }
    if (revert.includes(key)) {
      refuseParams({ delete: `you can't use '-delete ${key}' and '-revert ${key}' at the same time` });
    }
  }
}

/** The value of one key as it is stored; refuses what a container cannot take. */
function storedValue(context: DemoContext, guest: GuestState, key: string, value: string): string {
  if (isVolumeKey('lxc', key)) {
    assertUnprotected(guest, `can't update CT ${guest.vmid} drive '${key}'`);
    assertRootdir(context, guest, key, value);
  }
  if (key === 'hookscript') checkHookscript(context.state, guest.node, value);
  if (key === 'unprivileged') die(`unable to modify read-only option: '${key}'`);
  if (key === 'tags') return uniqueTags(context, value);
  return isNetKey(key) ? normaliseNet(context.state, 'lxc', key, value) : value;
}

function registerDelete(guest: GuestState, key: string): void {
  if (guest.config[key] === undefined && guest.pending.set[key] === undefined) return;
  if (key === 'memory' || key === 'rootfs' || key === 'ostype') {
    die(`unable to delete required option '${key}'`);
  }
  if (key === 'unprivileged') die(`unable to delete read-only option: '${key}'`);
  if (isVolumeKey('lxc', key) || isUnusedKey(key)) {
    assertUnprotected(guest, `can't remove CT ${guest.vmid} drive '${key}'`);
  }
  Reflect.deleteProperty(guest.pending.set, key);
  addPendingDelete(guest, key);
}

function deletesLive(key: string): boolean {
  return immediate.test(key) || isNetKey(key) || isUnusedKey(key);
}

function appliesLive({ config }: GuestState, key: string): boolean {
  if (immediate.test(key) || isNetKey(key) || key === 'memory') return true;
  return /^(?:mp|dev)\d+$/.test(key) && config[key] === undefined;
}

function applyDeletes(context: DemoContext, guest: GuestState, selected: (key: string) => boolean): void {
  for (const key of pendingDeletes(guest.pending).keys()) {
    if (!selected(key)) continue;
    const value = guest.config[key];
    Reflect.deleteProperty(guest.config, key);
    removePendingDelete(guest, key);
    if (value !== undefined && isVolumeKey('lxc', key)) keepAsUnused(context, guest, key, value);
    if (value !== undefined && isUnusedKey(key)) freeUnused(context, guest, value);
  }
}

function applySets(context: DemoContext, guest: GuestState, selected: (key: string) => boolean): void {
  for (const [key, value] of Object.entries(guest.pending.set)) {
    if (!selected(key)) continue;
    const before = guest.config[key];
    const stored = isVolumeKey('lxc', key) ? createMount(context, guest, key, value) : value;
    Reflect.deleteProperty(guest.pending.set, key);
    guest.config[key] = stored;
    if (before !== undefined && isVolumeKey('lxc', key)) keepAsUnused(context, guest, key, before);
  }
}

/** Makes all pending changes of a stopped container, as a start does. */
export function applyLxcPending(context: DemoContext, guest: GuestState): void {
  applyDeletes(context, guest, () => true);
  cleanupPending(guest);
  applySets(context, guest, () => true);
}

/** Stores settings and deletions and applies what can be applied now; the rest stays pending (update_pct_config). */
export function changeLxcConfig(
  context: DemoContext,
  guest: GuestState,
  settings: Section,
  doomed: readonly string[],
): void {
  for (const key of doomed) registerDelete(guest, key);
  for (const [key, value] of Object.entries(settings)) {
    guest.pending.set[key] = storedValue(context, guest, key, value);
    removePendingDelete(guest, key);
  }
  cleanupPending(guest);
  if (!isRunning(guest)) {
    const touched = new Set([...doomed, ...Object.keys(settings)]);
    applyDeletes(context, guest, (key) => touched.has(key));
    applySets(context, guest, (key) => touched.has(key));
    return;
  }
  applyDeletes(context, guest, deletesLive);
  applySets(context, guest, (key) => appliesLive(guest, key));
}

/** `PUT …/lxc/{vmid}/config`. */
export function updateLxcConfig(context: DemoContext, guest: GuestState): null {
  const settings = configParameters(context, steering);
  const doomed = splitList(text(context.params, 'delete'));
  const revert = splitList(text(context.params, 'revert'));
  if (Object.keys(settings).length === 0 && doomed.length === 0 && revert.length === 0) {
    die('no options specified');
  }
  assertUnlocked(guest);
  assertDigest(guestDigest(guest), context.params.digest);
  const access = accessTo(context, guest);
  const unprivileged = guest.config.unprivileged === '1';
  const before = guest.config;
  assertLxcKeys(access, { before, settings: {}, doomed: [...doomed, ...revert], unprivileged });
  checkLists(settings, doomed, revert);
  assertLxcKeys(access, { before, settings, doomed: [], unprivileged });
  const restore = structuredClone({ config: guest.config, pending: guest.pending });
  try {
    for (const key of revert) {
      Reflect.deleteProperty(guest.pending.set, key);
      removePendingDelete(guest, key);
    }
    changeLxcConfig(context, guest, settings, doomed);
  } catch (thrown) {
    // PVE writes the file only when everything went through.
    guest.config = restore.config;
    guest.pending = restore.pending;
    throw thrown;
  }
  return null;
}
