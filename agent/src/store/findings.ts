import { z } from 'zod';
import type { Database } from './database.ts';

/** A finding as the store sees it: the rest is the capability's, kept as JSON. */
const storableSchema = z.looseObject({ object: z.string(), fingerprint: z.string() });
type Storable = z.infer<typeof storableSchema>;

const rowSchema = z.object({ run_id: z.string(), created_at: z.string(), body: z.string() });

export interface StoredFinding<T> {
  readonly runId: string;
  readonly createdAt: string;
  readonly finding: T;
}

/** Keeps what one run found, so that a later run can tell what is new, fixed or still there. */
export function saveFindings(
  database: Database,
  { runId, createdAt, findings }: { runId: string; createdAt: string; findings: readonly Storable[] },
): void {
  database.transaction(() => {
    const insert = database.sql.prepare(
      'INSERT INTO findings (run_id, created_at, object, fingerprint, body) VALUES (?, ?, ?, ?, ?)',
    );
    for (const finding of findings) {
      const { object, fingerprint } = storableSchema.parse(finding);
      insert.run(runId, createdAt, object, fingerprint, JSON.stringify(finding));
    }
  });
}

function rows<S extends z.ZodType>(found: unknown[], schema: S): StoredFinding<z.infer<S>>[] {
  return found.map((row) => {
    const { run_id: runId, created_at: createdAt, body } = rowSchema.parse(row);
    return { runId, createdAt, finding: schema.parse(JSON.parse(body)) };
  });
}

/** The findings of one run, in the order they were saved; each parsed by the caller's schema. */
export function findingsOfRun<S extends z.ZodType>(
  database: Database,
  runId: string,
  schema: S,
): StoredFinding<z.infer<S>>[] {
  return rows(
    database.sql
      .prepare('SELECT run_id, created_at, body FROM findings WHERE run_id = ? ORDER BY id')
      .all(runId),
    schema,
  );
}

/** What was found on an object (`qemu/105`) over time, newest first. */
export function findingsOfObject<S extends z.ZodType>(
  database: Database,
  object: string,
  schema: S,
  limit = 500,
): StoredFinding<z.infer<S>>[] {
  return rows(
    database.sql
      .prepare('SELECT run_id, created_at, body FROM findings WHERE object = ? ORDER BY id DESC LIMIT ?')
      .all(object, limit),
    schema,
  );
}
