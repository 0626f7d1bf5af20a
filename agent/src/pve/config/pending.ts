import { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';
import type { GuestType } from '../types.ts';
import { emptyValues, scalarText } from './guest-config.ts';
import type { GuestConfFile, GuestConfig } from './types.ts';

const pendingList = z.array(
  z.object({
    key: z.string(),
    value: z.unknown().optional(),
    pending: z.unknown().optional(),
    delete: z.union([z.number(), z.string(), z.boolean()]).optional(),
  }),
);

/**
 * The answer of `GET …/pending`: current values, values that wait for a PVE-side restart, and deletions that wait
 * (`!key` where PVE says 2: forced). It names no snapshots. `pve-protocol` for another shape.
 */
export function fromPending(type: GuestType, list: unknown): GuestConfFile {
  const items = pendingList.safeParse(list);
  if (!items.success) {
    throw new ProxmoxAiError(
      'pve-protocol',
      'The list of pending changes does not have the shape that PVE documents.',
      {
        cause: items.error,
      },
    );
  }
  const current = emptyValues();
  const set = emptyValues();
  const deleted: string[] = [];
  let digest: string | undefined;
  for (const item of items.data) {
    if (item.key === 'digest') {
      if (item.value !== undefined) digest = scalarText('digest', item.value);
      continue;
    }
    if (item.value !== undefined && item.value !== null) current[item.key] = scalarText(item.key, item.value);
    if (item.pending !== undefined && item.pending !== null)
      set[item.key] = scalarText(item.key, item.pending);
    const mark = Number(item.delete ?? 0);
    if (mark > 0) deleted.push(mark === 2 ? `!${item.key}` : item.key);
  }
  const hasPending = deleted.length > 0 || Object.keys(set).length > 0;
  return {
    current: { type, values: current, lxcRaw: [], ...(digest !== undefined && { digest }) },
    ...(hasPending && { pending: { set: { type, values: set, lxcRaw: [] }, delete: deleted } }),
    snapshots: [],
  };
}

/** What the guest will run with after its next PVE-side start: current values with the pending changes merged in. */
export function withPendingApplied(file: GuestConfFile): GuestConfig {
  const { current, pending } = file;
  if (!pending) return current;
  const gone = new Set(pending.delete.map((key) => key.replace(/^!/, '')));
  const values = emptyValues();
  for (const [key, value] of Object.entries(current.values)) {
    if (!gone.has(key)) values[key] = value;
  }
  for (const [key, value] of Object.entries(pending.set.values)) values[key] = value;
  return { ...current, values };
}
