import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import { canonicalJson } from '../store/canonical-json.ts';
import type { Database } from '../store/database.ts';
import { deriveProgress, toRecord, type PlanProgress } from './derive.ts';
import { parseEntry, sha256 } from './ledger-entry.ts';
import { withLedger, type NewEntry } from './ledger.ts';
import { normalisePlanId } from './plan-id.ts';
import { splitSecrets, storeSecrets } from './plan-secrets.ts';
import { planSchema, type Plan, type PlanRecord, type PlanStatus } from './types.ts';

/** Keeps a plan for good: its body never changes, and the ledger records its hash. Secrets are kept apart. */
export function savePlan(database: Database, plan: Plan): void {
  withLedger(database, (append) => {
    storePlan(database, plan, append);
  });
}

/** As {@link savePlan}, inside a transaction of {@link withLedger}. */
export function storePlan(database: Database, given: Plan, append: (entry: NewEntry) => unknown): void {
  const { plan, secrets } = splitSecrets(planSchema.parse(given));
  const body = canonicalJson(plan);
  const hash = sha256(body);
  database.sql
    .prepare(
      'INSERT INTO plans (id, created_at, created_by, title, capability, target, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(plan.id, plan.createdAt, plan.createdBy, plan.title, plan.capability, plan.target, body, hash);
  storeSecrets(database, plan.id, secrets);
  append({
    kind: 'plan-created',
    at: new Date(plan.createdAt),
    actor: plan.createdBy,
    planId: plan.id,
    data: {
      hash,
      title: plan.title,
      capability: plan.capability,
      target: plan.target,
      steps: plan.steps.length,
    },
  });
}

const planRow = z.object({ id: z.string(), body: z.string(), hash: z.string() });

function parsePlan(row: unknown): Plan {
  const { id, body, hash } = planRow.parse(row);
  if (sha256(body) !== hash) {
    throw new ProxmoxAiError('audit-tampered', `Plan ${id} was changed in the database after it was made.`, {
      hint: 'It will not be run. See `proxmox-ai audit verify`.',
      fields: { planId: id },
    });
  }
  return planSchema.parse(JSON.parse(body));
}

/**
 * A plan by its id or by the beginning of one. Errors: `plan-unknown` when none or several match, `audit-tampered`
 * when the stored plan is not the one that was made.
 */
export function findPlan(
  database: Database,
  idOrPrefix: string,
): { readonly plan: Plan; readonly hash: string } {
  const id = normalisePlanId(idOrPrefix);
  // substr instead of LIKE: what a person typed holds no patterns.
  const rows = database.sql
    .prepare('SELECT id, body, hash FROM plans WHERE substr(id, 1, ?) = ? ORDER BY created_at DESC LIMIT 6')
    .all(id.length, id)
    .map((row) => planRow.parse(row));
  const row = rows.find((candidate) => candidate.id === id) ?? (rows.length === 1 ? rows[0] : undefined);
  if (row === undefined || id === 'p-') {
    const candidates = rows.map((candidate) => candidate.id);
    throw new ProxmoxAiError(
      'plan-unknown',
      candidates.length === 0
        ? `There is no plan ${idOrPrefix}.`
        : `${idOrPrefix} is the beginning of several plans.`,
      {
        hint:
          candidates.length === 0
            ? '`proxmox-ai plan list` shows the plans there are.'
            : `Give more of the id: ${candidates.join(', ')}.`,
        fields: { given: idOrPrefix, candidates },
      },
    );
  }
  return { plan: parsePlan(row), hash: row.hash };
}

/** The progress of a plan from the ledger: what execution works with. */
export function readProgress(database: Database, plan: Plan): PlanProgress {
  const entries = database.sql.prepare('SELECT * FROM ledger WHERE plan_id = ? ORDER BY seq').all(plan.id);
  return deriveProgress(plan, entries.map(parseEntry));
}

/** A plan with what became of it. Errors as {@link findPlan}. */
export function loadPlan(database: Database, idOrPrefix: string): PlanRecord {
  const { plan } = findPlan(database, idOrPrefix);
  return toRecord(plan, readProgress(database, plan));
}

/** Plans with what became of them, newest first; 50 unless told. */
export function listPlans(
  database: Database,
  { status, limit = 50 }: { status?: PlanStatus; limit?: number } = {},
): PlanRecord[] {
  const found: PlanRecord[] = [];
  const rows = database.sql
    .prepare('SELECT id, body, hash FROM plans ORDER BY created_at DESC, rowid DESC')
    .iterate();
  for (const row of rows) {
    if (found.length >= limit) break;
    const plan = parsePlan(row);
    const record = toRecord(plan, readProgress(database, plan));
    if (status === undefined || record.status === status) found.push(record);
  }
  return found;
}
