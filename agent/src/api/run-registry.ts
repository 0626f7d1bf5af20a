import { randomUUID } from 'node:crypto';
import { failure } from '../chat/run.ts';
import type { RunEvent } from '../chat/events.ts';
import { ProxmoxAiError } from '../errors.ts';

export interface NumberedEvent {
  /** From 1, without a gap. */
  readonly n: number;
  readonly event: RunEvent;
}

export type RunState = 'queued' | 'running' | 'ended';

export interface RunView {
  readonly id: string;
  readonly userid: string;
  readonly state: RunState;
  readonly startedAt: string;
  readonly events: number;
}

interface Run {
  readonly id: string;
  readonly userid: string;
  readonly startedAt: string;
  readonly stop: AbortController;
  readonly events: NumberedEvent[];
  readonly waiting: Set<() => void>;
  readonly start: (signal: AbortSignal) => AsyncIterable<RunEvent>;
  state: RunState;
  endedAt?: number;
  dropped: boolean;
}

export interface RegistryLimits {
  /** Runs at a time; more wait in line. */
  readonly maxRunning: number;
  readonly maxQueued: number;
  /** Events kept of one run; progress and log lines beyond are left out, and the reader is told. */
  readonly maxEvents: number;
  /** Ended runs that can still be read, and for how many milliseconds. */
  readonly maxKept: number;
  readonly keepMs: number;
}

const standard: RegistryLimits = {
  maxRunning: 8,
  maxQueued: 64,
  maxEvents: 20_000,
  maxKept: 200,
  keepMs: 3_600_000,
};

export interface RunRegistry {
  /** Starts or queues a run and gives its id at once. Throws `too-large` when the line is full. */
  start(userid: string, start: (signal: AbortSignal) => AsyncIterable<RunEvent>): RunView;
  /** Throws `usage` for a run that this user does not have. */
  view(id: string, userid: string): RunView;
  /** Events after number `after`; waits up to `waitMs` for one when there is none yet. */
  events(
    id: string,
    userid: string,
    after: number,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<{ events: readonly NumberedEvent[]; ended: boolean }>;
  cancel(id: string, userid: string): RunView;
  /** Cancels everything and waits until it has ended. */
  close(): Promise<void>;
}

/**
 * The runs of an agent. They go on when their reader goes away, so that a closed browser tab stops no plan half way;
 * each user sees their own. Users take turns, so one with many runs does not keep the others waiting.
 */
export function createRunRegistry(limits: Partial<RegistryLimits> = {}): RunRegistry {
  const { maxRunning, maxQueued, maxEvents, maxKept, keepMs } = { ...standard, ...limits };
  const runs = new Map<string, Run>();
  const queue: Run[] = [];
  const active = new Map<Run, Promise<void>>();
  let closed = false;

  const view = ({ id, userid, state, startedAt, events }: Run): RunView => ({
    id,
    userid,
    state,
    startedAt,
    events: events.length,
  });

  function find(id: string, userid: string): Run {
    const run = runs.get(id);
    if (run?.userid === userid) return run;
    throw new ProxmoxAiError('usage', `There is no run ${id}.`, {
      hint: 'Runs can be read for an hour after they end.',
    });
  }

  function add(run: Run, event: RunEvent): void {
    const full = run.events.length >= maxEvents;
    if (full && (event.type === 'progress' || event.type === 'task-log')) run.dropped = true;
    else run.events.push({ n: run.events.length + 1, event });
    for (const wake of run.waiting) wake();
  }

  async function carry(run: Run): Promise<void> {
    run.state = 'running';
    try {
      for await (const event of run.start(run.stop.signal)) add(run, event);
    } catch (thrown) {
      add(run, failure(thrown, run.stop.signal));
    }
    run.state = 'ended';
    run.endedAt = Date.now();
    for (const wake of run.waiting) wake();
  }

  /** The first queued run of the user with the fewest running ones. */
  function takeNext(): Run | undefined {
    const load = (userid: string): number => [...active.keys()].filter((run) => run.userid === userid).length;
    const [next] = queue.toSorted(
      (a, b) => load(a.userid) - load(b.userid) || queue.indexOf(a) - queue.indexOf(b),
    );
    if (next !== undefined) queue.splice(queue.indexOf(next), 1);
    return next;
  }

  function pump(): void {
    while (active.size < maxRunning && !closed) {
      const run = takeNext();
      if (run === undefined) return;
      active.set(
        run,
        carry(run).finally(() => {
          active.delete(run);
          forgetOld();
          pump();
        }),
      );
    }
  }

  function forgetOld(): void {
    const ended = [...runs.values()]
      .filter(({ state }) => state === 'ended')
      .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
    ended.forEach((run, index) => {
      if (ended.length - index > maxKept || Date.now() - (run.endedAt ?? 0) > keepMs) runs.delete(run.id);
    });
  }

  return {
    start(userid, start) {
      if (closed)
        throw new ProxmoxAiError('agent-unreachable', 'The agent is shutting down.', {
          hint: 'Try again in a moment.',
        });
      if (queue.length >= maxQueued) {
        throw new ProxmoxAiError('too-large', `${queue.length} requests are waiting already.`, {
          hint: 'Try again when some have ended.',
        });
      }
      const run: Run = {
        id: randomUUID(),
        userid,
        start,
        startedAt: new Date().toISOString(),
        stop: new AbortController(),
        events: [],
        waiting: new Set(),
        state: 'queued',
        dropped: false,
      };
      runs.set(run.id, run);
      queue.push(run);
      pump();
      return view(run);
    },
    view: (id, userid) => view(find(id, userid)),
    async events(id, userid, after, waitMs, signal) {
      const run = find(id, userid);
      const fresh = (): readonly NumberedEvent[] => run.events.slice(after);
      if (fresh().length === 0 && run.state !== 'ended' && waitMs > 0) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            run.waiting.delete(done);
            signal?.removeEventListener('abort', done);
            resolve();
          };
          const timer = setTimeout(done, waitMs);
          run.waiting.add(done);
          signal?.addEventListener('abort', done);
        });
      }
      const events = fresh();
      return { events, ended: run.state === 'ended' && after + events.length >= run.events.length };
    },
    cancel(id, userid) {
      const run = find(id, userid);
      const queued = queue.indexOf(run);
      if (queued >= 0) {
        queue.splice(queued, 1);
        add(run, { type: 'failed', code: 'cancelled', message: 'The run was cancelled before it began.' });
        run.state = 'ended';
        run.endedAt = Date.now();
      }
      run.stop.abort();
      return view(run);
    },
    async close() {
      closed = true;
      for (const run of runs.values()) run.stop.abort();
      await Promise.all(active.values());
    },
  };
}
