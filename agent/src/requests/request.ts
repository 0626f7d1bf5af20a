import { z } from 'zod';
import { intentNames } from './intents.ts';

/** One request: an intent and its slots. `slots` is validated per intent by the intent table. */
export const requestSchema = z.strictObject({
  intent: z.enum(intentNames),
  slots: z.record(z.string(), z.unknown()),
});
export type Request = z.infer<typeof requestSchema>;
