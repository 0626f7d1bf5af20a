import { parseConfig, sameConfig } from '../pve/config/guest-config.ts';
import type { GuestType } from '../pve/types.ts';
import { isSecretName } from './redact.ts';
import type { Truth } from './truth.ts';
import type { PlanStep } from './types.ts';

/**
 * Where the cluster stands with a step. `partly`: some values are as after, the others as before. `elsewhere`: at least
 * one value is neither, so somebody else changed it. `unclear`: the step has nothing by which to tell.
 */
export type Verdict = 'before' | 'after' | 'partly' | 'elsewhere' | 'unclear';

const guestConfig = /^\/nodes\/[^/]+\/(qemu|lxc)\/\d+\/config$/;

/** The guest type whose configuration a step reads, by which values compare as PVE would read them. */
function configType({ read }: PlanStep): GuestType | undefined {
  const type = read === null ? undefined : guestConfig.exec(read.path)?.[1];
  return type === 'qemu' || type === 'lxc' ? type : undefined;
}

/**
 * Whether two values of a key mean the same to PVE. Within a guest's configuration, property strings compare without
 * regard to order or spelling, and a missing key equals its default; elsewhere text compares as text. A secret is
 * compared only by being set, since PVE does not show it.
 */
export function sameValue(step: PlanStep, key: string, a: string | null, b: string | null): boolean {
  if (a === b) return true;
  if (isSecretName(key)) return (a === null) === (b === null);
  const type = configType(step);
  if (type === undefined) return false;
  const config = (value: string | null) => parseConfig(type, value === null ? {} : { [key]: value });
  try {
    return sameConfig(config(a), config(b));
  } catch {
    // A value that does not parse is compared as text, which it was: it differs.
    return false;
  }
}

/** Compares the cluster with a step's before and after values. */
export function judge(step: PlanStep, truth: Truth): Verdict {
  let before = 0;
  let after = 0;
  for (const change of step.changes) {
    const now = truth.value(change.key);
    const isAfter = sameValue(step, change.key, now, change.after);
    const isBefore = sameValue(step, change.key, now, change.before);
    if (isAfter && isBefore) continue;
    if (isAfter) after += 1;
    else if (isBefore) before += 1;
    else return 'elsewhere';
  }
  if (before === 0 && after === 0) return 'unclear';
  if (before === 0) return 'after';
  return after === 0 ? 'before' : 'partly';
}

/** What differs from what a step expects, for a person: `cores is 8, not 4`. Secrets stay masked by PVE itself. */
export function differences(step: PlanStep, truth: Truth, side: 'before' | 'after'): string[] {
  return step.changes
    .filter((change) => !sameValue(step, change.key, truth.value(change.key), change[side]))
    .map((change) =>
      isSecretName(change.key)
        ? `${change.key} differs`
        : `${change.key} is ${truth.value(change.key) ?? 'not set'}, not ${change[side] ?? 'unset'}`,
    );
}

/** True when every value is still as the step was computed from. */
export const holdsBefore = (step: PlanStep, truth: Truth): boolean =>
  differences(step, truth, 'before').length === 0;
