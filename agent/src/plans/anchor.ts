import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { z } from 'zod';

const anchorSchema = z.strictObject({ count: z.number().int().min(0), hash: z.string().length(64) });

/** Where the ledger stood: how many rows, and the hash of the last. */
export type Anchor = z.infer<typeof anchorSchema>;

/** The file beside the database that remembers how long the ledger was; none for one in memory. */
export const anchorPath = (databasePath: string): string | undefined =>
  databasePath === ':memory:' ? undefined : `${databasePath}.head`;

/** The anchor, `missing` when there is no file, `unreadable` when it does not parse. */
export function readAnchor(path: string): Anchor | 'missing' | 'unreadable' {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return 'missing';
  }
  try {
    return anchorSchema.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

/** Replaces the anchor in one step: a reader sees the old or the new one, also after a power cut. */
export function writeAnchor(path: string, anchor: Anchor): void {
  const partial = `${path}.${process.pid}.partial`;
  const file = openSync(partial, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify(anchor)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
}
