import type { DatabaseSync } from 'node:sqlite';
import { ProxmoxAiError } from '../errors.ts';
import { storeError } from './errors.ts';

/**
 * A function that runs synchronous work in a write transaction; inside another one it becomes a savepoint. The write
 * lock is taken at the start (`BEGIN IMMEDIATE`), so what the work reads cannot change before it writes.
 */
export function transactions(sql: DatabaseSync, path: string): <T>(work: () => T) => T {
  let depth = 0;
  return (work) => {
    const savepoint = `s${depth}`;
    try {
      sql.exec(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${savepoint}`);
    } catch (thrown) {
      throw storeError(path, thrown);
    }
    depth += 1;
    try {
      const result = work();
      if (result instanceof Promise) {
        throw new ProxmoxAiError('internal', 'A database transaction cannot wait for asynchronous work.');
      }
      sql.exec(depth === 1 ? 'COMMIT' : `RELEASE ${savepoint}`);
      return result;
    } catch (thrown) {
      if (sql.isTransaction)
        sql.exec(depth === 1 ? 'ROLLBACK' : `ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
      throw storeError(path, thrown);
    } finally {
      depth -= 1;
    }
  };
}
