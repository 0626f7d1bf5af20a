import type { GuestState } from '../state.ts';

type Pending = GuestState['pending'];

/** Keys to delete at the next start → whether their volume goes too (PVE writes such a key as `!scsi1`). */
export const pendingDeletes = (pending: Pending): Map<string, boolean> =>
  new Map(pending.delete.map((entry) => [entry.replace(/^!/, ''), entry.startsWith('!')]));

const store = (pending: Pending, deletes: ReadonlyMap<string, boolean>): void => {
  pending.delete = [...deletes.keys()].sort().map((key) => (deletes.get(key) ? `!${key}` : key));
};

export function addPendingDelete({ pending }: GuestState, key: string, force = false): void {
  store(pending, pendingDeletes(pending).set(key, force));
}

export function removePendingDelete({ pending }: GuestState, key: string): void {
  const deletes = pendingDeletes(pending);
  if (deletes.delete(key)) store(pending, deletes);
}

/** Forgets pending changes that change nothing: equal values, deletions of keys that are not set. */
export function cleanupPending({ config, pending }: GuestState): void {
  for (const [key, value] of Object.entries(pending.set)) {
    if (config[key] === value) Reflect.deleteProperty(pending.set, key);
  }
  const deletes = pendingDeletes(pending);
  for (const key of [...deletes.keys()]) if (config[key] === undefined) deletes.delete(key);
  store(pending, deletes);
}

export const hasPending = ({ pending }: GuestState): boolean =>
  pending.delete.length > 0 || Object.keys(pending.set).length > 0;
