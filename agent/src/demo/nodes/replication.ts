import { nextEvent } from '../cluster/calendar.ts';
import { logRows } from '../cluster/log-rows.ts';
import { nodeOf } from '../cluster/node-list.ts';
import { integer, textOrEmpty } from '../params.ts';
import { deny } from '../refuse.ts';
import { replicationGuest, replicationJobOf, replicationStatus } from '../cluster/replication.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';

const rowOf = ({ state, now }: DemoContext, id: string): Record<string, unknown> => {
  const job = replicationJobOf(state, id);
  return replicationStatus(state, id, job, nextEvent(job.schedule ?? '*/15', now) ?? 0);
};

/** Jobs whose guest is on the node, as its own job state lists them. */
const list = (context: DemoContext): unknown => {
  const { state, caller, params } = context;
  const node = nodeOf(context).name;
  const guest = integer(params, 'guest');
  return Object.keys(state.replication)
    .sort()
    .filter((id) => {
      const vmid = replicationGuest(id);
      return (
        state.guests[vmid]?.node === node &&
        (guest === undefined || guest === vmid) &&
        caller.can(`/vms/${vmid}`, ['VM.Audit'])
      );
    })
    .map((id) => rowOf(context, id));
};

const status = (context: DemoContext): unknown => {
  const id = textOrEmpty(context.params, 'id');
  const row = rowOf(context, id);
  context.caller.require(`/vms/${replicationGuest(id)}`, ['VM.Audit']);
  return row;
};

const log = (context: DemoContext): unknown => {
  const { state, caller, params } = context;
  const id = textOrEmpty(params, 'id');
  replicationJobOf(state, id);
  const vmid = replicationGuest(id);
  const node = nodeOf(context).name;
  if (!caller.can(`/vms/${vmid}`, ['VM.Audit']) && !caller.can(`/nodes/${node}`, ['Sys.Audit'])) {
    deny(`/vms/${vmid}, VM.Audit`);
  }
  const lines = state.replicationRuns?.[id]?.log ?? [];
  context.setTotal?.(Math.max(1, lines.length));
  return logRows(lines, params);
};

/** The scheduler takes the job at its next round: the run leaves its log and time, and no task, as in PVE. */
const scheduleNow = (context: DemoContext): null => {
  const { state, caller, params, now } = context;
  const id = textOrEmpty(params, 'id');
  caller.require(`/vms/${replicationGuest(id)}`, ['VM.Replicate']);
  const job = replicationJobOf(state, id);
  const time = Math.floor(now);
  const last = state.replicationRuns?.[id];
  const failed = last?.error;
  const target = state.nodes[job.target ?? ''];
  const error = target?.online ? failed : `no connection to target node '${job.target ?? ''}'`;
  state.replicationRuns = {
    ...state.replicationRuns,
    [id]: {
      lastTry: time,
      lastSync: error === undefined ? time : (last?.lastSync ?? 0),
      duration: last?.duration ?? 2.5,
      failCount: error === undefined ? 0 : (last?.failCount ?? 0) + 1,
      ...(error === undefined ? {} : { error }),
      log: [
        `${id}: start replication job`,
        ...(error === undefined ? [] : [`${id}: ${error}`]),
        `${id}: end replication job${error === undefined ? '' : ` with error: ${error}`}`,
      ],
    },
  };
  return null;
};

export const nodeReplicationEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/replication', handle: list },
  { method: 'GET', path: '/nodes/{node}/replication/{id}/status', handle: status },
  { method: 'GET', path: '/nodes/{node}/replication/{id}/log', handle: log },
  { method: 'POST', path: '/nodes/{node}/replication/{id}/schedule_now', handle: scheduleNow },
];
