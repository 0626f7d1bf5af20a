import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProxmoxAiError } from '../errors.ts';
import { listBackups } from './backup.ts';
import { setAside } from './corrupt.ts';
import { migrations } from './migrations/index.ts';
import { openDatabase } from './open.ts';
import { getSetting, setSetting } from './settings.ts';
import { z } from 'zod';

let folder: string;
const path = () => join(folder, 'state', 'store.db');
const now = () => new Date('2026-11-23T20:00:00Z');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function failure(work: () => unknown): ProxmoxAiError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof ProxmoxAiError) return thrown;
    throw thrown;
  }
  throw new Error('expected it to fail');
}
const mode = (file: string) => statSync(file).mode & 0o777;

describe('openDatabase', () => {
  it('creates folder and file for their owner only, in WAL mode with full synchronisation', () => {
    const database = openDatabase(path());
    expect(mode(join(folder, 'state'))).toBe(0o700);
    setSetting(database, 'x', 1);
    for (const name of readdirSync(join(folder, 'state')))
      expect(mode(join(folder, 'state', name)), name).toBe(0o600);
    expect(database.sql.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.sql.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(database.sql.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
    database.close();
    chmodSync(path(), 0o644);
    openDatabase(path()).close();
    expect(mode(path())).toBe(0o600);
  });

  it('keeps what was written, and makes no backup when nothing is migrated', () => {
    const first = openDatabase(path());
    setSetting(first, 'skill', 'expert');
    first.close();
    const second = openDatabase(path());
    expect(getSetting(second, 'skill', z.string())).toBe('expert');
    expect(getSetting(second, 'other', z.string())).toBeUndefined();
    expect(() => getSetting(second, 'skill', z.number())).toThrow(/not valid/);
    second.close();
    expect(listBackups(path())).toEqual([]);
  });

  it('backs up before a migration and keeps three backups', () => {
    openDatabase(path()).close();
    let known = [...migrations];
    for (let day = 1; day <= 5; day += 1) {
      known = [...known, `CREATE TABLE later${day} (a TEXT) STRICT`];
      const database = openDatabase(path(), {
        migrations: known,
        now: () => new Date(Date.UTC(2026, 10, day)),
      });
      setSetting(database, 'day', day);
      database.close();
    }
    const backups = listBackups(path());
    expect(backups.map((name) => /backup-(\d{8})T\d+Z-v(\d+)/.exec(name)?.slice(1))).toEqual([
      ['20261103', '3'],
      ['20261104', '4'],
      ['20261105', '5'],
    ]);
    const [oldest = ''] = backups;
    expect(mode(oldest)).toBe(0o600);
    const copy = new DatabaseSync(oldest, { readOnly: true });
    expect(copy.prepare("SELECT value FROM settings WHERE key = 'day'").get()).toEqual({ value: '2' });
    copy.close();
  });

  it('leaves the database as it was when a migration fails', () => {
    openDatabase(path()).close();
    const broken = [...migrations, 'CREATE TABLE fine (a TEXT) STRICT; CREATE TABEL broken (a TEXT)'];
    expect(() => openDatabase(path(), { migrations: broken })).toThrow(/syntax error/);
    const database = openDatabase(path());
    expect(database.sql.prepare("SELECT name FROM sqlite_schema WHERE name = 'fine'").get()).toBeUndefined();
    database.close();
  });

  it('refuses a database that a newer release wrote', () => {
    openDatabase(path(), { migrations: [...migrations, 'CREATE TABLE later (a TEXT) STRICT'] }).close();
    const error = failure(() => openDatabase(path()));
    expect(error).toMatchObject({ code: 'store-version', fields: { version: 2, known: 1 } });
  });

  it('refuses a database of another program and changes nothing in it', () => {
    mkdirSync(join(folder, 'state'));
    const other = new DatabaseSync(path());
    other.exec('CREATE TABLE theirs (a)');
    other.close();
    expect(failure(() => openDatabase(path()))).toMatchObject({ code: 'store-corrupt' });
    const again = new DatabaseSync(path());
    expect(again.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'theirs' }]);
    again.close();
  });

  it.each([
    ['holds something else', (file: string) => writeFileSync(file, 'this is no database '.repeat(500))],
    ['has a page overwritten', (file: string) => overwrite(file, 4096, 4096 * 3)],
    ['was cut short', (file: string) => truncateSync(file, 4096 * 4 + 100)],
  ])('refuses a file that %s, keeps it and a copy of it, and says where', (_what, damage) => {
    const database = openDatabase(path());
    database.transaction(() => {
      for (let n = 0; n < 200; n += 1) setSetting(database, `key${n}`, 'x'.repeat(200));
    });
    database.close();
    damage(path());
    const damaged = readFileSync(path());
    const error = failure(() => openDatabase(path(), { now }));
    expect(error.code).toBe('store-corrupt');
    expect(readFileSync(path())).toEqual(damaged);
    const copy = String(error.fields.copy);
    expect(readFileSync(copy)).toEqual(damaged);
    expect(error.hint).toContain(copy);
    failure(() => openDatabase(path(), { now }));
    expect(
      readdirSync(join(folder, 'state')).filter((name) => /corrupt-\d{8}T\d{6}Z$/.test(name)),
    ).toHaveLength(1);
    const moved = setAside(path(), now());
    expect(existsSync(moved)).toBe(true);
    openDatabase(path()).close();
  });

  it('names the newest backup when the file is damaged', () => {
    openDatabase(path()).close();
    openDatabase(path(), { now, migrations: [...migrations, 'CREATE TABLE later (a TEXT) STRICT'] }).close();
    writeFileSync(path(), 'this is no database '.repeat(500));
    expect(failure(() => openDatabase(path())).hint).toContain('.backup-20261123T200000Z-v1-');
  });

  it('says that the folder cannot be written', () => {
    writeFileSync(join(folder, 'state'), 'a file where the folder should be');
    expect(failure(() => openDatabase(path())).code).toBe('config-invalid');
  });
});

function overwrite(file: string, from: number, to: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xaa, from, to);
  writeFileSync(file, bytes);
}

describe('transaction', () => {
  it('commits what returns, rolls back what throws, also one within another', () => {
    const database = openDatabase(':memory:');
    database.transaction(() => {
      setSetting(database, 'outer', 1);
      expect(() =>
        database.transaction(() => {
          setSetting(database, 'inner', 1);
          throw new Error('no');
        }),
      ).toThrow('no');
    });
    expect(getSetting(database, 'outer', z.number())).toBe(1);
    expect(getSetting(database, 'inner', z.number())).toBeUndefined();
    expect(() => database.transaction(() => Promise.resolve(1))).toThrow(/asynchronous/);
    database.transaction(() => setSetting(database, 'after', 1));
    expect(getSetting(database, 'after', z.number())).toBe(1);
  });
});
