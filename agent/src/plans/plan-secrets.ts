import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import type { Database } from '../store/database.ts';
import { isSecretName, mask, maskChanges } from './redact.ts';
import type { Plan, PlanCall, PlanStep } from './types.ts';

/** Secrets of a plan by place: `s1.call.cipassword`. They live beside the plan until it is settled, then are wiped. */
export type PlanSecrets = ReadonlyMap<string, string>;

function splitCall<C extends PlanCall | null>(call: C, place: string, secrets: Map<string, string>): C {
  if (call === null) return call;
  const params = Object.entries(call.params).map(([name, value]) => {
    if (!isSecretName(name) || typeof value === 'object') return [name, value] as const;
    secrets.set(`${place}.${name}`, String(value));
    return [name, mask] as const;
  });
  return { ...call, params: Object.fromEntries(params) };
}

/** A plan without its secrets, which may be shown, stored and hashed, and the secrets apart. */
export function splitSecrets(plan: Plan): { readonly plan: Plan; readonly secrets: PlanSecrets } {
  const secrets = new Map<string, string>();
  const steps = plan.steps.map((step) => ({
    ...maskChanges(step),
    call: splitCall(step.call, `${step.id}.call`, secrets),
    inverse: splitCall(step.inverse, `${step.id}.inverse`, secrets),
  }));
  return { plan: { ...plan, steps }, secrets };
}

/** A call of a stored plan with its secrets put back. Errors: `plan-state` when they were wiped. */
export function withSecrets(
  call: PlanCall,
  step: PlanStep,
  which: 'call' | 'inverse',
  secrets: PlanSecrets,
): PlanCall {
  const params = Object.entries(call.params).map(([name, value]) => {
    if (!isSecretName(name) || value !== mask) return [name, value] as const;
    const secret = secrets.get(`${step.id}.${which}.${name}`);
    if (secret === undefined) {
      throw new ProxmoxAiError('plan-state', `The ${name} for step ${step.id} is no longer stored.`, {
        hint: 'Secrets of a plan are wiped once it is settled. Ask again for a new plan.',
      });
    }
    return [name, secret] as const;
  });
  return { ...call, params: Object.fromEntries(params) };
}

export function storeSecrets(database: Database, planId: string, secrets: PlanSecrets): void {
  const insert = database.sql.prepare('INSERT INTO plan_secrets (plan_id, name, value) VALUES (?, ?, ?)');
  for (const [name, value] of secrets) insert.run(planId, name, value);
}

const rowSchema = z.object({ name: z.string(), value: z.string() });

export function loadSecrets(database: Database, planId: string): PlanSecrets {
  const rows = database.sql.prepare('SELECT name, value FROM plan_secrets WHERE plan_id = ?').all(planId);
  return new Map(rows.map((row) => rowSchema.parse(row)).map(({ name, value }) => [name, value]));
}

/** Overwritten on disk as well: the store runs with `secure_delete`. */
export function wipeSecrets(database: Database, planId: string): void {
  database.sql.prepare('DELETE FROM plan_secrets WHERE plan_id = ?').run(planId);
}
