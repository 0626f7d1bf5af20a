import type { StepProgress } from './derive.ts';
import { differences, holdsBefore } from './judge.ts';
import type { Truth } from './truth.ts';
import type { Plan, PlanStep } from './types.ts';

/**
 * The digests that objects have since steps of this plan changed them, by the path they are read at; null where a step
 * changed one but nobody read it in the same go, so that only the values can tell.
 */
export type OwnDigests = Map<string, string | null>;

/** The own digests after the steps that are done. One with an unknown outcome is looked at before it is run again. */
export function ownDigests(plan: Plan, progress: readonly StepProgress[]): OwnDigests {
  const digests: OwnDigests = new Map();
  for (const step of plan.steps) {
    const done = progress.find(({ id }) => id === step.id);
    if (step.read === null || done?.state !== 'done') continue;
    digests.set(step.read.path, done.digestAfter ?? null);
  }
  return digests;
}

/**
 * Why a step must not be run any more, or undefined when it may: the digest it was computed from (or that our own
 * earlier step left behind) must still be there, or, where there is none, every value must be as before.
 */
export function staleReason(step: PlanStep, truth: Truth | undefined, own: OwnDigests): string | undefined {
  if (step.read === null || truth === undefined) return undefined;
  const ours = own.get(step.read.path);
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
