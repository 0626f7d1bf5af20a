import { integer, text } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, Section, VolumeState } from '../state.ts';
import { enabledStorage, holds, volumesOn } from './access.ts';
import { freeVolume } from './content.ts';
import { markBackupGroup, type PruneEntry, type Retention } from './prune-marks.ts';
import { archiveInfo } from './volumes.ts';

export interface PruneRow extends PruneEntry {
  readonly volid: string;
  readonly type: string;
  readonly vmid?: number;
  readonly ctime: number;
}

/** `keep-last=3,keep-weekly=2`; `keep-all=1` excludes the others. */
export const parseRetention = (value: string): Retention => {
  const keep: Record<string, number> = {};
  for (const part of value.split(',')) {
    const [, name, count] =
      /^(keep-(?:all|last|hourly|daily|weekly|monthly|yearly))=(\d+)$/.exec(part.trim()) ??
      refuseParams({ 'prune-backups': `invalid format - format error\n${part}: value does not match` });
    keep[name ?? ''] = Number(count);
  }
  const others = Object.entries(keep).some(([name, count]) => name !== 'keep-all' && count > 0);
  if (keep['keep-all'] && others) {
    refuseParams({ 'prune-backups': 'keep-all cannot be set together with other options.' });
  }
  return keep;
};

interface Selection {
  readonly storage: string;
  readonly node: string;
  readonly vmid?: number | undefined;
  readonly type?: string | undefined;
}

/** What a retention would do to the backups of a storage, volume by volume. */
export const pruneRows = (
  state: DemoState,
  { storage, node, vmid, type }: Selection,
  keep: Retention,
): PruneRow[] => {
  const rows: PruneRow[] = [];
  const groups = new Map<string, PruneRow[]>();
  for (const volume of volumesOn(state, storage, node)) {
    if (volume.content !== 'backup') continue;
    if (vmid !== undefined && volume.vmid !== vmid) continue;
    const archive = archiveInfo(volume);
    const kind = archive?.type ?? 'unknown';
    if (type !== undefined && type !== kind) continue;
    const owner = archive?.vmid ?? volume.vmid;
    const row: PruneRow = {
      ctime: archive?.ctime ?? volume.ctime,
      type: kind,
      volid: volume.volid,
      ...(owner === undefined ? {} : { vmid: owner }),
    };
    if (archive) {
      const key = `${kind}/${archive.vmid}`;
      groups.set(key, [...(groups.get(key) ?? []), row]);
    } else {
      row.mark = 'renamed';
    }
    if (volume.protected) row.mark = 'protected';
    rows.push(row);
  }
  for (const group of groups.values()) markBackupGroup(group, keep);
  return rows;
};

const retentionOf = (context: DemoContext, id: string, section: Section): Retention => {
  if (!holds(section, 'backup')) die(`storage '${id}' does not support backups`);
  const asked = text(context.params, 'prune-backups') ?? section['prune-backups'];
  return asked === undefined
    ? die(`no prune-backups options configured for storage '${id}'`)
    : parseRetention(asked);
};

const selectionOf = (context: DemoContext): Selection & { section: Section } => {
  const { id, section, node } = enabledStorage(context);
  return {
    storage: id,
    node: node.name,
    vmid: integer(context.params, 'vmid'),
    type: text(context.params, 'type'),
    section,
  };
};

const dryRun = (context: DemoContext): PruneRow[] => {
  const { section, ...selection } = selectionOf(context);
  return pruneRows(context.state, selection, retentionOf(context, selection.storage, section));
};

/** Removes what retention marks; a protected backup never is. Gives the removed volumes. */
export const applyPrune = (state: DemoState, rows: readonly PruneRow[]): VolumeState[] =>
  rows
    .filter((row) => row.mark === 'remove')
    .flatMap((row) => {
      const volume = state.volumes.find((entry) => entry.volid === row.volid);
      if (!volume) return [];
      freeVolume(state, volume);
      return [volume];
    });

const prune = (context: DemoContext): string => {
  const { state, caller } = context;
  const { section, ...selection } = selectionOf(context);
  const { storage, node, vmid } = selection;
  if (vmid === undefined) caller.require(`/storage/${storage}`, ['Datastore.Allocate']);
  else {
    caller.require(`/storage/${storage}`, ['Datastore.AllocateSpace']);
    caller.require(`/vms/${vmid}`, ['VM.Backup']);
  }
  const rows = pruneRows(state, selection, retentionOf(context, storage, section));
  return context.startTask({
    node,
    type: 'prunebackups',
    id: `${vmid === undefined ? '' : `${vmid}@`}${storage}`,
    steps: rows
      .filter((row) => row.mark === 'remove')
      .map((row) => ({
        log: `removing backup '${row.volid}'`,
        delayMs: 100,
        apply: () => void applyPrune(state, [row]),
      })),
  });
};

export const pruneEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/prunebackups', handle: dryRun },
  { method: 'DELETE', path: '/nodes/{node}/storage/{storage}/prunebackups', handle: prune },
];
