import { DatabaseSync } from 'node:sqlite';
import { ProxmoxAiError } from '../errors.ts';
import { isBusy } from '../store/errors.ts';

/** A lock that this process holds until it releases it or ends. */
export interface HeldLock {
  release(): void;
}

/**
 * Takes the lock file at `path`, waiting for at most `waitMs`; undefined when another process holds it. The lock is
 * SQLite's on an empty database: the kernel drops it with the process, however that ends, so it is never stale.
 * Throws `config-invalid` for a file that cannot be used.
 */
export function takeLock(path: string, waitMs = 0): HeldLock | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: waitMs });
    database.exec('BEGIN EXCLUSIVE');
    const held = database;
    return { release: () => held.close() };
  } catch (cause) {
    database?.close();
    if (isBusy(cause)) return undefined;
    throw new ProxmoxAiError('config-invalid', `The demo cluster's lock ${path} cannot be used.`, {
      hint: 'Remove that file, or set PROXMOX_AI_STATE_DIR to a local folder that this user may write.',
      fields: { path },
      cause,
    });
  }
}
