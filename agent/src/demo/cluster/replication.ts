import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, GuestState, Section } from '../state.ts';
import { backupVolumes } from './backup-coverage.ts';
import { asSection, flag, isTrue, textOrEmpty, splitList, text } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import { assertFileDigest, typed, updateSection } from './sections.ts';

const guestOf = (id: string): number => Number(id.split('-')[0]);

/** Job number within its guest. */
export const jobNumber = (id: string): number => Number(id.split('-')[1]);

/** A job as PVE answers its configuration. */
export const replicationJob = (id: string, job: Section): Record<string, unknown> => ({
  ...typed(job, { numeric: ['disable', 'guest', 'jobnum', 'rate'] }),
  id,
  guest: guestOf(id),
  jobnum: jobNumber(id),
  type: job.type ?? 'local',
});

/** The job of an id, or PVE's refusal. */
export const replicationJobOf = (state: DemoState, id: string): Section =>
  (Object.hasOwn(state.replication, id) ? state.replication[id] : undefined) ??
  die(`no such replication job '${id}'`);

const list = ({ state, caller }: DemoContext): unknown =>
  Object.keys(state.replication)
    .sort()
    .flatMap((id) => {
      const job = state.replication[id];
      return job && caller.can(`/vms/${guestOf(id)}`, ['VM.Audit']) ? [replicationJob(id, job)] : [];
    });

const read = ({ state, caller, params }: DemoContext): unknown => {
  const id = textOrEmpty(params, 'id');
  const job = replicationJobOf(state, id);
  caller.require(`/vms/${guestOf(id)}`, ['VM.Audit']);
  return { ...replicationJob(id, job), digest: digestOf(state.replication) };
};

/** Volumes that replication can send: on a ZFS pool, and not opted out with `replicate=0`. */
const replicatable = (state: DemoState, guest: GuestState): string[] =>
  backupVolumes(guest)
    .filter(({ key, volume }) => {
      const storage = state.storages[volume.split(':')[0] ?? ''];
      const off = /(^|,)replicate=0(,|$)/.test(guest.config[key] ?? '');
      if (!volume.includes(':') || off) return false;
      if (storage?.type !== 'zfspool') {
        return die(`missing replicate feature on volume '${volume}'`);
      }
      return true;
    })
    .map(({ volume }) => volume);

const create = ({ state, caller, params }: DemoContext): null => {
  const id = textOrEmpty(params, 'id');
  const vmid = guestOf(id);
  caller.require(`/vms/${vmid}`, ['VM.Replicate']);
  const guest = state.guests[vmid] ?? die(`Guest '${vmid}' does not exist.`);
  const target = textOrEmpty(params, 'target');
  if (!state.nodes[target]) die(`Target '${target}' does not exist.`);
  const source = text(params, 'source');
  if (source !== undefined && source !== guest.node) {
    die(`Source '${source}' does not match current node of guest '${vmid}' (${guest.node})`);
  }
  if (target === guest.node) die('Source and target must not be identical');
  if (replicatable(state, guest).length === 0) die('No replicatable volumes found');
  if (state.replication[id]) die(`replication job '${id}' already exists`);
  state.replication[id] = {
    ...asSection(params, ['id']),
    source: guest.node,
    guest: String(vmid),
  };
  return null;
};

const update = ({ state, caller, params }: DemoContext): null => {
  const id = textOrEmpty(params, 'id');
  caller.require(`/vms/${guestOf(id)}`, ['VM.Replicate']);
  assertFileDigest(state.replication, text(params, 'digest'));
  const job = state.replication[id] ?? die(`no such job '${id}'`);
  updateSection(job, asSection(params, ['id', 'digest', 'delete']), splitList(text(params, 'delete')), {
    fixed: ['target', 'guest', 'type'],
    known: ['comment', 'disable', 'rate', 'remove_job', 'schedule', 'source', 'target'],
  });
  return null;
};

const remove = (context: DemoContext): null => {
  const { state, caller, params } = context;
  const id = textOrEmpty(params, 'id');
  caller.require(`/vms/${guestOf(id)}`, ['VM.Replicate']);
  const drop = (): void => {
    Reflect.deleteProperty(state.replication, id);
    if (state.replicationRuns) Reflect.deleteProperty(state.replicationRuns, id);
  };
  if (flag(params, 'force')) {
    if (flag(params, 'keep')) refuseParams({ keep: "conflicts with parameter 'force'" });
    drop();
    return null;
  }
  const job = state.replication[id] ?? die(`no such job '${id}'`);
  // the next run of the scheduler removes the snapshots and copies, then the job
  job.remove_job = flag(params, 'keep') ? 'local' : 'full';
  context.startTask({
    node: job.source ?? state.guests[guestOf(id)]?.node ?? '',
    type: 'pvesr',
    id,
    steps: [{ log: `${id}: start replication job removal`, delayMs: 500, apply: drop }],
  });
  return null;
};

/** A job's state as the node's replication list shows it. */
export const replicationStatus = (
  state: DemoState,
  id: string,
  job: Section,
  nextSync: number,
): Record<string, unknown> => {
  const run = state.replicationRuns?.[id];
  return {
    ...replicationJob(id, job),
    vmtype: state.guests[guestOf(id)]?.type ?? 'qemu',
    next_sync: isTrue(job.disable) ? 0 : nextSync,
    last_try: run?.lastTry ?? 0,
    last_sync: run?.lastSync ?? 0,
    duration: run?.duration ?? 0,
    fail_count: run?.failCount ?? 0,
    ...(run?.error === undefined ? {} : { error: run.error }),
  };
};

/** VMID in a job id. */
export const replicationGuest = guestOf;

export const replicationEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/cluster/replication', handle: list },
  { method: 'POST', path: '/cluster/replication', handle: create },
  { method: 'GET', path: '/cluster/replication/{id}', handle: read },
  { method: 'PUT', path: '/cluster/replication/{id}', handle: update },
  { method: 'DELETE', path: '/cluster/replication/{id}', handle: remove },
];
