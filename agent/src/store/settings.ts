import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Database } from './database.ts';

const rowSchema = z.object({ value: z.string() });

/** A setting parsed by the caller's schema; undefined when it was never set. Errors: `config-invalid`. */
export function getSetting<S extends z.ZodType>(
  database: Database,
  key: string,
  schema: S,
): z.infer<S> | undefined {
  const row = database.sql.prepare('SELECT value FROM settings WHERE key = ?').get(key);
  if (row === undefined) return undefined;
  const parsed = schema.safeParse(JSON.parse(rowSchema.parse(row).value));
  if (!parsed.success) {
    throw new ProxmoxAiError('config-invalid', `The stored setting ${key} is not valid.`, {
      hint: 'Set it again.',
      fields: { key, issues: z.prettifyError(parsed.error) },
    });
  }
  return parsed.data;
}

/** Stores any JSON value under a key. */
export function setSetting(database: Database, key: string, value: unknown): void {
  database.sql
    .prepare(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    )
    .run(key, canonicalJson(value));
}

/** Forgets a setting; false when it was not set. */
export function deleteSetting(database: Database, key: string): boolean {
  return database.sql.prepare('DELETE FROM settings WHERE key = ?').run(key).changes > 0;
}
