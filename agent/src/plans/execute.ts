import { ProxmoxAiError, toError } from '../errors.ts';
import { requireRecent, requireStatus } from './approve.ts';
import { beginRun, requireApprovedHash, type Begun } from './begin-run.ts';
import { runForward } from './forward.ts';
import { loadPlan } from './plan-store.ts';
import type { RunOptions } from './run-options.ts';
import { endRun } from './end-run.ts';
import { openSession, type RunSession } from './run-session.ts';
import { supersede } from './supersede.ts';
import type { PlanProgress } from './derive.ts';
import type { Plan, PlanRecord } from './types.ts';

export interface ExecuteOptions extends RunOptions {
  /** Computes a stale plan anew; what it gives waits for approval and is never run by itself. Null: nothing to do. */
  readonly replan?: (plan: Plan) => Promise<Plan | null>;
}

/**
 * Runs an approved plan, as the person who approved it: each step after its intent is on the disk, after the cluster
 * was read again, and verified by reading it back. Stops at the first failure; the error says what was done and what
 * was not, and keeps the code of its cause.
 * Errors: `plan-unknown`, `not-approved` (not approved, or by somebody else), `plan-state` (already run, being run, of
 * another cluster), `plan-stale` (the cluster changed, nothing was overwritten; `fields.newPlanId` names the plan that
 * `replan` made), `audit-tampered`, `cancelled`, and what a step failed with.
 */
export async function executePlan(options: ExecuteOptions): Promise<PlanRecord> {
  const { client, now = () => new Date() } = options;
  const begun = beginRun(options, (plan, hash, progress) => {
    if (progress.status === 'pending') throw notApproved(plan, 'it was not approved yet');
    requireStatus(plan, progress.status, ['approved'], 'applied');
    requireApprover(plan, progress, client.userid);
    requireApprovedHash(plan, hash, progress);
    requireRecent(plan, now());
    return { kind: 'started', data: { resume: false } };
  });
  return await runBegun(options, begun);
}

/**
 * Goes on with a failed or interrupted plan from the first step that is not done. A step that had begun without a known
 * outcome is compared with the cluster first; when that cannot tell, the run stops. Errors as {@link executePlan}.
 */
export async function resumePlan(options: ExecuteOptions): Promise<PlanRecord> {
  const { client, now = () => new Date() } = options;
  const begun = beginRun(options, (plan, hash, progress) => {
    requireStatus(plan, progress.status, ['failed', 'interrupted'], 'resumed');
    requireApprover(plan, progress, client.userid);
    requireApprovedHash(plan, hash, progress);
    requireRecent(plan, now());
    return { kind: 'started', data: { resume: true } };
  });
  return await runBegun(options, begun);
}

const notApproved = (plan: Plan, why: string): ProxmoxAiError =>
  new ProxmoxAiError('not-approved', `Plan ${plan.id} is not run: ${why}.`, {
    hint: `Look at it with \`proxmox-ai plan show ${plan.id}\` and approve it.`,
    fields: { planId: plan.id },
  });

function requireApprover(plan: Plan, { approvedBy }: PlanProgress, userid: string): void {
  if (approvedBy !== undefined && approvedBy === userid) return;
  throw notApproved(plan, `${approvedBy ?? 'nobody'} approved it, and the connection is ${userid}'s`);
}

async function runBegun(options: ExecuteOptions, begun: Begun): Promise<PlanRecord> {
  const session = openSession(begun.plan, begun.run, options);
  try {
    await runForward(session, begun.progress);
    endRun(session, { kind: 'finished', data: { outcome: 'done' } }, { settled: true });
  } catch (thrown) {
    throw await closeFailed(options, session, toError(thrown));
  } finally {
    session.stopBeating();
  }
  return loadPlan(options.database, begun.plan.id);
}

async function closeFailed(
  options: ExecuteOptions,
  session: RunSession,
  error: ProxmoxAiError,
): Promise<ProxmoxAiError> {
  const stale = error.code === 'plan-stale';
  const outcome = stale ? 'stale' : error.code === 'cancelled' ? 'cancelled' : 'failed';
  try {
    endRun(session, {
      kind: 'finished',
      data: { outcome, error: session.explain(error), code: error.code },
    });
  } catch (lost) {
    // The store is gone, or the run was taken over. What stopped the run is told first; the ledger has the intents.
    return new ProxmoxAiError(error.code, error.message, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      fields: { ...error.fields, ledger: toError(lost).message },
      cause: error,
    });
  }
  return stale ? await supersede(options, session, error) : error;
}
