import { randomUUID } from 'node:crypto';
import { parseProperty, printProperty, withSubkey } from '../../pve/config/property.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { GuestState, Section } from '../state.ts';
import { copyVolume, type CopyTarget } from './copy-volume.ts';
import {
  isCdrom,
  isCloudinit,
  isManaged,
  isUnusedKey,
  printVolumeEntry,
  volumeEntries,
  withVolume,
} from './drives.ts';
import { hasFeature } from './features.ts';
import { assertUnlocked, assertVmidUnused, bothTypes, isRunning, isTemplate } from './lookup.ts';
import { assertBridgeAccess, isNetKey, withFreshMac } from './nets.ts';
import { flag, integer, text } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import { findSnapshot } from './snapshot-view.ts';
import { enabledStorage, hasContent, isShared } from './storages.ts';
import { freeVolume, parseVolid } from './volumes.ts';

interface CloneRequest {
  readonly newid: number;
  readonly full: boolean;
  readonly storage: string | undefined;
  readonly target: string | undefined;
  readonly snapname: string | undefined;
  readonly pool: string | undefined;
  readonly source: Section;
}

/** Keys that belong to the original only. */
const notCloned = new Set([
  'parent',
  'snaptime',
  'vmstate',
  'snapstate',
  'runningcpu',
  'runningmachine',
  'running-nets-host-mtu',
  'lock',
  'template',
]);

function readRequest({ params, state }: DemoContext, guest: GuestState): CloneRequest {
  const target = text(params, 'target');
  const snapname = text(params, 'snapname');
  const pool = text(params, 'pool');
  if (pool !== undefined && !state.pools[pool]) die(`pool '${pool}' does not exist`);
  if (target !== undefined && !state.nodes[target]) die(`no such cluster node '${target}'`);
  return {
    newid: integer(params, 'newid') ?? 0,
    full: params.full === undefined ? !isTemplate(guest) : flag(params, 'full'),
    storage: text(params, 'storage'),
    target: target === guest.node ? undefined : target,
    snapname,
    pool,
    source: snapname ? findSnapshot(guest, snapname).config : guest.config,
  };
}

const cloneable = (guest: GuestState, source: Section) =>
  volumeEntries(guest.type, source).filter((entry) => !isCdrom(entry) || isCloudinit(entry));

function assertStorage({ state }: DemoContext, guest: GuestState, { storage, target }: CloneRequest): void {
  if (storage === undefined) return;
  const config = enabledStorage(state, storage, guest.node);
  const content = guest.type === 'qemu' ? 'images' : 'rootdir';
  if (!hasContent(config, content)) {
    refuseParams({
      storage: `storage '${storage}' does not support ${guest.type === 'qemu' ? 'vm images' : 'container directories'}`,
    });
  }
  if (target === undefined) return;
  enabledStorage(state, storage, target);
  if (!isShared(config)) die(`can't clone to non-shared storage '${storage}'`);
}

function assertVolumes(context: DemoContext, guest: GuestState, request: CloneRequest): void {
  const { state, caller, params } = context;
  const { full, storage, target, source, snapname } = request;
  if (storage !== undefined && !full) die("parameter 'storage' not allowed for linked clones");
  if (text(params, 'format') !== undefined && !full) die("parameter 'format' not allowed for linked clones");
  const kind = guest.type === 'qemu' ? 'VM' : 'CT';
  const volumes = cloneable(guest, source);
  for (const entry of volumes) {
    if (!isManaged(entry))
      die(
        guest.type === 'lxc'
          ? `unable to clone mountpoint '${entry.key}' (type bind)`
          : `Full clone feature is not supported for '${entry.volid}' (${entry.key})`,
      );
    caller.require(`/storage/${storage ?? parseVolid(entry.volid)?.storage ?? ''}`, [
      'Datastore.AllocateSpace',
    ]);
    const single: Section = { [entry.key]: source[entry.key] ?? '' };
    if (!full && !isCloudinit(entry) && !hasFeature(state, guest, single, 'clone', snapname !== undefined)) {
      die(
        guest.type === 'qemu'
          ? `Linked clone feature is not supported for${snapname ? ' a snapshot of' : ''} '${entry.volid}' (${entry.key})`
          : `Linked clone feature for '${entry.volid}' is not available`,
      );
    }
  }
  const allShared = volumes.every(({ volid }) =>
    isShared(state.storages[storage ?? parseVolid(volid)?.storage ?? ''] ?? {}),
  );
  if (target !== undefined && !allShared)
    die(`can't clone ${kind} to node '${target}' (${kind} uses local storage)`);
  if (guest.type === 'lxc' && full && isRunning(guest) && !snapname) {
    die('Full clone of a running container is only possible from a snapshot');
  }
  if (guest.type === 'qemu' && full && isRunning(guest) && !snapname && source.tpmstate0 !== undefined) {
    die('cannot clone TPM state while VM is running');
  }
}

/** Everything but volumes: new MAC addresses, new ids, the new name. */
function clonedConfig({ state, params }: DemoContext, guest: GuestState, source: Section): Section {
  const config: Section = {};
  for (const [key, value] of Object.entries(source)) {
    if (notCloned.has(key) || isUnusedKey(key)) continue;
    config[key] = isNetKey(key) ? withFreshMac(state, guest.type, key, value) : value;
  }
  if (guest.type === 'qemu') {
    const smbios = parseProperty('qemu', 'smbios1', source.smbios1 ?? '');
    config.smbios1 = printProperty('qemu', 'smbios1', withSubkey(smbios, 'uuid', randomUUID()));
    if (source.vmgenid !== undefined) config.vmgenid = randomUUID();
    config.name = text(params, 'name') ?? `Copy-of-VM-${source.name ?? String(guest.vmid)}`;
  } else {
    const hostname = text(params, 'hostname');
    if (hostname) config.hostname = hostname;
  }
  const description = text(params, 'description');
  if (description) config.description = description;
  return config;
}

function copyVolumes(context: DemoContext, guest: GuestState, request: CloneRequest, config: Section): void {
  const { state, params, now } = context;
  const target: CopyTarget = {
    vmid: request.newid,
    node: guest.node,
    now,
    storage: request.storage,
    format: text(params, 'format'),
  };
  const made: string[] = [];
  try {
    for (const entry of cloneable(guest, request.source)) {
      const alone = request.full || isCloudinit(entry) || entry.key === 'tpmstate0';
      const volume = copyVolume(state, guest, entry, alone ? target : { ...target, linked: true });
      made.push(volume.volid);
      const size = isCloudinit(entry) ? undefined : volume.size;
      config[entry.key] = printVolumeEntry(guest.type, withVolume(guest.type, entry, volume.volid, size));
    }
  } catch (thrown) {
    for (const volid of made) freeVolume(state, volid, guest.node);
    die(`clone failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function assertFree({ state }: DemoContext, guest: GuestState, newid: number): void {
  if (guest.type === 'lxc') assertVmidUnused(state, newid);
  else if (state.guests[String(newid)]) die(`unable to create VM ${newid}: config file already exists`);
}

function createClone(context: DemoContext, guest: GuestState, request: CloneRequest): void {
  const { state } = context;
  const { newid, pool, target, source } = request;
  assertFree(context, guest, newid);
  const config = clonedConfig(context, guest, source);
  copyVolumes(context, guest, request, config);
  state.guests[String(newid)] = {
    vmid: newid,
    type: guest.type,
    node: target ?? guest.node,
    config,
    lxcRaw: structuredClone(guest.lxcRaw),
    pending: { set: {}, delete: [] },
    snapshots: {},
    status: 'stopped',
    startedAt: null,
    firewall: structuredClone(guest.firewall),
    ...(guest.agent && { agent: structuredClone(guest.agent) }),
    load: { ...guest.load },
  };
  if (pool !== undefined) state.pools[pool]?.vmids.push(newid);
}

function clone(context: DemoContext, guest: GuestState): string {
  const request = readRequest(context, guest);
  assertStorage(context, guest, request);
  assertUnlocked(guest);
  assertVolumes(context, guest, request);
  for (const [key, value] of Object.entries(request.source)) {
    if (isNetKey(key)) assertBridgeAccess(context, guest.type, key, value);
  }
  assertFree(context, guest, request.newid);
  const copies = cloneable(guest, request.source).map(
    ({ key, volid }) =>
      `create ${request.full ? 'full' : 'linked'} clone of ${guest.type === 'qemu' ? 'drive' : 'mountpoint'} ${key} (${volid})`,
  );
  return context.startTask({
    node: guest.node,
    type: guest.type === 'qemu' ? 'qmclone' : 'vzclone',
    id: String(guest.vmid),
    ...(guest.type === 'lxc' && { lock: { vmid: guest.vmid, lock: 'disk' } }),
    steps: [
      {
        log: [
          `creating a clone of ${guest.type === 'qemu' ? 'VM' : 'container'} ${guest.vmid} with ID ${request.newid}`,
          ...copies,
        ].join('\n'),
        delayMs: 400,
      },
      { delayMs: 400, apply: () => createClone(context, guest, request) },
    ],
  });
}

/** Full and linked clones; the volume of a cloned drive keeps its options, only the id changes. */
export const cloneEndpoints: readonly DemoEndpoint[] = bothTypes('POST', '/clone', clone);
