import type { Database } from '../store/database.ts';
import { planMaxAgeMs } from './approve.ts';
import { withLedger } from './ledger.ts';
import { findPlan, readProgress } from './plan-store.ts';
import { dropRun, listRuns, runIsAlive, type PlanRun } from './run-lock.ts';
import { toRecord } from './derive.ts';
import type { PlanRecord } from './types.ts';

export interface Recovered {
  readonly record: PlanRecord;
  /** What is known, in a sentence or two. */
  readonly message: string;
}

/**
 * Finds plans whose process died in the middle and says so in the ledger: which steps are done, which one had begun
 * and whose outcome only the cluster knows, and which never began. To be called at every start; plans that a living
 * process runs are left alone. Also forgets secrets of plans that are too old to be run.
 */
export function recoverInterrupted(
  database: Database,
  { now = () => new Date() }: { now?: () => Date } = {},
): Recovered[] {
  forgetOldSecrets(database, now());
  return listRuns(database)
    .filter((run) => !runIsAlive(run))
    .map((run) => interrupt(database, run, now()))
    .filter((recovered) => recovered !== undefined);
}

function interrupt(database: Database, run: PlanRun, now: Date): Recovered | undefined {
  return withLedger(database, (append) => {
    // Another process that starts at the same moment may have been quicker.
    if (!listRuns(database).some(({ runId }) => runId === run.runId)) return undefined;
    const { plan } = findPlan(database, run.planId);
    const { steps, rollbackBegun } = readProgress(database, plan);
    const named = (state: string): string[] =>
      steps.filter((step) => step.state === state).map(({ id }) => id);
    const facts = {
      during: rollbackBegun ? 'rollback' : 'execution',
      pid: run.process.pid,
      startedAt: run.startedAt,
      done: named('done'),
      begun: named('running'),
      waiting: named('waiting'),
      ...(rollbackBegun ? { undone: named('undone') } : {}),
    };
    append({ kind: 'interrupted', at: now, actor: 'proxmox-ai', planId: plan.id, data: facts });
    dropRun(database, run);
    return {
      record: toRecord(plan, readProgress(database, plan)),
      message: describe(plan.id, facts),
    };
  });
}

interface Facts {
  readonly during: string;
  readonly pid: number;
  readonly done: readonly string[];
  readonly begun: readonly string[];
  readonly waiting: readonly string[];
  readonly undone?: readonly string[];
}

const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

function describe(planId: string, { during, pid, done, begun, waiting, undone }: Facts): string {
  const parts = [
    `The ${during === 'rollback' ? 'rollback' : 'run'} of plan ${planId} was interrupted: process ${pid} died.`,
    undone === undefined ? `Done: ${list(done)}.` : `Undone: ${list(undone)}. Still done: ${list(done)}.`,
  ];
  if (begun.length > 0) {
    parts.push(
      `${list(begun)} had begun; whether it took hold is read from the cluster when the plan goes on.`,
    );
  }
  if (undone === undefined) parts.push(`Not begun: ${list(waiting)}.`);
  parts.push(undone === undefined ? 'It can be resumed or rolled back.' : 'Roll it back again to go on.');
  return parts.join(' ');
}

function forgetOldSecrets(database: Database, now: Date): void {
  database.sql
    .prepare(
      `DELETE FROM plan_secrets WHERE plan_id IN (SELECT id FROM plans WHERE created_at < ?)
       AND plan_id NOT IN (SELECT plan_id FROM plan_runs)`,
    )
    .run(new Date(now.getTime() - planMaxAgeMs).toISOString());
}
