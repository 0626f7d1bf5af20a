import { z } from 'zod';
import { requestSchema } from './request.ts';
import type { intentNames } from './intents.ts';
import { specialistNames } from './specialist-names.ts';

/** What the user is looking at: the selected guest or node (GUI), or what the conversation was last about. */
export const contextSchema = z.strictObject({
  guest: z.number().int().min(100).max(999_999_999).optional(),
  node: z.string().min(1).max(63).optional(),
});
export type RequestContext = z.infer<typeof contextSchema>;

/** What happens next with a request: computed by code from the intent's static data and the inventory. */
export const dispositionSchema = z.enum(['answer', 'plan', 'plan-typed', 'ask', 'refuse']);
export type Disposition = z.infer<typeof dispositionSchema>;

/** The public contract of `proxmox-ai interpret --json` (design: requests.md). */
export const interpretationSchema = z.strictObject({
  text: z.string(),
  requests: z.array(requestSchema),
  specialist: z.enum(specialistNames),
  disposition: dispositionSchema,
  confidence: z.number().min(0).max(1),
  questions: z.array(z.string()),
});
export type Interpretation = z.infer<typeof interpretationSchema>;

export type IntentName = (typeof intentNames)[number];
