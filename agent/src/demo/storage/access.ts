import { nodeOf } from '../cluster/node-list.ts';
import { isTrue, textOrEmpty, splitList } from '../params.ts';
import { die } from '../refuse.ts';
import { isShared, storageOnNode } from '../cluster/rows.ts';
import type { Caller, DemoContext } from '../endpoint.ts';
import type { DemoState, NodeState, Section, VolumeState } from '../state.ts';
import { storageOf } from './config.ts';

/** The storage and node that a path names, the storage switched on there; else PVE's refusal. */
export const enabledStorage = (
  context: DemoContext,
  id = textOrEmpty(context.params, 'storage'),
): { id: string; section: Section; node: NodeState } => {
  const node = nodeOf(context);
  const section = storageOf(context.state, id);
  if (isTrue(section.disable)) die(`storage '${id}' is disabled`);
  if (!storageOnNode(section, node.name)) {
    die(`storage '${id}' is not available on node '${node.name}'`);
  }
  return { id, section, node };
};

/** Whether a storage takes a kind of content. */
export const holds = (section: Section, content: string): boolean =>
  splitList(section.content).includes(content);

/** Volumes of a storage as one node sees them. */
export const volumesOn = (state: DemoState, storage: string, node: string): VolumeState[] =>
  state.volumes.filter(
    (volume) => volume.storage === storage && (volume.node === undefined || volume.node === node),
  );

/**
 * Whether the caller may read a volume (PVE::Storage::check_volume_access): with `Datastore.Allocate` all of them;
 * else ISO images, templates and imports with a right on the storage, backups with `Datastore.AllocateSpace` and
 * `VM.Backup` on the owner, disks with `Datastore.Audit` and `VM.Config.Disk` on the owner.
 */
export const checkVolumeAccess = (caller: Caller, volume: VolumeState): void => {
  const path = `/storage/${volume.storage}`;
  if (caller.can(path, ['Datastore.Allocate'])) return;
  if (['iso', 'vztmpl', 'import'].includes(volume.content)) {
    caller.require(path, ['Datastore.AllocateSpace', 'Datastore.Audit'], { any: true });
  } else if (volume.content === 'backup' && volume.vmid !== undefined) {
    caller.require(path, ['Datastore.AllocateSpace']);
    caller.require(`/vms/${volume.vmid}`, ['VM.Backup']);
  } else if (['images', 'rootdir'].includes(volume.content) && volume.vmid !== undefined) {
    caller.require(path, ['Datastore.Audit']);
    caller.require(`/vms/${volume.vmid}`, ['VM.Config.Disk']);
  } else {
    die(`missing privileges to access ${volume.volid}`);
  }
};

/** As {@link checkVolumeAccess}, without the refusal. */
export const mayAccess = (caller: Caller, volume: VolumeState): boolean => {
  try {
    checkVolumeAccess(caller, volume);
    return true;
  } catch {
    return false;
  }
};

/** Where a new volume is recorded: on the node, unless every node sees it. */
export const placeOf = (section: Section, node: NodeState): { node?: string } =>
  isShared(section) ? {} : { node: node.name };

/** The folder of a file-based storage that holds a kind of content. */
export const contentFolder = (section: Section, content: string): string => {
  const folders: Readonly<Record<string, string>> = {
    iso: 'template/iso',
    vztmpl: 'template/cache',
    backup: 'dump',
    snippets: 'snippets',
    import: 'import',
    images: 'images',
    rootdir: 'private',
  };
  return `${section.path ?? ''}/${folders[content] ?? content}`;
};
