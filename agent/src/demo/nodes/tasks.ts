import { flag, integer, textOrEmpty, splitList, text } from '../params.ts';
import { nodeOf } from '../cluster/node-list.ts';
import { die, refuseParams } from '../refuse.ts';
import { logRows } from '../cluster/log-rows.ts';
import { statusKind, taskIdentity, taskRow, visibleTo } from '../cluster/task-rows.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { TaskState } from '../state.ts';

const wantedKinds = ({ params }: DemoContext): ReadonlySet<string> => {
  if (flag(params, 'errors')) return new Set(['warning', 'error', 'unknown']);
  const filter = text(params, 'statusfilter');
  return new Set(
    filter === undefined
      ? ['ok', 'warning', 'error', 'unknown']
      : splitList(filter).map((kind) => kind.toLowerCase()),
  );
};

/** Every filter of `GET /nodes/{node}/tasks` but the window, in PVE's order. */
const matches = (context: DemoContext): ((task: TaskState) => boolean) => {
  const { caller, params } = context;
  const node = nodeOf(context);
  const auditor = caller.can(`/nodes/${node.name}`, ['Sys.Audit']);
  const user = text(params, 'userfilter')?.toLowerCase();
  const type = text(params, 'typefilter');
  const vmid = text(params, 'vmid');
  const since = integer(params, 'since');
  const until = integer(params, 'until');
  const kinds = wantedKinds(context);
  return (task) =>
    task.node === node.name &&
    (user === undefined || task.user.toLowerCase().includes(user)) &&
    (auditor || visibleTo(task, caller)) &&
    (type === undefined || task.type === type) &&
    (vmid === undefined || task.id === vmid) &&
    (since === undefined || task.starttime >= since) &&
    (until === undefined || task.starttime <= until) &&
    kinds.has(statusKind(task.exitstatus));
};

const list = (context: DemoContext): unknown => {
  const { state, params } = context;
  const source = text(params, 'source') ?? 'archive';
  const start = integer(params, 'start') ?? 0;
  const limit = integer(params, 'limit') ?? 50;
  const match = matches(context);
  const newestFirst = (a: TaskState, b: TaskState): number => b.starttime - a.starttime;
  const running = state.tasks.filter((task) => task.endtime === undefined).sort(newestFirst);
  // PVE's index is in order of ending
  const ended = state.tasks
    .filter((task) => task.endtime !== undefined)
    .sort((a, b) => (b.endtime ?? 0) - (a.endtime ?? 0));
  const found = [...(source === 'archive' ? [] : running), ...(source === 'active' ? [] : ended)].filter(
    match,
  );
  context.setTotal?.(found.length);
  return found
    .slice(start, start + limit)
    .map((task) =>
      task.endtime === undefined ? { ...taskIdentity(task), status: 'RUNNING' } : taskRow(task),
    );
};

const upidShape =
  /^UPID:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?:[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8}:[^:\s]+:[^:\s]*:[^:\s]+:$/;

const taskOf = (context: DemoContext): TaskState => {
  const upid = textOrEmpty(context.params, 'upid');
  if (!upidShape.test(upid)) refuseParams({ upid: 'unable to parse worker upid' });
  return context.findTask(upid) ?? refuseParams({ upid: 'no such task' });
};

/** Others' tasks need a right on the node. */
const checkOwner = (context: DemoContext, task: TaskState, privilege: string): void => {
  if (!visibleTo(task, context.caller)) {
    context.caller.require(`/nodes/${nodeOf(context).name}`, [privilege]);
  }
};

const status = (context: DemoContext): unknown => {
  const task = taskOf(context);
  checkOwner(context, task, 'Sys.Audit');
  return {
    ...taskIdentity(task),
    status: task.endtime === undefined ? 'running' : 'stopped',
    ...(task.endtime === undefined ? {} : { exitstatus: task.exitstatus ?? 'unexpected status' }),
  };
};

const log = (context: DemoContext): unknown => {
  const task = taskOf(context);
  checkOwner(context, task, 'Sys.Audit');
  if (flag(context.params, 'download')) {
    die("'download' is not served by the demo cluster, read the log by lines");
  }
  context.setTotal?.(Math.max(1, task.log.length));
  return logRows(task.log, context.params);
};

const stop = (context: DemoContext): null => {
  const task = taskOf(context);
  checkOwner(context, task, 'Sys.Modify');
  context.stopTask?.(task.upid);
  return null;
};

export const taskEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/tasks', handle: list },
  { method: 'GET', path: '/nodes/{node}/tasks/{upid}/status', handle: status },
  { method: 'GET', path: '/nodes/{node}/tasks/{upid}/log', handle: log },
  { method: 'DELETE', path: '/nodes/{node}/tasks/{upid}', handle: stop },
];
