import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import { canonicalJson } from '../store/canonical-json.ts';
import type { Database } from '../store/database.ts';
import { anchorPath, readAnchor, writeAnchor, type Anchor } from './anchor.ts';
import { entryHash, genesisHash, parseEntry, type LedgerEntry, type LedgerKind } from './ledger-entry.ts';
import { redactData } from './redact.ts';

export interface NewEntry {
  readonly kind: LedgerKind;
  readonly at: Date;
  readonly actor: string;
  readonly planId?: string;
  readonly stepId?: string;
  /** Facts; secrets under known names (`password`, `cipassword`, `secret`…) are masked before the row is made. */
  readonly data?: Readonly<Record<string, unknown>>;
}

const headSchema = z.object({ count: z.number().int(), hash: z.string() });

/** How many rows there are and the hash of the last: note it elsewhere, and `verifyLedger` can hold it against us. */
export function ledgerHead(database: Database): Anchor {
  const row = database.sql.prepare('SELECT count, hash FROM ledger_head WHERE id = 1').get();
  return row === undefined ? { count: 0, hash: genesisHash } : headSchema.parse(row);
}

/** The hash of one row, or undefined when there is no such row. */
export function hashAt(database: Database, seq: number): string | undefined {
  if (seq === 0) return genesisHash;
  const row = database.sql.prepare('SELECT hash FROM ledger WHERE seq = ?').get(seq);
  return row === undefined ? undefined : z.object({ hash: z.string() }).parse(row).hash;
}

/**
 * Appends rows in one transaction together with what `work` does, and moves the anchor beside the database. `work`
 * gets the function that appends. When it returns, the rows are on the disk (synchronous=FULL).
 */
export function withLedger<T>(database: Database, work: (append: (entry: NewEntry) => LedgerEntry) => T): T {
  if (database.sql.isTransaction) {
    // The anchor would be ahead of the ledger if the outer transaction were rolled back.
    throw new ProxmoxAiError('internal', 'The ledger cannot be written inside another transaction.');
  }
  const path = anchorPath(database.path);
  // Made before the first row, so that from then on a missing anchor always means that somebody removed it.
  if (path !== undefined && ledgerHead(database).count === 0 && readAnchor(path) === 'missing') {
    writeAnchor(path, { count: 0, hash: genesisHash });
  }
  let last: LedgerEntry | undefined;
  const result = database.transaction(() => {
    return work((entry) => {
      last = append(database, entry);
      return last;
    });
  });
  if (path !== undefined && last !== undefined) moveAnchor(database, path, last);
  return result;
}

/** Appends one row; see {@link withLedger}. */
export const appendLedger = (database: Database, entry: NewEntry): LedgerEntry =>
  withLedger(database, (append) => append(entry));

function append(database: Database, { kind, at, actor, planId, stepId, data = {} }: NewEntry): LedgerEntry {
  const head = ledgerHead(database);
  const unhashed = {
    seq: head.count + 1,
    at: at.toISOString(),
    kind,
    planId: planId ?? null,
    stepId: stepId ?? null,
    actor,
    // Through JSON once, so that what is hashed is what a reader will parse.
    data: z.record(z.string(), z.unknown()).parse(JSON.parse(canonicalJson(redactData(data)))),
    previous: head.hash,
  };
  const entry: LedgerEntry = { ...unhashed, hash: entryHash(unhashed) };
  database.sql
    .prepare(
      `INSERT INTO ledger (seq, at, kind, plan_id, step_id, actor, data, previous, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      entry.seq,
      entry.at,
      kind,
      entry.planId,
      entry.stepId,
      actor,
      canonicalJson(entry.data),
      entry.previous,
      entry.hash,
    );
  database.sql
    .prepare(
      `INSERT INTO ledger_head (id, count, hash) VALUES (1, ?, ?)
       ON CONFLICT (id) DO UPDATE SET count = excluded.count, hash = excluded.hash`,
    )
    .run(entry.seq, entry.hash);
  return entry;
}

/** Moves the anchor on, unless it contradicts the ledger: then it must stay for `verifyLedger` to report. */
function moveAnchor(database: Database, path: string, { seq, hash }: LedgerEntry): void {
  const old = readAnchor(path);
  if (typeof old === 'string' || old.count >= seq || hashAt(database, old.count) !== old.hash) return;
  writeAnchor(path, { count: seq, hash });
}

export interface LedgerFilter {
  readonly planId?: string;
  readonly kinds?: readonly LedgerKind[];
  readonly actor?: string;
  /** ISO 8601, inclusive. */
  readonly since?: string;
  readonly until?: string;
  /** Rows after this number. */
  readonly after?: number;
  /** The last so many of what matches; 1000 unless told. */
  readonly limit?: number;
}

/** Rows of the ledger in order, filtered. */
export function listLedger(database: Database, filter: LedgerFilter = {}): LedgerEntry[] {
  const where: string[] = [];
  const values: (string | number)[] = [];
  const add = (condition: string, ...given: (string | number)[]): void => {
    where.push(condition);
    values.push(...given);
  };
  if (filter.planId !== undefined) add('plan_id = ?', filter.planId);
  if (filter.kinds !== undefined) add(`kind IN (${filter.kinds.map(() => '?').join(', ')})`, ...filter.kinds);
  if (filter.actor !== undefined) add('actor = ?', filter.actor);
  if (filter.since !== undefined) add('at >= ?', filter.since);
  if (filter.until !== undefined) add('at <= ?', filter.until);
  if (filter.after !== undefined) add('seq > ?', filter.after);
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  return database.sql
    .prepare(`SELECT * FROM (SELECT * FROM ledger ${condition} ORDER BY seq DESC LIMIT ?) ORDER BY seq`)
    .all(...values, filter.limit ?? 1000)
    .map(parseEntry);
}
