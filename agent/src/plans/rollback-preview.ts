import type { Database } from '../store/database.ts';
import type { PlanProgress } from './derive.ts';
import { findPlan, readProgress } from './plan-store.ts';
import type { Plan, PlanStep } from './types.ts';

/** What a rollback would do, for a person to see first. */
export interface RollbackPreview {
  readonly planId: string;
  /** In the order in which they are undone: the last one done comes first. */
  readonly undo: readonly PlanStep[];
  /** Done, and staying so: `irreversible` of the step says why. */
  readonly irreversible: readonly PlanStep[];
  /** Objects whose name must be typed, because undoing removes them or data of theirs. */
  readonly typed: readonly string[];
}

/** `DELETE` of a guest or of a volume: data is gone afterwards. */
const destroys = /^\/nodes\/[^/]+\/(?:(?:qemu|lxc)\/\d+|storage\/[^/]+\/content\/.+)$/;

/** True when undoing a step removes a guest or a volume. */
export const undoDestroys = ({ inverse }: PlanStep): boolean =>
  inverse !== null && inverse.method === 'DELETE' && destroys.test(inverse.path);

export function previewOf(plan: Plan, { steps }: PlanProgress): RollbackPreview {
  const inPlace = plan.steps
    .filter(({ id }) => steps.some((step) => step.id === id && step.applied !== 'no'))
    .reverse();
  const undo = inPlace.filter(({ inverse }) => inverse !== null);
  return {
    planId: plan.id,
    undo,
    irreversible: inPlace.filter(({ inverse }) => inverse === null),
    typed: [...new Set(undo.filter(undoDestroys).map(({ object }) => object))],
  };
}

/** What {@link rollbackPlan} would undo and what it could not. Errors: `plan-unknown`. */
export function previewRollback(database: Database, planId: string): RollbackPreview {
  const { plan } = findPlan(database, planId);
  return previewOf(plan, readProgress(database, plan));
}
