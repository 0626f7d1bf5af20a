import type { z } from 'zod';
import type { ProxmoxAiError } from '../errors.ts';
import type { errorSchema } from './schemas.ts';

/** An error as the body of an answer. */
export const errorBody = ({ code, message, hint, fields }: ProxmoxAiError): z.input<typeof errorSchema> => ({
  error: { code, message, ...(hint === undefined ? {} : { hint }), fields: { ...fields } },
});
