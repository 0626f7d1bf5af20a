import type { DatabaseSync } from 'node:sqlite';

/** An open store. `transaction` commits when `work` returns and rolls back when it throws. */
export interface Database {
  readonly path: string;
  readonly sql: DatabaseSync;
  transaction<T>(work: () => T): T;
  close(): void;
}
