import { z } from 'zod';
import type { PveClient } from '../pve/types.ts';
import { asText, type Truth } from './truth.ts';
import type { PlanStep } from './types.ts';

/** An item of `GET /nodes/{node}/{qemu,lxc}/{vmid}/pending`. `delete` is 1, or 2 when forced. */
const pendingSchema = z.array(
  z.looseObject({
    key: z.string(),
    value: z.unknown().optional(),
    pending: z.unknown().optional(),
    delete: z.coerce.number().optional(),
  }),
);

/** When a change that the cluster holds takes hold: now, or at the guest's next stop and start. */
export type TakesHold = 'now' | 'next-start';

const configPath = /^(\/nodes\/[^/]+\/(?:qemu|lxc)\/\d+)\/config$/;

/** A guest configuration with the pending changes over it. `keys` says which of them are pending. */
export interface PendingTruth {
  readonly truth: Truth;
  readonly keys: ReadonlySet<string>;
}

/**
 * Reads which keys of a guest's configuration wait for its next start, and overlays them: for a step with effect
 * `restart`, a pending value counts as the value. Undefined for anything but a guest's configuration.
 */
export async function readPending(
  client: PveClient,
  { read }: PlanStep,
  truth: Truth,
  timeoutMs: number,
): Promise<PendingTruth | undefined> {
  const guest = read === null ? undefined : configPath.exec(read.path)?.[1];
  if (guest === undefined || !truth.exists) return undefined;
  const items = await client.get(`${guest}/pending`, pendingSchema, {}, { timeoutMs });
  const overlay = new Map<string, string | null>();
  for (const item of items) {
    if ((item.delete ?? 0) > 0) overlay.set(item.key, null);
    else if (item.pending !== undefined) overlay.set(item.key, asText(item.pending));
  }
  return {
    keys: new Set(overlay.keys()),
    truth: {
      ...truth,
      value: (key) => (overlay.has(key) ? (overlay.get(key) ?? null) : truth.value(key)),
    },
  };
}
