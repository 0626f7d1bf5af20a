import { chmodSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { datedSuffix } from './dated-name.ts';

const kept = 3;

/** The backups that lie beside a database, oldest first. */
export function listBackups(path: string): string[] {
  const folder = dirname(path);
  if (!existsSync(folder)) return [];
  const prefix = `${basename(path)}.backup-`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d{8}T\d{6}Z-v\d+-\d+$/.test(name.slice(prefix.length)))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * A consistent copy of an open database beside it (`NAME.backup-DATE-vVERSION-PID`, 0600), and the oldest removed so
 * that three are left. `VACUUM INTO` reads a snapshot, so other processes may go on writing.
 */
export function backUp(sql: DatabaseSync, path: string, version: number, now: Date): string {
  const target = `${path}.backup-${datedSuffix(now)}-v${version}-${process.pid}`;
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  sql.prepare('VACUUM INTO ?').run(partial);
  chmodSync(partial, 0o600);
  renameSync(partial, target);
  for (const old of listBackups(path).slice(0, -kept)) rmSync(old, { force: true });
  return target;
}
