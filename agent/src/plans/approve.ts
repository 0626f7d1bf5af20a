import { ProxmoxAiError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { withLedger } from './ledger.ts';
import { requirePerson } from './person.ts';
import { findPlan, loadPlan, readProgress } from './plan-store.ts';
import { wipeSecrets } from './plan-secrets.ts';
import type { Plan, PlanRecord, PlanStatus } from './types.ts';

/** A plan older than this is computed anew: what a person sees must be about today's cluster. */
export const planMaxAgeMs = 24 * 60 * 60 * 1000;
/** A clock that is corrected by this much is no reason for suspicion; further back, a plan's age means nothing. */
const clockSlackMs = 5 * 60 * 1000;

export interface ApproveOptions {
  readonly database: Database;
  /** Id, or a unique beginning. */
  readonly planId: string;
  /** PVE userid of the person; execution must then run as them. */
  readonly person: string;
  /** Object → name as the person typed it, for objects with a destructive step. */
  readonly typedNames?: Readonly<Record<string, string>>;
  readonly now?: () => Date;
}

/** Objects of a plan whose name has to be typed before it may be approved. */
export const objectsToType = (plan: Plan): string[] => [
  ...new Set(plan.steps.filter(({ risk }) => risk === 'destructive').map(({ object }) => object)),
];

/** Errors: `plan-stale` when a plan is older than {@link planMaxAgeMs}, or from the future. */
export function requireRecent(plan: Plan, now: Date, maxAgeMs = planMaxAgeMs): void {
  const ageMs = now.getTime() - Date.parse(plan.createdAt);
  if (ageMs < -clockSlackMs) {
    throw new ProxmoxAiError(
      'plan-stale',
      `Plan ${plan.id} was made at ${plan.createdAt}, which is in the future.`,
      {
        hint: "The clock was set back since: check the node's time, then ask again.",
        fields: { planId: plan.id, createdAt: plan.createdAt, newPlanId: null },
      },
    );
  }
  if (ageMs <= maxAgeMs) return;
  throw new ProxmoxAiError('plan-stale', `Plan ${plan.id} is ${Math.floor(ageMs / 3_600_000)} hours old.`, {
    hint: 'Ask again: the plan is then computed from the cluster as it is now.',
    fields: { planId: plan.id, createdAt: plan.createdAt, newPlanId: null },
  });
}

/**
 * Checks that every name that must be typed was typed exactly: case and every character, as PVE asks for it when a
 * guest is removed. Errors: `not-approved`.
 */
export function requireTypedNames(
  plan: Plan,
  objects: readonly string[],
  typed: Readonly<Record<string, string>> = {},
): void {
  for (const object of objects) {
    const expected = plan.typedNames[object];
    const given = Object.hasOwn(typed, object) ? typed[object] : undefined;
    if (expected !== undefined && given === expected) continue;
    throw new ProxmoxAiError(
      'not-approved',
      given === undefined
        ? `Plan ${plan.id} destroys something on ${object}, so its name has to be typed.`
        : `The name typed for ${object} does not match.`,
      {
        hint: `Type the name of ${object} exactly as it is shown${expected === undefined ? '' : `: ${expected}`}.`,
        fields: { planId: plan.id, object },
      },
    );
  }
}

/** Errors: `plan-state` unless the plan has one of the statuses. */
export function requireStatus(
  plan: Plan,
  status: PlanStatus,
  allowed: readonly PlanStatus[],
  what: string,
): void {
  if (allowed.includes(status)) return;
  throw new ProxmoxAiError('plan-state', `Plan ${plan.id} is ${status}, so it cannot be ${what}.`, {
    hint: what === 'rolled back' ? (undoHints[status] ?? hints[status]) : hints[status],
    fields: { planId: plan.id, status },
  });
}

const undoHints: Readonly<Partial<Record<PlanStatus, string>>> = {
  pending: 'Nothing was done yet, so there is nothing to undo.',
  approved: 'Nothing was done yet, so there is nothing to undo.',
  rejected: 'Nothing was done, so there is nothing to undo.',
  'rolled-back': 'It is undone already.',
};

const hints: Readonly<Record<PlanStatus, string>> = {
  pending: 'Approve it first.',
  approved: 'It can be applied or rejected.',
  running: 'Wait until it ends.',
  done: 'It can be rolled back.',
  failed: 'It can be resumed or rolled back.',
  interrupted: 'It can be resumed or rolled back.',
  stale: 'Ask again for a new plan; what was done of this one can be rolled back.',
  superseded: 'Look at the plan that replaces it.',
  'rolled-back': 'Ask again for a new plan.',
  'rollback-failed': 'Look at what stopped the rollback, mend it, and roll back again.',
  rejected: 'Ask again for a new plan.',
};

/**
 * A named person approves a plan. From then on it can be executed, by them only.
 * Errors: `plan-unknown`, `plan-state` (not pending), `plan-stale` (older than a day), `not-approved` (nobody named, or
 * a name not typed exactly).
 */
export function approvePlan({
  database,
  planId,
  person,
  typedNames,
  now = () => new Date(),
}: ApproveOptions): PlanRecord {
  requirePerson(person);
  const id = withLedger(database, (append) => {
    const { plan, hash } = findPlan(database, planId);
    requireStatus(plan, readProgress(database, plan).status, ['pending'], 'approved');
    requireRecent(plan, now());
    const objects = objectsToType(plan);
    requireTypedNames(plan, objects, typedNames);
    append({ kind: 'approved', at: now(), actor: person, planId: plan.id, data: { hash, typed: objects } });
    return plan.id;
  });
  return loadPlan(database, id);
}

/** A person turns a plan down; it can never run. Errors: `plan-unknown`, `plan-state`, `not-approved`. */
export function rejectPlan({
  database,
  planId,
  person,
  reason,
  now = () => new Date(),
}: Omit<ApproveOptions, 'typedNames'> & { readonly reason?: string }): PlanRecord {
  requirePerson(person);
  const id = withLedger(database, (append) => {
    const { plan } = findPlan(database, planId);
    requireStatus(plan, readProgress(database, plan).status, ['pending', 'approved'], 'rejected');
    append({ kind: 'rejected', at: now(), actor: person, planId: plan.id, data: { reason: reason ?? null } });
    wipeSecrets(database, plan.id);
    return plan.id;
  });
  return loadPlan(database, id);
}
