import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../store/open.ts';
import type { Database } from '../store/database.ts';
import { appendLedger, ledgerHead, listLedger, withLedger } from './ledger.ts';
import { verifyLedger } from './verify-ledger.ts';

let folder: string;
let database: Database;
const at = new Date('2026-11-23T20:00:00Z');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  database = openDatabase(join(folder, 'store.db'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const note = (text: string, actor = 'root@pam') =>
  appendLedger(database, { kind: 'note', at, actor, data: { text } });
function five(): void {
  for (const text of ['one', 'two', 'three', 'four', 'five']) note(text);
}
/** What somebody does who has the file and the sqlite3 shell. */
function tamper(sql: string): void {
  for (const trigger of ['ledger_no_update', 'ledger_no_delete', 'ledger_in_order']) {
    const row = database.sql.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').get(trigger);
    database.sql.exec(`DROP TRIGGER ${trigger}`);
    guards.push(String(row?.sql));
  }
  database.sql.exec(sql);
  for (const guard of guards.splice(0)) database.sql.exec(guard);
}
const guards: string[] = [];

describe('the ledger', () => {
  it('chains rows, and an untouched one verifies', () => {
    expect(verifyLedger(database)).toEqual({
      ok: true,
      rows: 0,
      head: { count: 0, hash: '0'.repeat(64) },
      problems: [],
    });
    five();
    const rows = listLedger(database);
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(rows[3]?.previous).toBe(rows[2]?.hash);
    expect(verifyLedger(database)).toMatchObject({
      ok: true,
      rows: 5,
      head: { count: 5, hash: rows[4]?.hash },
    });
  });

  it('forbids changing and removing rows, also by replacing one', () => {
    five();
    for (const sql of [
      "UPDATE ledger SET actor = 'mallory@pve' WHERE seq = 2",
      'DELETE FROM ledger WHERE seq = 5',
      "INSERT OR REPLACE INTO ledger SELECT seq, at, kind, plan_id, step_id, 'mallory@pve', data, previous, hash FROM ledger WHERE seq = 2",
    ]) {
      expect(() => database.sql.exec(sql), sql).toThrow(/append-only/);
    }
    expect(verifyLedger(database).ok).toBe(true);
  });

  it('names the first edited row, whichever column was edited', () => {
    five();
    for (const change of [
      "actor = 'mallory@pve'",
      `data = '{"text":"other"}'`,
      "at = '2020-01-01T00:00:00.000Z'",
      "kind = 'approved'",
      "plan_id = 'p-0000000000'",
    ]) {
      database.sql.exec('SAVEPOINT try');
      tamper(`UPDATE ledger SET ${change} WHERE seq >= 3`);
      expect(verifyInside().problems[0], change).toMatchObject({ seq: 3, kind: 'edited' });
      database.sql.exec('ROLLBACK TO try; RELEASE try');
    }
    expect(verifyLedger(database).ok).toBe(true);
  });

  /** verifyLedger opens a transaction of its own; inside a savepoint it is given one that does not. */
  const verifyInside = () => verifyLedger({ ...database, transaction: (work) => work() });

  it('finds a row removed from the middle, a hash recomputed for one row, and rows in another order', () => {
    five();
    const cases: [string, number][] = [
      ['DELETE FROM ledger WHERE seq = 3', 3],
      ['DELETE FROM ledger WHERE seq = 3; UPDATE ledger SET seq = seq - 1 WHERE seq > 3', 3],
      [`UPDATE ledger SET hash = '${'a'.repeat(64)}' WHERE seq = 2`, 2],
      [
        'UPDATE ledger SET seq = 9 WHERE seq = 2; UPDATE ledger SET seq = 2 WHERE seq = 3; UPDATE ledger SET seq = 3 WHERE seq = 9',
        2,
      ],
    ];
    for (const [sql, seq] of cases) {
      database.sql.exec('SAVEPOINT try');
      tamper(sql);
      expect(verifyInside().problems[0], sql).toMatchObject({ seq });
      database.sql.exec('ROLLBACK TO try; RELEASE try');
    }
  });

  it('finds rows cut off at the end, by the head row, and by the file when the head row was changed as well', () => {
    five();
    tamper('DELETE FROM ledger WHERE seq > 3');
    expect(verifyLedger(database).problems[0]).toMatchObject({ seq: 4, kind: 'truncated' });
    const third = listLedger(database)[2]?.hash ?? '';
    database.sql.prepare('UPDATE ledger_head SET count = 3, hash = ?').run(third);
    const verdict = verifyLedger(database);
    expect(verdict.problems).toHaveLength(1);
    expect(verdict.problems[0]).toMatchObject({ seq: 4, kind: 'truncated' });
    expect(verdict.problems[0]?.message).toContain('store.db.head');
  });

  it('keeps reporting a truncation after new rows were written over it', () => {
    five();
    tamper('DELETE FROM ledger WHERE seq > 3');
    const third = listLedger(database)[2]?.hash ?? '';
    database.sql.prepare('UPDATE ledger_head SET count = 3, hash = ?').run(third);
    five();
    expect(verifyLedger(database).problems[0]).toMatchObject({ seq: 5, kind: 'edited' });
  });

  it('finds an older copy of the database put in place', () => {
    note('one');
    database.close();
    copyFileSync(database.path, `${database.path}.old`);
    database = openDatabase(database.path);
    five();
    database.close();
    copyFileSync(`${database.path}.old`, database.path);
    database = openDatabase(database.path);
    expect(verifyLedger(database).problems[0]).toMatchObject({ seq: 2, kind: 'truncated' });
  });

  it('holds a rewritten chain against a head that was noted elsewhere', () => {
    five();
    const noted = ledgerHead(database);
    expect(verifyLedger(database, { expect: noted }).ok).toBe(true);
    const forged = { count: 5, hash: 'b'.repeat(64) };
    expect(verifyLedger(database, { expect: forged }).problems[0]).toMatchObject({ seq: 5, kind: 'edited' });
    expect(verifyLedger(database, { expect: { ...forged, count: 8 } }).problems[0]).toMatchObject({
      kind: 'truncated',
    });
  });

  it('reports a removed anchor file and removed triggers', () => {
    five();
    rmSync(`${database.path}.head`);
    note('six');
    expect(existsSync(`${database.path}.head`)).toBe(false);
    database.sql.exec('DROP TRIGGER ledger_no_delete');
    expect(verifyLedger(database).problems.map(({ kind }) => kind)).toEqual(['anchor', 'guard']);
  });

  it('writes nothing when the work fails, and refuses to be written inside another transaction', () => {
    note('one');
    expect(() =>
      withLedger(database, (append) => {
        append({ kind: 'note', at, actor: 'root@pam' });
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(() => database.transaction(() => note('inside'))).toThrow(/inside another transaction/);
    expect(verifyLedger(database)).toMatchObject({ ok: true, rows: 1 });
  });

  it('masks secrets at every depth', () => {
    appendLedger(database, {
      kind: 'note',
      at,
      actor: 'root@pam',
      data: {
        params: { cipassword: 'geheim', 'new-password': 'geheim', user: 'x', list: [{ secret: 'geheim' }] },
      },
    });
    const [row] = listLedger(database);
    expect(JSON.stringify(row)).not.toContain('geheim');
    expect(row?.data).toMatchObject({ params: { user: 'x', cipassword: '**********' } });
    expect(verifyLedger(database).ok).toBe(true);
  });

  it('lists by kind, person, number and time', () => {
    note('one', 'ops@pve');
    five();
    expect(listLedger(database, { actor: 'ops@pve' })).toHaveLength(1);
    expect(listLedger(database, { kinds: ['approved'] })).toEqual([]);
    expect(listLedger(database, { after: 4 }).map(({ seq }) => seq)).toEqual([5, 6]);
    expect(listLedger(database, { limit: 2 }).map(({ seq }) => seq)).toEqual([5, 6]);
    expect(listLedger(database, { since: '2026-11-23T20:00:01Z' })).toEqual([]);
    expect(listLedger(database, { until: '2026-11-23T20:00:01Z', limit: 99 })).toHaveLength(6);
  });
});
