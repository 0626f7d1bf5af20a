import type { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';

/** PVE's answer by a schema. Throws `pve-protocol`, naming the path and the field, never the value. */
export function parseWith<S extends z.ZodType>(schema: S, data: unknown, path: string): z.infer<S> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? 'data' : issue.path.map(String).join('.');
  throw new ProxmoxAiError(
    'pve-protocol',
    `GET ${path} was answered in another shape than PVE's: ${field}: ${issue?.message ?? 'invalid'}.`,
    {
      hint: 'Please report this with the version of PVE that the node runs.',
      fields: { method: 'GET', path, field },
    },
  );
}
