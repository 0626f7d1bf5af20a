import { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';
import { pause, startDeadline } from '../client/deadline.ts';
import { pvePath } from '../path.ts';
import type { PveClient } from '../types.ts';
import { parseUpid, type Upid } from './upid.ts';

export interface FollowOptions {
  /** Stops following; the PVE task goes on. */
  readonly signal?: AbortSignal;
  /** New log lines, in order, each once. */
  readonly onLog?: (line: string) => void;
  /** Milliseconds to wait for the end. Default one hour. */
  readonly timeoutMs?: number;
  /** Milliseconds between polls once a task has run for a moment; grows to ten times as much. Default 500. */
  readonly pollMs?: number;
}

export interface TaskEnd {
  /** `OK` or `WARNINGS: n`. */
  readonly exitstatus: string;
  readonly warnings: number;
}

const statusSchema = z.looseObject({
  status: z.enum(['running', 'stopped']),
  exitstatus: z.string().optional(),
});
const logSchema = z.array(z.looseObject({ n: z.number(), t: z.string().nullable() }));

const logPage = 500;
/** Polls in a row that may find no connection: pveproxy restarting, or a short fault of the network. */
const lossesAllowed = 5;
const tailLines = 20;

/**
 * Waits for the end of a PVE task and streams its log. Resolves for `OK` and `WARNINGS: n`.
 * Throws `task-failed` (`fields.exitstatus`, `fields.log`: the last lines), `task-timeout` and `cancelled` (PVE's
 * task goes on in both), `pve-protocol` for a malformed UPID, and what the connection throws.
 */
export async function followTask(
  client: PveClient,
  upid: string,
  { signal, onLog, timeoutMs = 3_600_000, pollMs = 500 }: FollowOptions = {},
): Promise<TaskEnd> {
  const task = parseUpid(upid);
  const deadline = startDeadline(timeoutMs, signal, () => timedOut(task, timeoutMs));
  const log = followLog(client, task, onLog);
  // Most changes of a configuration are done at once, so the first looks come quickly.
  let wait = Math.min(50, pollMs);
  let losses = 0;
  try {
    for (;;) {
      try {
        const path = pvePath`/nodes/${task.node}/tasks/${upid}/status`;
        const status = await client.get(path, statusSchema, undefined, { signal: deadline.signal });
        // Read after the status, so that the log of a stopped task is complete.
        const moved = await log.advance(deadline.signal);
        losses = 0;
        if (status.status === 'stopped') return ended(task, status.exitstatus, log.tail());
        wait = Math.min(wait * 1.5, moved ? pollMs : pollMs * 10);
      } catch (error) {
        losses += 1;
        const passing = error instanceof ProxmoxAiError && error.code === 'pve-unreachable';
        if (!passing || losses > lossesAllowed || deadline.signal.aborted) throw error;
        wait = Math.min(wait * 2, pollMs * 10);
      }
      await pause(wait, deadline.signal);
    }
  } catch (error) {
    throw deadline.signal.aborted ? goesOn(deadline.signal.reason, task) : error;
  } finally {
    deadline.done();
  }
}

function followLog(client: PveClient, { node, upid }: Upid, onLog: FollowOptions['onLog']) {
  const last: string[] = [];
  let start = 0;
  return {
    /** Reads what is new; true when there was something. */
    async advance(signal: AbortSignal): Promise<boolean> {
      let moved = false;
      for (;;) {
        const path = pvePath`/nodes/${node}/tasks/${upid}/log`;
        const lines = await client.get(path, logSchema, { start, limit: logPage }, { signal });
        // PVE answers an empty log with this one line, for its GUI.
        if (start === 0 && lines.length === 1 && lines[0]?.t === 'no content') return moved;
        for (const { t } of lines) {
          const line = t ?? '';
          last.push(line);
          if (last.length > tailLines) last.shift();
          onLog?.(line);
        }
        start += lines.length;
        moved ||= lines.length > 0;
        if (lines.length < logPage) return moved;
      }
    },
    tail: (): readonly string[] => last,
  };
}

function ended(task: Upid, exitstatus: string | undefined, tail: readonly string[]): TaskEnd {
  if (exitstatus === 'OK') return { exitstatus, warnings: 0 };
  const warnings = /^WARNINGS: (\d+)$/.exec(exitstatus ?? '')?.[1];
  if (exitstatus !== undefined && warnings !== undefined) return { exitstatus, warnings: Number(warnings) };
  const why = exitstatus ?? 'it ended without a status';
  throw new ProxmoxAiError('task-failed', `${describe(task)} failed: ${why}`, {
    hint: 'The last lines of its log tell more.',
    fields: { upid: task.upid, exitstatus: why, log: [...tail] },
  });
}

function timedOut(task: Upid, timeoutMs: number): ProxmoxAiError {
  return new ProxmoxAiError(
    'task-timeout',
    `${describe(task)} did not end within ${Math.round(timeoutMs / 1000)} s.`,
    {
      hint: 'It goes on in PVE; its end shows in the task list.',
      fields: { upid: task.upid },
    },
  );
}

function goesOn(reason: unknown, task: Upid): ProxmoxAiError {
  if (reason instanceof ProxmoxAiError && reason.code === 'task-timeout') return reason;
  return new ProxmoxAiError('cancelled', `${describe(task)} is no longer followed.`, {
    hint: 'It goes on in PVE; its end shows in the task list.',
    fields: { upid: task.upid },
  });
}

function describe({ type, id, node }: Upid): string {
  return `The task ${type}${id === '' ? '' : ` ${id}`} on ${node}`;
}
