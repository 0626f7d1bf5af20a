import type { Caller } from '../endpoint.ts';
import type { TaskState } from '../state.ts';

/** Whether a task belongs to the caller: a token sees its own tasks, a user also those of their tokens. */
export const visibleTo = (task: TaskState, caller: Caller): boolean =>
  caller.userid === task.user ||
  (task.tokenid !== undefined && caller.userid === `${task.user}!${task.tokenid}`);

/** The fields that every task answer shares; pid and pstart come from the UPID. */
export const taskIdentity = (task: TaskState): Record<string, unknown> => {
  const [, , pid = '0', pstart = '0'] = task.upid.split(':');
  return {
    upid: task.upid,
    node: task.node,
    pid: Number.parseInt(pid, 16),
    pstart: Number.parseInt(pstart, 16),
    starttime: task.starttime,
    type: task.type,
    id: task.id,
    user: task.user,
    ...(task.tokenid === undefined ? {} : { tokenid: task.tokenid }),
  };
};

/** A task as lists show it: a finished one carries its end and status. */
export const taskRow = (task: TaskState): Record<string, unknown> => ({
  ...taskIdentity(task),
  ...(task.endtime === undefined ? {} : { endtime: task.endtime, status: task.exitstatus ?? 'unknown' }),
});

/** PVE::UPID::normalize_status_type. */
export const statusKind = (status: string | undefined): 'ok' | 'warning' | 'error' | 'unknown' => {
  if (status === undefined || status === 'unknown') return 'unknown';
  if (status === 'OK') return 'ok';
  return /^WARNINGS: \d+$/.test(status) ? 'warning' : 'error';
};
