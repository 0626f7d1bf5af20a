import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { anchorPath, readAnchor, type Anchor } from './anchor.ts';
import { entryHash, genesisHash, parseEntry, sha256, type LedgerEntry } from './ledger-entry.ts';
import { hashAt, ledgerHead } from './ledger.ts';

export interface LedgerProblem {
  /** The first bad row; null when the ledger as a whole is at fault. */
  readonly seq: number | null;
  readonly kind: 'edited' | 'missing' | 'truncated' | 'anchor' | 'guard' | 'plan';
  readonly message: string;
}

export interface LedgerVerdict {
  readonly ok: boolean;
  readonly rows: number;
  /** Note it elsewhere and pass it as `expect` later: then a rewrite of the whole chain shows as well. */
  readonly head: Anchor;
  /** In order of discovery; the first one names the first bad row. */
  readonly problems: readonly LedgerProblem[];
}

const guards = [
  'ledger_no_update',
  'ledger_no_delete',
  'ledger_in_order',
  'plans_no_update',
  'plans_no_delete',
  'plans_no_replace',
];

/**
 * Walks the whole chain and compares it with what else remembers it. It detects: an edited row, a row removed from or
 * put into the middle, rows in another order, rows cut off at the end (the head row and the `.head` file beside the
 * database know the count), an older copy of the database put in its place, a plan edited after it was made, and the
 * triggers that forbid changes being gone. It cannot detect a rewrite of every row together with the head row and the
 * `.head` file by somebody who may write both, unless `expect` holds a head that was noted elsewhere; nor the loss of
 * rows that were written in the instant before a crash, before the `.head` file was moved on, once they are removed
 * together with the head row.
 */
export function verifyLedger(database: Database, { expect }: { expect?: Anchor } = {}): LedgerVerdict {
  return database.transaction(() => {
    const problems: LedgerProblem[] = [];
    const walked = walk(database, problems);
    const head = ledgerHead(database);
    if (problems.length === 0 && (head.count !== walked.rows || head.hash !== walked.hash)) {
      problems.push(
        walked.rows < head.count
          ? truncated(walked.rows, head.count, 'the head row')
          : {
              seq: walked.rows,
              kind: 'edited',
              message: `Row ${walked.rows} was added without moving the head row.`,
            },
      );
    }
    checkAnchors(database, walked.rows, expect, problems);
    checkGuards(database, problems);
    checkPlans(database, problems);
    return { ok: problems.length === 0, rows: walked.rows, head, problems };
  });
}

const truncated = (rows: number, count: number, witness: string): LedgerProblem => ({
  seq: rows + 1,
  kind: 'truncated',
  message: `Row ${rows + 1} is missing: the ledger ends at ${rows}, but ${witness} knows ${count} rows.`,
});

function walk(database: Database, problems: LedgerProblem[]): { rows: number; hash: string } {
  let rows = 0;
  let hash = genesisHash;
  for (const row of database.sql.prepare('SELECT * FROM ledger ORDER BY seq').iterate()) {
    const { seq } = z.object({ seq: z.number().int() }).parse(row);
    if (seq !== rows + 1) {
      problems.push({
        seq: rows + 1,
        kind: 'missing',
        message: `Row ${rows + 1} is missing: after ${rows} comes ${seq}.`,
      });
      return { rows, hash };
    }
    const fault = faultOf(row, hash);
    if (fault !== undefined) {
      problems.push({ seq, kind: 'edited', message: `Row ${seq} ${fault}.` });
      return { rows, hash };
    }
    rows = seq;
    hash = z.object({ hash: z.string() }).parse(row).hash;
  }
  return { rows, hash };
}

function faultOf(row: unknown, previous: string): string | undefined {
  let entry: LedgerEntry;
  try {
    entry = parseEntry(row);
  } catch {
    return 'does not have the shape of a ledger row';
  }
  if (entry.previous !== previous) return 'does not follow from the row before it';
  if (entryHash(entry) !== entry.hash) return 'was edited: its content does not match its hash';
  return undefined;
}

function checkAnchors(
  database: Database,
  rows: number,
  expect: Anchor | undefined,
  problems: LedgerProblem[],
): void {
  const hold = (anchor: Anchor, witness: string): void => {
    const hash = hashAt(database, anchor.count);
    if (hash === undefined) {
      if (problems.length === 0) problems.push(truncated(rows, anchor.count, witness));
    } else if (hash !== anchor.hash) {
      problems.push({
        seq: anchor.count,
        kind: 'edited',
        message: `Row ${anchor.count} is not the one that ${witness} knows.`,
      });
    }
  };
  if (expect !== undefined) hold(expect, 'the given head');
  const path = anchorPath(database.path);
  if (path === undefined || rows === 0) return;
  const anchor = readAnchor(path);
  if (typeof anchor === 'string') {
    problems.push({
      seq: null,
      kind: 'anchor',
      message: `The file ${path} that remembers the ledger's length is ${anchor}.`,
    });
  } else hold(anchor, path);
}

function checkGuards(database: Database, problems: LedgerProblem[]): void {
  const rows = database.sql.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
  const present = new Set(rows.map((row) => z.object({ name: z.string() }).parse(row).name));
  for (const guard of guards) {
    if (!present.has(guard)) {
      problems.push({
        seq: null,
        kind: 'guard',
        message: `The trigger ${guard}, which forbids changing what was written, is gone.`,
      });
    }
  }
}

const planRow = z.object({
  id: z.string(),
  body: z.string(),
  hash: z.string(),
  data: z.string().nullable(),
  seq: z.number().nullable(),
});

function checkPlans(database: Database, problems: LedgerProblem[]): void {
  const rows = database.sql
    .prepare(
      `SELECT plans.id, body, plans.hash, ledger.data, ledger.seq FROM plans
       LEFT JOIN ledger ON ledger.plan_id = plans.id AND ledger.kind = 'plan-created' ORDER BY ledger.seq`,
    )
    .all();
  for (const row of rows) {
    const { id, body, hash, data, seq } = planRow.parse(row);
    const recorded = z.object({ hash: z.string() }).safeParse(parseJson(data));
    if (sha256(body) !== hash || !recorded.success || recorded.data.hash !== hash) {
      problems.push({
        seq,
        kind: 'plan',
        message: `Plan ${id} is not the one that the ledger recorded when it was made.`,
      });
    }
  }
  const gone = database.sql
    .prepare(
      "SELECT seq, plan_id AS id FROM ledger WHERE kind = 'plan-created' AND plan_id NOT IN (SELECT id FROM plans)",
    )
    .all();
  for (const row of gone) {
    const { seq, id } = z.object({ seq: z.number(), id: z.string() }).parse(row);
    problems.push({ seq, kind: 'plan', message: `Plan ${id} of row ${seq} is gone.` });
  }
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
