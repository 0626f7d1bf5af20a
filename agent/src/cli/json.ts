import { z } from 'zod';
import * as api from '../api/schemas.ts';
import { answerSchema, findingSchema } from '../capabilities/types.ts';
import { planSchema } from '../plans/types.ts';

/**
 * What each command prints with `--json`: a public contract. `proxmox-ai schema COMMAND` gives it as JSON schema. Fields
 * are only ever added; a command that fails prints the `error` form instead and exits with its code.
 */
export const outputSchemas = {
  ask: z.strictObject({
    interpretation: api.interpretationSchema.nullable(),
    markdown: z.string(),
    findings: z.array(findingSchema),
    plan: planSchema.nullable(),
    artefacts: answerSchema.shape.artefacts,
    questions: z.array(z.string()),
    demo: z.boolean(),
    target: z.string(),
  }),
  interpret: api.interpretationSchema,
  'plan list': z.strictObject({ plans: z.array(api.planRecordSchema) }),
  'plan show': api.planRecordSchema,
  'plan apply': z.strictObject({
    record: api.planRecordSchema,
    failed: api.errorSchema.shape.error.nullable(),
  }),
  'audit list': z.strictObject({ entries: z.array(api.ledgerEntrySchema) }),
  'audit verify': api.verdictSchema,
  status: api.statusSchema,
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
  error: api.errorSchema,
} as const;
export type OutputName = keyof typeof outputSchemas;

/** A command's answer as the text of its `--json` output; it is held against the schema before it is printed. */
export const printJson = <N extends OutputName>(name: N, value: z.input<(typeof outputSchemas)[N]>): string =>
  JSON.stringify(outputSchemas[name].parse(value), null, 2);
