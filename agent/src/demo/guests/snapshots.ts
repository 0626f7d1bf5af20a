import { parseProperty, subkey } from '../../pve/config/property.ts';
import type { DemoContext, DemoEndpoint, TaskPlan } from '../endpoint.ts';
import type { GuestState, Section } from '../state.ts';
import { isCdrom, isUnusedKey, volumeEntries } from './drives.ts';
import { hasFeature } from './features.ts';
import { assertUnlocked, bothTypes, guestDigest, isRunning, isTemplate } from './lookup.ts';
import { flag, textOrEmpty, text } from '../params.ts';
import { startGuest, stopGuest } from './power.ts';
import { addUnused, ownsVolume } from './qemu-disks.ts';
import { die } from '../refuse.ts';
import { findSnapshot, snapshotSection } from './snapshot-view.ts';
import { typedConfig } from './config-view.ts';
import { allocateVolume, freeVolume, parseVolid } from './volumes.ts';

const mib = 2 ** 20;
/** Keys of the current configuration that are not part of a snapshot. */
const notInSnapshot = new Set([
  'lock',
  'digest',
  'description',
  'parent',
  'vmstate',
  'snaptime',
  'snapstate',
]);

function list(_: DemoContext, guest: GuestState): Record<string, unknown>[] {
  const rows = Object.entries(guest.snapshots).map(([name, snapshot]) => ({
    name,
    description: snapshot.description ?? '',
    snaptime: snapshot.snaptime,
    ...(guest.type === 'qemu' && { vmstate: snapshot.vmstate ? 1 : 0 }),
    ...(snapshot.parent !== undefined && { parent: snapshot.parent }),
  }));
  const { parent } = guest.config;
  const current = {
    name: 'current',
    description: 'You are here!',
    digest: guestDigest(guest),
    running: isRunning(guest) ? 1 : 0,
    ...(parent !== undefined && { parent }),
  };
  return [...rows, current];
}

const copied = (config: Section): Section =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !notInSnapshot.has(key) && !isUnusedKey(key)));

/** QEMU's state needs twice the memory and some room for the drivers (qemu-server, __snapshot_save_vmstate). */
function saveVmstate({ state, now }: DemoContext, guest: GuestState, name: string): string {
  const first = volumeEntries('qemu', guest.config).find((drive) => !isCdrom(drive));
  const storage = guest.config.vmstatestorage ?? (first && parseVolid(first.volid)?.storage) ?? 'local';
  const memory = subkey(parseProperty('qemu', 'memory', guest.config.memory ?? '512'), 'current') ?? '512';
  const volume = allocateVolume(state, {
    storage,
    node: guest.node,
    vmid: guest.vmid,
    size: (Number(memory) * 2 + 500) * mib,
    content: 'images',
    ctime: now,
    name: `vm-${guest.vmid}-state-${name}`,
  });
  return volume.volid;
}

function takeSnapshot(context: DemoContext, guest: GuestState, name: string): void {
  const { params, now, state } = context;
  if (isTemplate(guest)) die("you can't take a snapshot if it's a template");
  if (guest.snapshots[name]) die(`snapshot name '${name}' already used`);
  if (!hasFeature(state, guest, guest.config, 'snapshot')) die('snapshot feature is not available');
  const vmstate = flag(params, 'vmstate') && isRunning(guest);
  const config = copied(guest.config);
  if (vmstate) config.vmstate = saveVmstate(context, guest, name);
  const description = text(params, 'description');
  const { parent } = guest.config;
  guest.snapshots[name] = {
    config,
    ...(description && { description }),
    ...(parent !== undefined && { parent }),
    snaptime: now,
    vmstate,
  };
  guest.config.parent = name;
}

const prefix = (guest: GuestState): 'qm' | 'vz' => (guest.type === 'qemu' ? 'qm' : 'vz');

function create(context: DemoContext, guest: GuestState): string {
  const name = textOrEmpty(context.params, 'snapname');
  if (name === 'current') die("unable to use snapshot name 'current' (reserved name)");
  if (name.toLowerCase() === 'pending') die("unable to use snapshot name 'pending' (reserved name)");
  if (guest.type === 'lxc' && name === 'vzdump') die("unable to use snapshot name 'vzdump' (reserved name)");
  const drives = volumeEntries(guest.type, guest.config).filter((entry) => !isCdrom(entry));
  return context.startTask({
    node: guest.node,
    type: `${prefix(guest)}snapshot`,
    id: String(guest.vmid),
    lock: { vmid: guest.vmid, lock: 'snapshot' },
    steps: [
      {
        log: drives.map(({ key, volid }) => `snapshotting '${key}' (${volid})`).join('\n'),
        delayMs: 300,
        apply: () => takeSnapshot(context, guest, name),
      },
    ],
  });
}

function removeSnapshot(context: DemoContext, guest: GuestState, name: string): void {
  const snapshot = findSnapshot(guest, name);
  if (isTemplate(guest)) die("you can't delete a snapshot if vm is a template");
  const { vmstate } = snapshot.config;
  if (vmstate !== undefined) freeVolume(context.state, vmstate, guest.node);
  Reflect.deleteProperty(guest.snapshots, name);
  for (const other of Object.values(guest.snapshots)) {
    if (other.parent !== name) continue;
    if (snapshot.parent === undefined) delete other.parent;
    else other.parent = snapshot.parent;
  }
  if (guest.config.parent === name) {
    if (snapshot.parent === undefined) delete guest.config.parent;
    else guest.config.parent = snapshot.parent;
  }
}

function remove(context: DemoContext, guest: GuestState): string {
  const name = textOrEmpty(context.params, 'snapname');
  return context.startTask({
    node: guest.node,
    type: `${prefix(guest)}delsnapshot`,
    id: String(guest.vmid),
    lock: { vmid: guest.vmid, lock: 'snapshot-delete' },
    steps: [{ delayMs: 300, apply: () => removeSnapshot(context, guest, name) }],
  });
}

/** The configuration returns to the snapshot's; volumes that only the present one has become unused. */
function restoreConfig({ state }: DemoContext, guest: GuestState, name: string): void {
  const { config, vmstate } = findSnapshot(guest, name);
  const kept = Object.entries(guest.config).filter(
    ([key]) => isUnusedKey(key) || key === 'description' || key === 'lock',
  );
  const before = volumeEntries(guest.type, guest.config);
  const after = new Set(volumeEntries(guest.type, config).map(({ volid }) => volid));
  guest.config = { ...Object.fromEntries(kept), ...copied(config), parent: name };
  guest.pending = { set: {}, delete: [] };
  for (const entry of before) {
    if (!isCdrom(entry) && !after.has(entry.volid) && ownsVolume(state, guest, entry.volid)) {
      addUnused(guest, entry.volid);
    }
  }
  if (vmstate) guest.status = 'running';
}

function assertLatestOnZfs({ state }: DemoContext, guest: GuestState, name: string): void {
  const { snaptime, config } = findSnapshot(guest, name);
  for (const { volid } of volumeEntries(guest.type, config)) {
    if (state.storages[parseVolid(volid)?.storage ?? '']?.type !== 'zfspool') continue;
    const newer = Object.entries(guest.snapshots).find(
      ([other, snapshot]) => other !== name && snapshot.snaptime > snaptime,
    )?.[0];
    if (newer !== undefined) {
      die(`can't rollback, '${name}' is not most recent snapshot on '${volid}'`);
    }
  }
}

function rollback(context: DemoContext, guest: GuestState): string {
  const name = textOrEmpty(context.params, 'snapname');
  const start = flag(context.params, 'start');
  if (start) context.caller.require(`/vms/${guest.vmid}`, ['VM.PowerMgmt']);
  const steps: TaskPlan['steps'] = [
    {
      delayMs: 300,
      apply: () => {
        if (isTemplate(guest)) die("you can't rollback if vm is a template");
        assertLatestOnZfs(context, guest, name);
        if (isRunning(guest)) stopGuest(guest);
        restoreConfig(context, guest, name);
        if (guest.status === 'running') guest.startedAt = context.now;
        else if (start) startGuest(context, guest, true);
      },
    },
  ];
  return context.startTask({
    node: guest.node,
    type: `${prefix(guest)}rollback`,
    id: String(guest.vmid),
    lock: { vmid: guest.vmid, lock: 'rollback' },
    steps,
  });
}

function describe(context: DemoContext, guest: GuestState): null {
  const description = text(context.params, 'description');
  if (description === undefined) return null;
  assertUnlocked(guest);
  findSnapshot(guest, textOrEmpty(context.params, 'snapname')).description = description;
  return null;
}

/** Snapshots of VMs and containers. */
export const snapshotEndpoints: readonly DemoEndpoint[] = [
  ...bothTypes('GET', '/snapshot', list),
  ...bothTypes('POST', '/snapshot', create),
  ...bothTypes('GET', '/snapshot/{snapname}', () => [{ cmd: 'rollback' }, { cmd: 'config' }]),
  ...bothTypes('DELETE', '/snapshot/{snapname}', remove),
  ...bothTypes('GET', '/snapshot/{snapname}/config', ({ params }, guest) =>
    typedConfig(guest.type, snapshotSection(guest, textOrEmpty(params, 'snapname'))),
  ),
  ...bothTypes('PUT', '/snapshot/{snapname}/config', describe),
  ...bothTypes('POST', '/snapshot/{snapname}/rollback', rollback),
];
