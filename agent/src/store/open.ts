import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import { corruptError } from './corrupt.ts';
import type { Database } from './database.ts';
import { isBusy, isCorrupt, storeError } from './errors.ts';
import { migrate } from './migrate.ts';
import { migrations as released } from './migrations/index.ts';
import { transactions } from './transaction.ts';

export interface OpenOptions {
  readonly now?: () => Date;
  /** For tests of upgrades; the released ones otherwise. */
  readonly migrations?: readonly string[];
}

/** "PxAI": tells our file from a database of another program. */
const applicationId = 0x50784149;
const busyMs = 5_000;
/** Above this size a full check would be felt at every start; SQLite still reports damage where it meets it. */
const checkBelowBytes = 64 * 1024 * 1024;

const pragmaRow = z.record(z.string(), z.union([z.string(), z.number()]));
const pragma = (sql: DatabaseSync, name: string): string | number =>
  Object.values(pragmaRow.parse(sql.prepare(`PRAGMA ${name}`).get() ?? {}))[0] ?? '';

/** Two processes that create the file at once: changing the journal mode does not honour the busy timeout. */
function withRetry(work: () => void): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += 25) {
    try {
      work();
      return;
    } catch (thrown) {
      if (!isBusy(thrown) || waited >= busyMs) throw thrown;
      Atomics.wait(sleeper, 0, 0, 25);
    }
  }
}

/** Creates the folder (0700) and the file (0600), or narrows the file's mode. */
function prepareFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  } catch (cause) {
    throw new ProxmoxAiError('config-invalid', `The database ${path} cannot be opened or created.`, {
      hint: 'Check that the folder exists and is writable for this user.',
      fields: { path },
      cause,
    });
  }
}

function check(sql: DatabaseSync, path: string, inMemory: boolean): void {
  const id = pragma(sql, 'application_id');
  const foreign =
    id !== applicationId &&
    (id !== 0 || pragma(sql, 'user_version') !== 0 || pragma(sql, 'schema_version') !== 0);
  if (foreign) {
    // Another process may be creating it at this moment: its first commit sets schema and id together.
    if (pragma(sql, 'application_id') === applicationId) return;
    throw new ProxmoxAiError('store-corrupt', `The file ${path} is a database of another program.`, {
      hint: 'Point Proxmox AI at another folder; nothing was changed.',
      fields: { path, applicationId: id },
    });
  }
  if (inMemory || statSync(path).size > checkBelowBytes) return;
  const found = pragma(sql, 'quick_check(1)');
  if (found !== 'ok') throw corruptError(path, String(found));
}

/**
 * Opens the store at `path` (`:memory:` for one that lives in this process only), creates it when it is missing, and
 * brings it to the newest version after a backup. WAL with `synchronous=FULL`: a committed row survives a power cut.
 * Several processes may open it at once.
 * Errors: `store-corrupt` (nothing is changed; a copy is kept; the hint says what to do), `store-version` (written by a
 * newer release), `config-invalid` (folder not writable).
 */
export function openDatabase(
  path: string,
  { now = () => new Date(), migrations = released }: OpenOptions = {},
): Database {
  const inMemory = path === ':memory:';
  const file = inMemory ? path : resolve(path);
  if (!inMemory) prepareFile(file);
  const sql = new DatabaseSync(file, { timeout: busyMs, enableForeignKeyConstraints: true });
  try {
    withRetry(() => sql.exec('PRAGMA journal_mode = WAL'));
    sql.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA recursive_triggers = ON');
    check(sql, file, inMemory);
    migrate(
      sql,
      file,
      [`PRAGMA application_id = ${applicationId};${migrations[0] ?? ''}`, ...migrations.slice(1)],
      now(),
    );
  } catch (thrown) {
    sql.close();
    throw isCorrupt(thrown)
      ? corruptError(file, (thrown as Error).message, thrown)
      : storeError(file, thrown);
  }
  return { path: file, sql, transaction: transactions(sql, file), close: () => sql.close() };
}
