import type { DemoState, Section } from '../state.ts';
import { splitList } from '../params.ts';
import { die } from '../refuse.ts';

const sharedTypes = new Set([
  'nfs',
  'cifs',
  'cephfs',
  'rbd',
  'iscsi',
  'iscsidirect',
  'pbs',
  'glusterfs',
  'esxi',
]);
const fileTypes = new Set(['dir', 'nfs', 'cifs', 'cephfs', 'btrfs', 'glusterfs']);
/** Snapshots and linked clones: thin pools, ZFS, RBD, Btrfs; on files only qcow2. */
const snapshotTypes = new Set(['lvmthin', 'zfspool', 'zfs', 'rbd', 'btrfs']);

/** The storage's configuration; PVE's refusal when there is none. */
export function storageConfig(state: DemoState, id: string): Section {
  const storage = state.storages[id];
  if (!storage) die(`storage '${id}' does not exist`);
  return storage;
}

/** The configuration of a storage that may be used on a node. */
export function enabledStorage(state: DemoState, id: string, node: string): Section {
  const storage = storageConfig(state, id);
  if (storage.disable === '1') die(`storage '${id}' is disabled`);
  if (storage.nodes && !splitList(storage.nodes).includes(node)) {
    die(`storage '${id}' is not available on node '${node}'`);
  }
  return storage;
}

/** Whether a storage may be used on a node. */
export function isAvailable(state: DemoState, id: string, node: string): boolean {
  const storage = state.storages[id];
  if (!storage || storage.disable === '1') return false;
  return !storage.nodes || splitList(storage.nodes).includes(node);
}

export const hasContent = (storage: Section, content: string): boolean =>
  splitList(storage.content ?? 'images,rootdir').includes(content);

export const isShared = (storage: Section): boolean =>
  storage.shared === '1' || sharedTypes.has(storage.type ?? '');

/** Volumes are files below a path, their ids have a folder: `local:100/vm-100-disk-0.qcow2`. */
export const isFileStorage = (storage: Section): boolean => fileTypes.has(storage.type ?? '');

export const isZfs = (storage: Section): boolean => storage.type === 'zfspool';

/** Whether volumes of this format on this storage can be snapshot and cloned by reference. */
export const canSnapshot = (storage: Section, format: string): boolean =>
  snapshotTypes.has(storage.type ?? '') || (isFileStorage(storage) && format === 'qcow2');
