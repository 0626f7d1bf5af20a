import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../store/canonical-json.ts';

/**
 * What a row of the ledger tells. `step-*` and `rollback-*` rows name their step; an intent row is on the disk before
 * the call leaves this machine, so a call without an intent never happened.
 */
export const ledgerKindSchema = z.enum([
  'plan-created',
  'approved',
  'rejected',
  'started', // data.resume: true when it went on with an interrupted or failed plan
  'step-intent',
  'step-task', // the call was answered with a UPID
  'step-done',
  'step-failed', // data.applied: whether the cluster shows that it took hold all the same
  'step-unknown',
  'stale',
  'finished', // data.outcome
  'interrupted',
  'superseded', // data.by: the plan that replaces it
  'rollback-started',
  'rollback-intent',
  'rollback-task',
  'rollback-done',
  'rollback-failed',
  'rollback-unknown',
  'rollback-finished', // data.outcome
  'note',
]);
export type LedgerKind = z.infer<typeof ledgerKindSchema>;

export interface LedgerEntry {
  /** From 1, without a gap. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly kind: LedgerKind;
  readonly planId: string | null;
  readonly stepId: string | null;
  /** PVE userid of who did it; `proxmox-ai` for what the agent found on its own. */
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Hash of the row before; 64 zeros for the first. */
  readonly previous: string;
  readonly hash: string;
}

export const genesisHash = '0'.repeat(64);

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The hash that chains a row to the one before: sha256 over the previous hash and the row as canonical JSON. */
export function entryHash({
  seq,
  at,
  kind,
  planId,
  stepId,
  actor,
  data,
  previous,
}: Omit<LedgerEntry, 'hash'>): string {
  return sha256(`${previous}\n${canonicalJson({ seq, at, kind, planId, stepId, actor, data })}`);
}

const rowSchema = z.object({
  seq: z.number().int(),
  at: z.string(),
  kind: ledgerKindSchema,
  plan_id: z.string().nullable(),
  step_id: z.string().nullable(),
  actor: z.string(),
  data: z.string(),
  previous: z.string(),
  hash: z.string(),
});
const dataSchema = z.record(z.string(), z.unknown());

/** A row of the table as a typed entry; throws (zod, JSON) when somebody wrote nonsense into it. */
export function parseEntry(row: unknown): LedgerEntry {
  const { plan_id: planId, step_id: stepId, data, ...rest } = rowSchema.parse(row);
  return { ...rest, planId, stepId, data: dataSchema.parse(JSON.parse(data)) };
}
