import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import { backUp } from './backup.ts';

const versionRow = z.object({ user_version: z.number().int() });
const userVersion = (sql: DatabaseSync): number =>
  versionRow.parse(sql.prepare('PRAGMA user_version').get()).user_version;

/**
 * Brings an open database to the newest version: each migration in its own transaction, re-checked under the write
 * lock so that several processes may start at once. A database that holds data is backed up first (not in memory).
 * Errors: `store-version` when a newer release wrote it.
 */
export function migrate(
  sql: DatabaseSync,
  path: string,
  migrations: readonly string[],
  now: Date,
): { readonly from: number; readonly to: number; readonly backup: string | undefined } {
  const from = userVersion(sql);
  const to = migrations.length;
  if (from > to) {
    throw new ProxmoxAiError(
      'store-version',
      `The database ${path} is of version ${from}; this release of Proxmox AI knows versions up to ${to}.`,
      {
        hint: 'A newer release wrote it. Install that release again, or point Proxmox AI at another folder.',
        fields: { path, version: from, known: to },
      },
    );
  }
  const backup = from > 0 && from < to && path !== ':memory:' ? backUp(sql, path, from, now) : undefined;
  for (let version = from; version < to; version += 1) {
    sql.exec('BEGIN IMMEDIATE');
    try {
      if (userVersion(sql) === version) {
        sql.exec(migrations[version] ?? '');
        sql.exec(`PRAGMA user_version = ${version + 1}`);
      }
      sql.exec('COMMIT');
    } catch (thrown) {
      if (sql.isTransaction) sql.exec('ROLLBACK');
      throw thrown;
    }
  }
  return { from, to, backup };
}
