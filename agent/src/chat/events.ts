import { z } from 'zod';
import { choiceSchema, artefactSchema, findingSchema } from '../capabilities/types.ts';
import { planSchema, stepStateSchema } from '../plans/types.ts';
import { interpretationSchema } from '../requests/types.ts';
import { specialistNames } from '../requests/specialist-names.ts';

/** What a run tells, in order. The CLI draws it, the agent's API streams or polls it, the GUI shows it. */
export const runEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('started'), text: z.string() }),
  z.strictObject({ type: z.literal('interpreted'), interpretation: interpretationSchema }),
  z.strictObject({ type: z.literal('progress'), stage: z.string(), done: z.number(), total: z.number() }),
  z.strictObject({
    type: z.literal('consulted'),
    from: z.enum(specialistNames),
    to: z.enum(specialistNames),
    topic: z.string(),
    depth: z.number().int(),
    durationMs: z.number(),
    outcome: z.enum(['advice', 'declined', 'failed']),
  }),
  z.strictObject({ type: z.literal('markdown'), delta: z.string() }),
  z.strictObject({ type: z.literal('findings'), findings: z.array(findingSchema) }),
  z.strictObject({ type: z.literal('plan'), plan: planSchema, diff: z.string() }),
  z.strictObject({ type: z.literal('artefact'), artefact: artefactSchema }),
  z.strictObject({
    type: z.literal('question'),
    questions: z.array(z.string()),
    choices: z.array(choiceSchema),
  }),
  z.strictObject({
    type: z.literal('step'),
    planId: z.string(),
    stepId: z.string(),
    title: z.string(),
    state: stepStateSchema,
    upid: z.string().optional(),
    message: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('task-log'), upid: z.string(), line: z.string() }),
  z.strictObject({ type: z.literal('finished') }),
  z.strictObject({
    type: z.literal('failed'),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
  }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
