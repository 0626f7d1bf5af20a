import { initialMigration } from './001-initial.ts';

/** In order; the index plus one is the `user_version` that a migration leads to. Never edit one that was released. */
export const migrations: readonly string[] = [initialMigration];
