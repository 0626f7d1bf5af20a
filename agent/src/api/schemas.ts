import { z } from 'zod';
import { skillSchema } from '../capabilities/types.ts';
import { runEventSchema } from '../chat/events.ts';
import { ledgerKindSchema } from '../plans/ledger-entry.ts';
import { planSchema, planStatusSchema, stepStateSchema } from '../plans/types.ts';
import { requestSchema } from '../requests/request.ts';
import { contextSchema, interpretationSchema } from '../requests/types.ts';

/** What the agent's API takes and gives. The client parses with these too, so both sides hold to one contract. */
export const typedNamesSchema = z.record(z.string(), z.string().max(255));

const common = {
  context: contextSchema.optional(),
  skill: skillSchema.optional(),
  conversation: z.uuid().optional(),
};

/** What a run is to do: exactly one of the forms. */
export const startRunSchema = z.union([
  z.strictObject({ text: z.string().min(1), ...common }),
  z.strictObject({ request: requestSchema, ...common }),
  z.strictObject({ apply: z.string().min(1).max(32) }),
  z.strictObject({
    rollback: z.string().min(1).max(32),
    typedNames: typedNamesSchema.optional(),
    acceptIrreversible: z.boolean().optional(),
  }),
]);

export const runSchema = z.strictObject({
  id: z.string(),
  userid: z.string(),
  state: z.enum(['queued', 'running', 'ended']),
  startedAt: z.string(),
  events: z.number().int(),
});
export const eventsSchema = z.strictObject({
  events: z.array(z.strictObject({ n: z.number().int(), event: runEventSchema })),
  ended: z.boolean(),
});
export const eventsQuerySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  /** Seconds; the bridge's long polls must end before pveproxy's 30 s. */
  wait: z.coerce.number().int().min(0).max(20).default(0),
});

export const planRecordSchema = z.strictObject({
  plan: planSchema,
  status: planStatusSchema,
  approvedBy: z.string().optional(),
  approvedAt: z.string().optional(),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      state: stepStateSchema,
      upid: z.string().optional(),
      error: z.string().optional(),
      startedAt: z.string().optional(),
      finishedAt: z.string().optional(),
    }),
  ),
  supersededBy: z.string().optional(),
});
export const plansQuerySchema = z.object({
  status: planStatusSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});
export const rollbackQuestionsSchema = z.strictObject({
  irreversible: z.array(z.strictObject({ step: z.string(), title: z.string(), reason: z.string() })),
  typed: z.record(z.string(), z.string()),
});

export const ledgerEntrySchema = z.strictObject({
  seq: z.number().int(),
  at: z.string(),
  kind: ledgerKindSchema,
  planId: z.string().nullable(),
  stepId: z.string().nullable(),
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
  previous: z.string(),
  hash: z.string(),
});
export const ledgerQuerySchema = z.object({
  plan: z.string().max(32).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(200),
});
export const verdictSchema = z.strictObject({
  ok: z.boolean(),
  rows: z.number().int(),
  head: z.strictObject({ count: z.number().int(), hash: z.string() }),
  problems: z.array(
    z.strictObject({
      seq: z.number().int().nullable(),
      kind: z.enum(['edited', 'missing', 'truncated', 'anchor', 'guard', 'plan']),
      message: z.string(),
    }),
  ),
});

export const statusSchema = z.strictObject({
  version: z.string(),
  target: z.string(),
  userid: z.string(),
  demo: z.boolean(),
  pveVersion: z.string(),
  nodes: z.number().int(),
  guests: z.number().int(),
  pendingPlans: z.number().int(),
  interruptedPlans: z.array(z.string()),
  interpreter: z.literal('sentence-forms'),
  gaps: z.array(z.string()),
});
export const healthSchema = z.strictObject({
  ok: z.literal(true),
  version: z.string(),
  uptimeSeconds: z.number(),
  /** The cluster that the agent serves. */
  target: z.string(),
  demo: z.boolean(),
});
export const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    fields: z.record(z.string(), z.unknown()).optional(),
  }),
});
export const interpretBodySchema = z.strictObject({ text: z.string(), context: contextSchema.optional() });
export const approveBodySchema = z.strictObject({ typedNames: typedNamesSchema.default({}) });
export const rejectBodySchema = z.strictObject({ reason: z.string().max(1000).default('') });
export { interpretationSchema };
