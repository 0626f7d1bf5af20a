import type { DemoState, VolumeState } from '../state.ts';
import { enabledStorage, isFileStorage, isShared, isZfs } from './storages.ts';
import { die } from '../refuse.ts';

/** The parts of `storage:name`; undefined for absolute paths, `none` and `cdrom`. */
export function parseVolid(volid: string): { readonly storage: string; readonly name: string } | undefined {
  const match = /^([A-Za-z][\w.-]*[A-Za-z0-9]):(.+)$/.exec(volid);
  return match ? { storage: match[1] ?? '', name: match[2] ?? '' } : undefined;
}

/** `storage:GiB`: the request for a new volume of that size. */
export function parseNewVolume(
  text: string,
): { readonly storage?: string; readonly gib: number } | undefined {
  const match = /^(?:([^/:\s]+):)?(\d+(?:\.\d+)?)$/.exec(text);
  if (!match) return undefined;
  return { ...(match[1] !== undefined && { storage: match[1] }), gib: Number(match[2]) };
}

/** The volume as a node sees it: local storages have their own volumes under the same ids. */
export const findVolume = (state: DemoState, volid: string, node: string): VolumeState | undefined =>
  state.volumes.find(
    (volume) => volume.volid === volid && (volume.node === undefined || volume.node === node),
  );

export interface NewVolume {
  readonly storage: string;
  readonly node: string;
  readonly vmid: number;
  /** Bytes. */
  readonly size: number;
  readonly content: 'images' | 'rootdir';
  /** Unix seconds. */
  readonly ctime: number;
  readonly format?: string;
  /** Without folder and extension: `vm-100-cloudinit`; default: the next free `vm-100-disk-N`. */
  readonly name?: string;
  readonly parent?: string;
  readonly used?: number;
}

function freeDiskName(state: DemoState, { storage, node, vmid }: NewVolume, prefix: string): string {
  const taken = new Set(
    state.volumes
      .filter((volume) => volume.storage === storage && (volume.node === undefined || volume.node === node))
      .map(({ volid }) => new RegExp(`-${vmid}-disk-(\\d+)`).exec(volid)?.[1]),
  );
  let index = 0;
  while (taken.has(String(index))) index += 1;
  return `${prefix}-${vmid}-disk-${index}`;
}

/** Allocates a volume under the name that PVE's plugin for this storage type would give it. */
export function allocateVolume(state: DemoState, request: NewVolume): VolumeState {
  const { storage, node, vmid, size, content, ctime, parent, used } = request;
  const config = enabledStorage(state, storage, node);
  const subvolume = isZfs(config) && content === 'rootdir';
  const format = subvolume ? 'subvol' : isFileStorage(config) ? (request.format ?? 'raw') : 'raw';
  const base = request.name ?? freeDiskName(state, request, subvolume ? 'subvol' : 'vm');
  const file = isFileStorage(config) ? `${vmid}/${base}.${format}` : base;
  const inBase =
    parent !== undefined && config.type !== 'lvmthin' ? `${parseVolid(parent)?.name ?? ''}/` : '';
  const volid = `${storage}:${inBase}${file}`;
  if (findVolume(state, volid, node)) die(`volume '${volid}' already exists`);
  const volume: VolumeState = {
    volid,
    storage,
    ...(!isShared(config) && { node }),
    content,
    format,
    size,
    ...(used !== undefined && { used }),
    vmid,
    ...(parent !== undefined && { parent }),
    ctime,
  };
  state.volumes.push(volume);
  return volume;
}

/** Removes a volume; one that is not there is no error. */
export function freeVolume(state: DemoState, volid: string, node: string): void {
  const index = state.volumes.findIndex(
    (volume) => volume.volid === volid && (volume.node === undefined || volume.node === node),
  );
  if (index >= 0) state.volumes.splice(index, 1);
}

/** The own name of a base volume: `base-100-disk-0`; undefined for every other volume, linked clones included. */
export const baseName = (volid: string): string | undefined =>
  /^(?:[^:]+:)?(?:.*\/)?(base(?:vol)?-\d+-disk-\d+)(?:\.\w+)?$/.exec(volid)?.[1];

/** Renames a volume to a base volume, as PVE does when a guest becomes a template. Gives the new id. */
export function convertToBase(state: DemoState, volid: string, node: string): string {
  const volume = findVolume(state, volid, node);
  if (!volume) return volid;
  volume.volid = volid.replace(
    /(^|[:/])(vm|subvol)-(\d+-disk-\d+)/,
    (_, before: string, kind: string, rest: string) =>
      kind === 'vm' ? `${before}base-${rest}` : `${before}basevol-${rest}`,
  );
  return volume.volid;
}
