import type { Caller, DemoContext, DemoEndpoint, TaskPlan } from '../endpoint.ts';
import { DemoHttpError } from '../endpoint.ts';
import type { HttpMethod } from '../../pve/types.ts';
import { generateWorld } from '../world/generate.ts';
import type { DemoState, TaskState } from '../state.ts';

/** The moment that the fixtures of this room live in: 2026-06-01 10:00 UTC. */
export const FIXTURE_NOW = 1_780_308_000;

/** A caller for handler tests: what it may do on paths that start with a prefix (longest prefix wins). */
export const callerWith = (userid: string, rights: Readonly<Record<string, readonly string[]>>): Caller => {
  const privilegesOn = (path: string): readonly string[] => {
    const prefixes = Object.keys(rights)
      .filter((prefix) => prefix === '/' || path === prefix || path.startsWith(`${prefix}/`))
      .sort((a, b) => b.length - a.length);
    return rights[prefixes[0] ?? ''] ?? [];
  };
  const can: Caller['can'] = (path, privileges, { any = false } = {}) => {
    const held = privilegesOn(path);
    const has = (privilege: string): boolean => held.includes('*') || held.includes(privilege);
    return any ? privileges.some(has) : privileges.every(has);
  };
  return {
    userid,
    owner: userid.split('!')[0] ?? userid,
    isToken: userid.includes('!'),
    isRoot: userid === 'root@pam',
    can,
    require: (path, privileges, options) => {
      if (!can(path, privileges, options)) {
        const joined = privileges.join(options?.any ? '|' : ', ');
        throw new DemoHttpError(403, `Permission check failed (${path}, ${joined})`);
      }
    },
  };
};

/** A caller that may do everything. */
export const root = callerWith('root@pam', { '/': ['*'] });

export interface Fixture {
  readonly state: DemoState;
  call(
    method: HttpMethod,
    path: string,
    params?: Readonly<Record<string, unknown>>,
    options?: { caller?: Caller; now?: number; uploadBytes?: number },
  ): unknown;
  /** The task of a UPID, after its steps ran. */
  task(upid: unknown): TaskState;
}

/** Runs handlers without a server: no schema validation, no base permission; a task's steps run at once. */
export const fixture = (
  endpoints: readonly DemoEndpoint[],
  { state = generateWorld({ seed: 1, now: FIXTURE_NOW }) }: { state?: DemoState } = {},
): Fixture => {
  let count = 0;
  const run = (plan: TaskPlan, caller: Caller, now: number): string => {
    count += 1;
    const hex = count.toString(16).toUpperCase().padStart(8, '0');
    const task: TaskState = {
      upid: `UPID:${plan.node}:${hex}:00000001:${Math.floor(now).toString(16).toUpperCase()}:${plan.type}:${plan.id}:${caller.userid}:`,
      node: plan.node,
      type: plan.type,
      id: plan.id,
      user: caller.owner,
      starttime: now,
      log: [],
    };
    state.tasks.push(task);
    try {
      for (const step of plan.steps) {
        if (step.log !== undefined) task.log.push(...step.log.split('\n'));
        step.apply?.();
      }
      task.exitstatus = 'OK';
    } catch (error) {
      task.exitstatus = error instanceof Error ? error.message : String(error);
    }
    task.endtime = now + 1;
    task.log.push(task.exitstatus === 'OK' ? 'TASK OK' : `TASK ERROR: ${task.exitstatus}`);
    return task.upid;
  };
  const find = (upid: string): TaskState | undefined => state.tasks.find((task) => task.upid === upid);
  return {
    state,
    call: (method, path, params = {}, { caller = root, now = FIXTURE_NOW, uploadBytes } = {}) => {
      const endpoint = endpoints.find((entry) => entry.method === method && entry.path === path);
      if (!endpoint) throw new Error(`no handler for ${method} ${path}`);
      const context: DemoContext = {
        state,
        caller,
        params,
        now,
        startTask: (plan) => run(plan, caller, now),
        findTask: find,
        ...(uploadBytes === undefined ? {} : { uploadBytes }),
      };
      return endpoint.handle(context);
    },
    task: (upid) => {
      const task = find(String(upid));
      if (!task) throw new Error(`no task ${String(upid)}`);
      return task;
    },
  };
};
