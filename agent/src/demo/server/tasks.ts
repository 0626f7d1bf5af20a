import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskPlan } from '../endpoint.ts';
import type { DemoState, GuestState, TaskState } from '../state.ts';
import { printUpid } from './upid.ts';

export interface TaskRunner {
  /** Starts a task as a user and gives its UPID at once. */
  start(plan: TaskPlan, user: string): string;
  find(upid: string): TaskState | undefined;
  /** Interrupts a running task; false when it is not running. */
  stop(upid: string): boolean;
  /** Interrupts all and waits until they have ended. */
  close(): Promise<void>;
}

export interface TaskRunnerOptions {
  readonly state: DemoState;
  /** Unix seconds. */
  readonly now: () => number;
  /** Delays of steps are divided by this; `Infinity` runs without any. */
  readonly speed: number;
  /** Called after each step that changed the state. */
  readonly onChange: () => void;
}

/** How many ended tasks are kept; PVE keeps about as many in its index. */
const keptTasks = 2000;

const guestName = ({ type }: GuestState): string => (type === 'qemu' ? 'VM' : 'CT');

/** PVE's refusal to touch a locked guest: `VM is locked (backup)`; undefined when it is free. */
export const lockMessage = (guest: GuestState | undefined): string | undefined => {
  const lock = guest?.config.lock;
  return guest && lock ? `${guestName(guest)} is locked (${lock})` : undefined;
};

/** Runs the tasks of the demo cluster: UPID, log, steps after delays, guest lock, exit status. */
export const createTaskRunner = ({ state, now, speed, onChange }: TaskRunnerOptions): TaskRunner => {
  const byUpid = new Map(state.tasks.map((task) => [task.upid, task]));
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>();
  let pid = 1000 + (state.tasks.length % 60_000);

  const guestOf = (vmid: string | number | undefined): GuestState | undefined => state.guests[String(vmid)];

  // Tasks that set no lock check the guest's in their own steps: each has its own exceptions in PVE.
  const refusal = ({ lock }: TaskPlan): string | undefined =>
    lock ? lockMessage(guestOf(lock.vmid)) : undefined;

  const end = (task: TaskState, exitstatus: string): void => {
    task.endtime = now();
    task.exitstatus = exitstatus;
    task.log.push(
      exitstatus === 'OK'
        ? 'TASK OK'
        : `TASK ${/^WARNINGS: \d+$/.test(exitstatus) ? '' : 'ERROR: '}${exitstatus}`,
    );
  };

  const run = async (plan: TaskPlan, task: TaskState, signal: AbortSignal): Promise<string> => {
    let warnings = 0;
    for (const { log, delayMs = 0, apply } of plan.steps) {
      await sleep(speed === Infinity ? 0 : delayMs / speed, undefined, { signal });
      if (log !== undefined) {
        task.log.push(...log.split('\n'));
        if (log.startsWith('WARN:')) warnings += 1;
      }
      apply?.();
      onChange();
    }
    return warnings > 0 ? `WARNINGS: ${warnings}` : 'OK';
  };

  const execute = async (plan: TaskPlan, task: TaskState, abort: AbortController): Promise<void> => {
    const refused = refusal(plan);
    const guest = plan.lock && !refused ? guestOf(plan.lock.vmid) : undefined;
    if (guest && plan.lock) guest.config.lock = plan.lock.lock;
    try {
      // The caller gets the UPID before anything happens, as from PVE's forked worker.
      await sleep(0, undefined, { signal: abort.signal });
      if (refused !== undefined) throw new Error(refused);
      const exitstatus = await run(plan, task, abort.signal);
      unlock(guest, plan);
      end(task, exitstatus);
    } catch (error) {
      unlock(guest, plan);
      end(task, abort.signal.aborted ? 'received interrupt' : messageOf(error));
    }
    running.delete(task.upid);
    onChange();
  };

  const unlock = (guest: GuestState | undefined, plan: TaskPlan): void => {
    if (guest && guest.config.lock === plan.lock?.lock) delete guest.config.lock;
  };

  return {
    start: (plan, user) => {
      pid += 1;
      const starttime = Math.floor(now());
      const bootedAt = state.nodes[plan.node]?.bootedAt ?? starttime;
      const pstart = Math.max(0, starttime - bootedAt) * 100 + (pid % 100);
      const upid = printUpid({ node: plan.node, pid, pstart, starttime, type: plan.type, id: plan.id, user });
      const [owner = user, tokenid] = user.split('!', 2);
      const task: TaskState = {
        upid,
        node: plan.node,
        type: plan.type,
        id: plan.id,
        user: owner,
        ...(tokenid === undefined ? {} : { tokenid }),
        starttime,
        log: [],
      };
      state.tasks.push(task);
      byUpid.set(upid, task);
      for (const old of state.tasks.splice(0, Math.max(0, state.tasks.length - keptTasks)))
        byUpid.delete(old.upid);
      const abort = new AbortController();
      running.set(upid, { abort, done: execute(plan, task, abort) });
      return upid;
    },
    find: (upid) => byUpid.get(upid),
    stop: (upid) => {
      const job = running.get(upid);
      job?.abort.abort();
      return job !== undefined;
    },
    close: async () => {
      const jobs = [...running.values()];
      for (const { abort } of jobs) abort.abort();
      await Promise.all(jobs.map(({ done }) => done));
    },
  };
};

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().replaceAll('\n', ' ');

/**
 * Ends the tasks that a stopped server left running and frees the guests they had locked: their worker is gone, as after
 * a reboot of the node, where PVE shows `unexpected status`.
 */
export const endInterruptedTasks = (state: DemoState, now: number): void => {
  for (const task of state.tasks) {
    if (task.exitstatus !== undefined) continue;
    task.endtime = now;
    task.exitstatus = 'unexpected status';
    const guest = state.guests[task.id];
    if (guest) delete guest.config.lock;
  }
};
