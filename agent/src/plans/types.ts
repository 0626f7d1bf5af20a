import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One PVE API call as data. */
export const planCallSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  path: z.string().startsWith('/'),
  params: z.record(z.string(), z.union([scalar, z.array(z.string())])).default({}),
});
export type PlanCall = z.infer<typeof planCallSchema>;

/**
 * When a step takes hold (catalogue.md 0.1): at once; at once but the virtual device is re-plugged;
 * at the next PVE-side stop/start (pending); only with the guest stopped.
 */
export const effectSchema = z.enum(['live', 'replug', 'restart', 'stopped']);
export type Effect = z.infer<typeof effectSchema>;

export const riskSchema = z.enum(['safe', 'disruptive', 'destructive']);
export type Risk = z.infer<typeof riskSchema>;

/** A value before and after; `null` means the key is not set. */
export const changeSchema = z.strictObject({
  key: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type Change = z.infer<typeof changeSchema>;

export const planStepSchema = z.strictObject({
  /** Unique in the plan: `s1`, `s2`… */
  id: z.string(),
  title: z.string(),
  why: z.string(),
  /** Check that asked for it (`VM-SEC-001`), or the intent. */
  source: z.string(),
  /** What it changes: `qemu/105`, `lxc/201`, `node/pve1`, `cluster`. */
  object: z.string(),
  call: planCallSchema,
  /**
   * Where to read the state that the step was computed from: its `digest` must still equal `digest`, or, where PVE
   * gives none, every `changes[].before` must still hold. After the write it is read again to verify `changes[].after`.
   */
  read: planCallSchema.nullable(),
  digest: z.string().nullable(),
  changes: z.array(changeSchema),
  effect: effectSchema,
  risk: riskSchema,
  /** What takes it back; null only with `irreversible` saying why. */
  inverse: planCallSchema.nullable(),
  irreversible: z.string().nullable(),
  /** What may break, in a sentence; null when nothing can. */
  caution: z.string().nullable(),
  /** PVE privileges the call needs, as `path: privilege`. */
  privileges: z.array(z.string()),
  rootOnly: z.boolean(),
});
export type PlanStep = z.infer<typeof planStepSchema>;

export const planStatusSchema = z.enum([
  'pending', // waiting for a person
  'approved',
  'running',
  'done',
  'failed', // stopped at a failing step; the ledger says which
  'interrupted', // the agent died in the middle; found at the next start
  'stale', // the cluster changed since; re-planned or to be asked again
  'superseded', // replaced by a newer plan after re-planning
  'rolled-back',
  'rollback-failed',
  'rejected',
]);
export type PlanStatus = z.infer<typeof planStatusSchema>;

export const planSchema = z.strictObject({
  /** `p-` and ten characters of Crockford base32. */
  id: z.string(),
  title: z.string(),
  /** The capability that made it and can re-plan it. */
  capability: z.string(),
  /** The request (requests.md) that it answers, so that it can be computed again. */
  request: z.strictObject({ intent: z.string(), slots: z.record(z.string(), z.unknown()) }),
  /** Capability-private data for re-planning (e.g. the chosen check ids). */
  selection: z.array(z.string()),
  target: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
  /** Names that must be typed when a step is destructive: object → guest name. */
  typedNames: z.record(z.string(), z.string()),
  steps: z.array(planStepSchema).min(1),
});
export type Plan = z.infer<typeof planSchema>;

export const stepStateSchema = z.enum([
  'waiting',
  'running',
  'done',
  'failed',
  'skipped',
  'unknown',
  'undone',
]);
export type StepState = z.infer<typeof stepStateSchema>;

/** A plan with what became of it, derived from the ledger. */
export interface PlanRecord {
  readonly plan: Plan;
  readonly status: PlanStatus;
  readonly approvedBy?: string;
  readonly approvedAt?: string;
  readonly steps: readonly {
    readonly id: string;
    readonly state: StepState;
    readonly upid?: string;
    readonly error?: string;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  }[];
  readonly supersededBy?: string;
}
