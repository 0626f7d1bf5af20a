import type { StepProgress } from './derive.ts';
import { differences, holdsBefore } from './judge.ts';
import type { Truth } from './truth.ts';
import type { Plan, PlanStep } from './types.ts';

/** What our own steps did to the digests, so that their changes are not taken for somebody else's. */
export interface OwnChanges {
  /**
   * Digest that our last step left, by the path it is read at; null where nobody read it in the same go, so that only
   * the values can tell.
   */
  readonly digests: Map<string, string | null>;
  /** Objects that a step of ours changed: a snapshot, for one, also moves the digest of the configuration. */
  readonly objects: Set<string>;
}

/** Notes that a step took hold and which digest it left. */
export function noteOwn(own: OwnChanges, { object, read }: PlanStep, digest: string | null): void {
  own.objects.add(object);
  for (const path of own.digests.keys()) if (ofSameObject(path, object)) own.digests.set(path, null);
  if (read !== null) own.digests.set(read.path, digest);
}

/** Guests only: `/nodes/pve1/qemu/105/config` is of `qemu/105`. */
const ofSameObject = (path: string, object: string): boolean => path.includes(`/${object}/`);

/** Our own changes after the steps that are done. One with an unknown outcome is looked at before it is run again. */
export function ownChanges(plan: Plan, progress: readonly StepProgress[]): OwnChanges {
  const own: OwnChanges = { digests: new Map(), objects: new Set() };
  for (const step of plan.steps) {
    const done = progress.find(({ id }) => id === step.id);
    if (done?.state === 'done') noteOwn(own, step, done.digestAfter ?? null);
  }
  return own;
}

/**
 * Why a step must not be run any more, or undefined when it may: the digest it was computed from (or that our own
 * earlier step left behind) must still be there, or, where there is none, every value must be as before.
 */
export function staleReason(step: PlanStep, truth: Truth | undefined, own: OwnChanges): string | undefined {
  if (step.read === null || truth === undefined) return undefined;
  const ours = own.digests.get(step.read.path) ?? (own.objects.has(step.object) ? null : undefined);
  if (step.digest !== null && ours === undefined) {
    if (truth.digest === step.digest) return undefined;
    const what = differences(step, truth, 'before');
    return `${step.object} was changed since the plan was made${what.length === 0 ? '' : ` (${what.join('; ')})`}`;
  }
  if (step.digest !== null && ours !== null && truth.digest !== ours) {
    return `${step.object} was changed by somebody else while the plan ran`;
  }
  if (holdsBefore(step, truth)) return undefined;
  return `${step.object} was changed since the plan was made (${differences(step, truth, 'before').join('; ')})`;
}
