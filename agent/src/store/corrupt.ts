import { constants, copyFileSync, existsSync, renameSync, statSync } from 'node:fs';
import { ProxmoxAiError } from '../errors.ts';
import { listBackups } from './backup.ts';
import { datedSuffix } from './dated-name.ts';

/** What belongs to a database file: itself, its write-ahead log and index, and the ledger's anchor. */
const companions = ['', '-wal', '-shm', '.head'];

/**
 * Copies a damaged database to `NAME.corrupt-DATE` (the date of its last change, so that the same damage is kept once)
 * and gives the error to throw. The original is not moved: another process may have it open, and an empty database
 * in its place would hide plans that are half done.
 */
export function corruptError(path: string, reason: string, cause?: unknown): ProxmoxAiError {
  let copy: string | undefined;
  try {
    copy = `${path}.corrupt-${datedSuffix(statSync(path).mtime)}`;
    for (const companion of companions) {
      if (!existsSync(path + companion) || existsSync(copy + companion)) continue;
      copyFileSync(path + companion, copy + companion, constants.COPYFILE_FICLONE);
    }
  } catch {
    // A full disk must not hide what is wrong with the database.
    copy = undefined;
  }
  const backups = listBackups(path);
  const newest = backups.at(-1);
  return new ProxmoxAiError('store-corrupt', `The database ${path} is damaged: ${reason}.`, {
    hint: [
      copy === undefined ? 'Nothing was changed.' : `Nothing was changed, and a copy is kept at ${copy}.`,
      newest === undefined
        ? 'There is no backup; move the file away to start with an empty store.'
        : `Restore the backup ${newest}, or move the file away to start with an empty store.`,
    ].join(' '),
    fields: { path, copy: copy ?? null, backups },
    cause,
  });
}

/**
 * Moves a database and what belongs to it to `NAME.set-aside-DATE`, so that the next start makes a new one. Only for a
 * person who asked for it, with no process using the store.
 */
export function setAside(path: string, now: Date): string {
  const target = `${path}.set-aside-${datedSuffix(now)}`;
  for (const companion of companions) {
    if (existsSync(path + companion)) renameSync(path + companion, target + companion);
  }
  return target;
}
