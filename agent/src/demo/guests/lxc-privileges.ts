import { parseProperty } from '../../pve/config/property.ts';
import type { Section } from '../state.ts';
import { assertTagChange, assertVolumeAccess, requireOnGuest, type GuestAccess } from './access.ts';
import { isVolumeKey, parseVolumeEntry } from './drives.ts';
import { assertBridgeAccess, isNetKey } from './nets.ts';
import { deny } from '../refuse.ts';
import { parseNewVolume } from './volumes.ts';

export interface LxcKeyChange {
  /** The present configuration; empty for a new container. */
  readonly before: Section;
  readonly settings: Section;
  readonly doomed: readonly string[];
  readonly unprivileged: boolean;
}

const byAlphabet = (key: string, text: string | undefined): Map<string, string> =>
  new Map(text === undefined ? [] : parseProperty('lxc', key, text).entries);

function assertFeatures(
  access: GuestAccess,
  before: string | undefined,
  after: string | undefined,
  unprivileged: boolean,
): void {
  if (!unprivileged) {
    deny('changing feature flags for privileged container is only allowed for root@pam');
  }
  const [from, to] = [byAlphabet('features', before), byAlphabet('features', after)];
  const changed = [...new Set([...from.keys(), ...to.keys()])].filter(
    (name) => from.get(name) !== to.get(name),
  );
  if (changed.some((name) => name !== 'nesting')) {
    deny('changing feature flags (except nesting) is only allowed for root@pam');
  }
  if (changed.length > 0) requireOnGuest(access, ['VM.Allocate']);
}

function assertMount(access: GuestAccess, key: string, text: string): void {
  const { volid } = parseVolumeEntry('lxc', key, text);
  if (volid.startsWith('/')) {
    const kind = volid.startsWith('/dev/') ? 'device' : 'bind';
    deny(`mount point type ${kind} is only allowed for root@pam`);
  }
  const request = parseNewVolume(volid);
  if (request)
    access.context.caller.require(`/storage/${request.storage ?? 'local'}`, ['Datastore.AllocateSpace']);
  else assertVolumeAccess(access, volid, 'rootdir');
}

function assertKey(access: GuestAccess, change: LxcKeyChange, key: string, value: string | undefined): void {
  const before = change.before[key];
  if (/^(?:cores|cpuunits|cpulimit)$/.test(key)) requireOnGuest(access, ['VM.Config.CPU']);
  else if (key === 'memory' || key === 'swap') requireOnGuest(access, ['VM.Config.Memory']);
  else if (isVolumeKey('lxc', key)) {
    requireOnGuest(access, ['VM.Config.Disk']);
    if (value !== undefined) assertMount(access, key, value);
  } else if (isNetKey(key)) {
    requireOnGuest(access, ['VM.Config.Network']);
    for (const text of [before, value])
      if (text !== undefined) assertBridgeAccess(access.context, 'lxc', key, text);
  } else if (/^dev\d+$/.test(key)) {
    deny('configuring device passthrough is only allowed for root@pam');
  } else if (/^(?:nameserver|searchdomain|hostname)$/.test(key))
    requireOnGuest(access, ['VM.Config.Network']);
  else if (key === 'features') assertFeatures(access, before, value, change.unprivileged);
  else if (key === 'hookscript') deny('changing the hookscript is only allowed for root@pam');
  else if (key === 'tags') assertTagChange(access, before, value ?? '');
  else requireOnGuest(access, ['VM.Config.Options']);
}

/** What the caller needs to change these keys of a container (pve-container, check_ct_modify_config_perm). */
export function assertLxcKeys(access: GuestAccess, change: LxcKeyChange): void {
  if (access.context.caller.isRoot) return;
  for (const [key, value] of Object.entries(change.settings)) assertKey(access, change, key, value);
  for (const key of change.doomed) assertKey(access, change, key, undefined);
}
