import { ProxmoxAiError } from '../errors.ts';

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html). */
const sqliteCodes = {
  busy: 5,
  locked: 6,
  readonly: 8,
  ioerr: 10,
  corrupt: 11,
  full: 13,
  cantopen: 14,
  notadb: 26,
};

function primaryCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number')
    return undefined;
  // The low byte of an extended result code is the primary one.
  return thrown.errcode & 0xff;
}

/** True when another process holds the lock that this statement needed. */
export const isBusy = (thrown: unknown): boolean => {
  const code = primaryCode(thrown);
  return code === sqliteCodes.busy || code === sqliteCodes.locked;
};

/** True when SQLite says that the file is damaged or is no database. */
export const isCorrupt = (thrown: unknown): boolean => {
  const code = primaryCode(thrown);
  return code === sqliteCodes.corrupt || code === sqliteCodes.notadb;
};

/** A failure of the store as a typed error; anything that SQLite did not raise is returned as it is. */
export function storeError(path: string, thrown: unknown): unknown {
  const code = primaryCode(thrown);
  if (code === undefined) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const fields = { path, sqlite: code };
  if (isCorrupt(thrown)) {
    return new ProxmoxAiError('store-corrupt', `The database ${path} is damaged: ${message}.`, {
      hint: 'Stop Proxmox AI, keep a copy of the file, and restore a backup that lies beside it; `proxmox-ai doctor` lists them.',
      fields,
      cause: thrown,
    });
  }
  if (isBusy(thrown)) {
    return new ProxmoxAiError('internal', `The database ${path} is busy: another process holds it.`, {
      hint: 'Try again; if it stays so, see which Proxmox AI process does not end.',
      fields,
      cause: thrown,
    });
  }
  if (
    code === sqliteCodes.full ||
    code === sqliteCodes.readonly ||
    code === sqliteCodes.ioerr ||
    code === sqliteCodes.cantopen
  ) {
    return new ProxmoxAiError('config-invalid', `The database ${path} cannot be used: ${message}.`, {
      hint: 'Check that the folder exists, is writable for this user and has free space.',
      fields,
      cause: thrown,
    });
  }
  return thrown;
}
