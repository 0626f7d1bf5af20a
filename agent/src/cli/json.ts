import { z } from 'zod';
import { answerSchema, findingSchema } from '../capabilities/types.ts';
import { planSchema, planStatusSchema, stepStateSchema } from '../plans/types.ts';
import { interpretationSchema } from '../requests/types.ts';

const planRecordSchema = z.strictObject({
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

const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    fields: z.record(z.string(), z.unknown()).optional(),
  }),
});

/**
 * What each command prints with `--json`: a public contract. `proxmox-ai schema COMMAND` gives it as JSON schema. Fields
 * are only ever added; a command that fails prints the `error` form instead and exits with its code.
 */
export const outputSchemas = {
  ask: z.strictObject({
    interpretation: interpretationSchema.nullable(),
    markdown: z.string(),
    findings: z.array(findingSchema),
    plan: planSchema.nullable(),
    artefacts: answerSchema.shape.artefacts,
    questions: z.array(z.string()),
    demo: z.boolean(),
    target: z.string(),
  }),
  interpret: interpretationSchema,
  'plan list': z.strictObject({ plans: z.array(planRecordSchema) }),
  'plan show': planRecordSchema,
  'plan apply': z.strictObject({ record: planRecordSchema, failed: errorSchema.shape.error.nullable() }),
  'audit list': z.strictObject({
    entries: z.array(
      z.strictObject({
        seq: z.number().int(),
        at: z.string(),
        kind: z.string(),
        planId: z.string().nullable(),
        stepId: z.string().nullable(),
        actor: z.string(),
        data: z.record(z.string(), z.unknown()),
        previous: z.string(),
        hash: z.string(),
      }),
    ),
  }),
  'audit verify': z.strictObject({
    ok: z.boolean(),
    rows: z.number().int(),
    head: z.strictObject({ count: z.number().int(), hash: z.string() }),
    problems: z.array(
      z.strictObject({ seq: z.number().int().nullable(), kind: z.string(), message: z.string() }),
    ),
  }),
  status: z.strictObject({
    version: z.string(),
    target: z.string(),
    userid: z.string(),
    demo: z.boolean(),
    pveVersion: z.string(),
    nodes: z.number().int(),
    guests: z.number().int(),
    pendingPlans: z.number().int(),
    interruptedPlans: z.array(z.string()),
    interpreter: z.string(),
    gaps: z.array(z.string()),
  }),
  doctor: z.strictObject({
    ok: z.boolean(),
    checks: z.array(
      z.strictObject({
        name: z.string(),
        state: z.enum(['ok', 'warning', 'error']),
        message: z.string(),
        hint: z.string().optional(),
      }),
    ),
  }),
  error: errorSchema,
} as const;
export type OutputName = keyof typeof outputSchemas;

/** A command's answer as the text of its `--json` output; it is held against the schema before it is printed. */
export const printJson = <N extends OutputName>(name: N, value: z.input<(typeof outputSchemas)[N]>): string =>
  JSON.stringify(outputSchemas[name].parse(value), null, 2);
