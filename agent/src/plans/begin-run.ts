import { ProxmoxAiError } from '../errors.ts';
import type { PlanProgress } from './derive.ts';
import { withLedger, type NewEntry } from './ledger.ts';
import { findPlan, readProgress } from './plan-store.ts';
import type { RunOptions } from './run-options.ts';
import { takeRun, type PlanRun } from './run-lock.ts';
import type { Plan } from './types.ts';

export interface Begun {
  readonly plan: Plan;
  readonly progress: PlanProgress;
  readonly run: PlanRun;
}

/**
 * Takes a plan for this process: checks and the first row of the run are one transaction, so two processes that begin
 * at the same moment cannot both go on. `admit` throws, or gives the row that opens the run.
 */
export function beginRun(
  { database, planId, client, now = () => new Date(), sameTarget = (a, b) => a === b }: RunOptions,
  admit: (plan: Plan, hash: string, progress: PlanProgress) => Pick<NewEntry, 'kind' | 'data'>,
): Begun {
  return withLedger(database, (append) => {
    const { plan, hash } = findPlan(database, planId);
    const progress = readProgress(database, plan);
    const opening = admit(plan, hash, progress);
    if (!sameTarget(plan.target, client.target)) {
      throw new ProxmoxAiError(
        'plan-state',
        `Plan ${plan.id} was made for ${plan.target}, not for ${client.target}.`,
        {
          hint: `Connect to ${plan.target}, or ask again for a plan for this cluster.`,
          fields: { planId: plan.id, planTarget: plan.target, clientTarget: client.target },
        },
      );
    }
    const run = takeRun(database, plan.id, now());
    append({ ...opening, at: now(), actor: client.userid, planId: plan.id });
    return { plan, progress, run };
  });
}

/** Errors: `audit-tampered` when the plan is not the one that was approved. */
export function requireApprovedHash(plan: Plan, hash: string, { approvedHash }: PlanProgress): void {
  if (approvedHash === hash) return;
  throw new ProxmoxAiError('audit-tampered', `Plan ${plan.id} is not the one that was approved.`, {
    hint: 'It will not be run. See `proxmox-ai audit verify`.',
    fields: { planId: plan.id },
  });
}
