import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { beatMs, isAlive, thisProcess, type ProcessIdentity } from './process-identity.ts';

/** Who runs a plan at this moment. One plan is run by one process at a time. */
export interface PlanRun {
  readonly planId: string;
  readonly runId: string;
  readonly process: ProcessIdentity;
  readonly startedAt: string;
  readonly beatAt: string;
}

const rowSchema = z.object({
  plan_id: z.string(),
  run_id: z.string(),
  pid: z.number().int(),
  boot_id: z.string(),
  pid_namespace: z.string(),
  process_start: z.string(),
  started_at: z.string(),
  beat_at: z.string(),
});

function parseRun(row: unknown): PlanRun {
  const parsed = rowSchema.parse(row);
  return {
    planId: parsed.plan_id,
    runId: parsed.run_id,
    process: {
      pid: parsed.pid,
      bootId: parsed.boot_id,
      pidNamespace: parsed.pid_namespace,
      start: parsed.process_start,
    },
    startedAt: parsed.started_at,
    beatAt: parsed.beat_at,
  };
}

export const listRuns = (database: Database): PlanRun[] =>
  database.sql.prepare('SELECT * FROM plan_runs ORDER BY started_at').all().map(parseRun);

export const runIsAlive = (run: PlanRun): boolean => isAlive(run.process, new Date(run.beatAt), new Date());

/** Takes a plan for this process, within the caller's transaction. Errors: `plan-state` when somebody runs it. */
export function takeRun(database: Database, planId: string, now: Date): PlanRun {
  const row = database.sql.prepare('SELECT * FROM plan_runs WHERE plan_id = ?').get(planId);
  if (row !== undefined) {
    const run = parseRun(row);
    const alive = runIsAlive(run);
    throw new ProxmoxAiError(
      'plan-state',
      alive
        ? `Plan ${planId} is being run by process ${run.process.pid} since ${run.startedAt}.`
        : `The process that ran plan ${planId} died in the middle.`,
      {
        hint: alive ? 'Wait until it ends.' : 'Start Proxmox AI again: it then finds out what was done.',
        fields: { planId, pid: run.process.pid, alive },
      },
    );
  }
  const identity = thisProcess();
  const run = {
    planId,
    runId: randomUUID(),
    process: identity,
    startedAt: now.toISOString(),
    beatAt: new Date().toISOString(),
  };
  database.sql
    .prepare(
      `INSERT INTO plan_runs (plan_id, run_id, pid, boot_id, pid_namespace, process_start, started_at, beat_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      planId,
      run.runId,
      identity.pid,
      identity.bootId,
      identity.pidNamespace,
      identity.start,
      run.startedAt,
      run.beatAt,
    );
  return run;
}

/** True while the run is still ours: another process may have declared this one dead (a machine that was asleep). */
export const holdsRun = (database: Database, { planId, runId }: PlanRun): boolean =>
  database.sql.prepare('SELECT 1 FROM plan_runs WHERE plan_id = ? AND run_id = ?').get(planId, runId) !==
  undefined;

export function dropRun(database: Database, { planId, runId }: Pick<PlanRun, 'planId' | 'runId'>): void {
  database.sql.prepare('DELETE FROM plan_runs WHERE plan_id = ? AND run_id = ?').run(planId, runId);
}

/** Keeps telling that this process lives, until the returned function is called. */
export function keepBeating(database: Database, { planId, runId }: PlanRun): () => void {
  const timer = setInterval(() => {
    try {
      database.sql
        .prepare('UPDATE plan_runs SET beat_at = ? WHERE plan_id = ? AND run_id = ?')
        .run(new Date().toISOString(), planId, runId);
    } catch {
      // A beat that is missed because the database is busy is made up for by the next one.
    }
  }, beatMs);
  timer.unref();
  return () => clearInterval(timer);
}
