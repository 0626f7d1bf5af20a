import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const port = z.number().int().min(1).max(65_535);

/** What the process that runs the demo cluster notes about itself; after its end, where it was. */
export const runningSchema = z.object({
  pid: z.number().int().positive(),
  /** `https://127.0.0.1:PORT` */
  url: z.url(),
  port,
  /** Of the server's certificate. */
  fingerprint: z.string(),
  /** Where clients tell by an open connection that they need the cluster. */
  holdPort: port,
  seed: z.number().int(),
});
export type Running = z.infer<typeof runningSchema>;

const runningFile = (folder: string): string => join(folder, 'running.json');

/** The newest note; undefined when there is none that can be read. Whether it still runs is another question. */
export function readRunning(folder: string): Running | undefined {
  try {
    return runningSchema.parse(JSON.parse(readFileSync(runningFile(folder), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Replaces the note in one step. */
export function writeRunning(folder: string, running: Running): void {
  const scratch = `${runningFile(folder)}.${process.pid}`;
  writeFileSync(scratch, JSON.stringify(running), { mode: 0o600 });
  renameSync(scratch, runningFile(folder));
}
