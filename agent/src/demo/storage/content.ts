import { setTimeout as sleep } from 'node:timers/promises';
import { flag, integer, textOrEmpty, text } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, VolumeState } from '../state.ts';
import { checkVolumeAccess, enabledStorage, holds, mayAccess, placeOf, volumesOn } from './access.ts';
import { storagePlugins } from './plugins.ts';
import { nextDiskName, volumeName, volumeOf, volumePath, volumeRow } from './volumes.ts';

const list = (context: DemoContext): unknown => {
  const { state, caller, params } = context;
  const { id, section, node } = enabledStorage(context);
  const content = text(params, 'content');
  const vmid = integer(params, 'vmid');
  return volumesOn(state, id, node.name)
    .filter(
      (volume) =>
        (content === undefined || volume.content === content) &&
        (vmid === undefined || volume.vmid === vmid) &&
        mayAccess(caller, volume),
    )
    .sort((a, b) => (a.volid < b.volid ? -1 : 1))
    .map((volume) => volumeRow(section, volume));
};

const KIB = 1024;
const units: Readonly<Record<string, number>> = { '': KIB, M: KIB ** 2, G: KIB ** 3 };

const sizeOf = (params: DemoContext['params']): number => {
  const size = textOrEmpty(params, 'size');
  const [, digits, unit = ''] = /^(\d+)([MG]?)$/.exec(size) ?? [];
  if (digits === undefined) return refuseParams({ size: `unable to parse size '${size}'` });
  return Number(digits) * (units[unit] ?? KIB);
};

/** `POST …/content`: a new disk image, as `pvesm alloc` makes it. */
const create = (context: DemoContext): string => {
  const { state, params, now } = context;
  const { id, section, node } = enabledStorage(context);
  const vmid = integer(params, 'vmid') ?? 0;
  const asked = textOrEmpty(params, 'filename');
  const size = sizeOf(params);
  const named = /\.(raw|qcow2|vmdk)$/.exec(asked)?.[1];
  const given = text(params, 'format');
  if (named !== undefined && given !== undefined && given !== named) {
    refuseParams({ format: `different storage formats (${given} != ${named})` });
  }
  const formats = storagePlugins[section.type ?? '']?.formats ?? [];
  const format = named ?? given ?? section.format ?? formats[0] ?? 'raw';
  if (!formats.includes(format)) die(`unsupported format '${format}'`);
  const name = asked === '' ? nextDiskName(state, id, section, vmid, format) : asked;
  if (section.path === undefined && !name.startsWith(`vm-${vmid}-`) && !name.startsWith(`subvol-${vmid}-`)) {
    die(`illegal name '${name}' - should be 'vm-${vmid}-*'`);
  }
  if (section.path !== undefined && !name.endsWith(`.${format}`)) {
    die(`illegal name '${name}' - wrong extension for format ('raw != '${format}')`);
  }
  const volid = `${id}:${section.path === undefined ? '' : `${vmid}/`}${name}`;
  if (volumesOn(state, id, node.name).some((volume) => volume.volid === volid)) {
    die(`disk image '${volumeName(volid)}' already exists`);
  }
  state.volumes.push({
    volid,
    storage: id,
    ...placeOf(section, node),
    content: holds(section, 'images') ? 'images' : 'rootdir',
    format,
    size,
    used: 0,
    vmid,
    ctime: Math.floor(now),
  });
  return volid;
};

const info = (context: DemoContext): unknown => {
  const { volume, section } = volumeOf(context);
  checkVolumeAccess(context.caller, volume);
  return {
    path: volumePath(section, volume),
    size: volume.size,
    used: volume.used ?? volume.size,
    format: volume.format,
    ...(volume.notes === undefined ? {} : { notes: volume.notes }),
    ...(volume.content === 'backup' ? { protected: volume.protected ? 1 : 0 } : {}),
  };
};

const update = (context: DemoContext): null => {
  const { params, caller } = context;
  const { volume, section } = volumeOf(context);
  checkVolumeAccess(caller, volume);
  const named = ['notes', 'protected'].find((key) => params[key] !== undefined);
  if (named === undefined) return null;
  if (section.path === undefined && section.type !== 'pbs') {
    die(`attribute '${named}' is not supported for storage type '${section.type ?? ''}'`);
  }
  if (volume.content !== 'backup') die(`only backups support attribute '${named}'`);
  const notes = text(params, 'notes');
  if (notes === '') Reflect.deleteProperty(volume, 'notes');
  else if (notes !== undefined) volume.notes = notes;
  if (params.protected !== undefined) volume.protected = flag(params, 'protected');
  return null;
};

/** Removes a volume, or refuses as the storage plugin does. */
export const freeVolume = (state: DemoState, volume: VolumeState): void => {
  const name = volumeName(volume.volid);
  if (volume.protected) die(`cannot remove protected volume '${name}' on '${volume.storage}'`);
  const base = /(?:^|\/)(base-\d+-disk-\d+)/.exec(name)?.[1];
  const clone =
    base !== undefined &&
    state.volumes.some(
      (other) =>
        (other !== volume && other.storage === volume.storage && other.volid.includes(`${base}/`)) ||
        (other !== volume && other.storage === volume.storage && other.parent?.includes(base)),
    );
  if (clone) die(`base volume '${name}' is still in use by linked clones`);
  state.volumes = state.volumes.filter((other) => other !== volume);
};

const TICK_MS = 50;

const remove = async (context: DemoContext): Promise<string | null> => {
  const { state, caller, params } = context;
  const { id, node } = enabledStorage(context);
  const { volume } = volumeOf(context);
  if (volume.content === 'backup' && volume.vmid !== undefined) {
    caller.require(`/storage/${id}`, ['Datastore.AllocateSpace']);
    caller.require(`/vms/${volume.vmid}`, ['VM.Backup']);
  } else {
    caller.require(`/storage/${id}`, ['Datastore.Allocate']);
  }
  const upid = context.startTask({
    node: node.name,
    type: 'imgdel',
    id: `${volume.vmid === undefined ? '' : `${volume.vmid}@`}${id}`,
    steps: [
      { delayMs: 200, apply: () => freeVolume(state, volume) },
      { log: `Removed volume '${volume.volid}'` },
    ],
  });
  const seconds = integer(params, 'delay');
  if (seconds === undefined) return upid;
  for (let waited = 0; waited <= seconds * 1000; waited += TICK_MS) {
    const task = context.findTask(upid);
    if (task?.endtime !== undefined) {
      return task.exitstatus === 'OK' ? null : die(task.exitstatus ?? 'unexpected status');
    }
    await sleep(TICK_MS);
  }
  return upid;
};

export const contentEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/content', handle: list },
  { method: 'POST', path: '/nodes/{node}/storage/{storage}/content', handle: create },
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/content/{volume}', handle: info },
  { method: 'PUT', path: '/nodes/{node}/storage/{storage}/content/{volume}', handle: update },
  { method: 'DELETE', path: '/nodes/{node}/storage/{storage}/content/{volume}', handle: remove },
];
