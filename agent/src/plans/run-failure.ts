import { ProxmoxAiError, type ErrorCode } from '../errors.ts';
import type { RunSession } from './run-session.ts';
import type { PlanStep } from './types.ts';

/** Which steps are in the cluster and which are not, in the order of the plan. */
export interface Tally {
  readonly done: readonly string[];
  readonly notDone: readonly string[];
}

/** ` Done: s1. Not done: s2, s3.` */
export const tallyText = ({ done, notDone }: Tally): string =>
  ` Done: ${done.join(', ') || 'nothing'}. Not done: ${notDone.join(', ') || 'nothing'}.`;

/** The end of a run before its last step, as the error the caller sees. Keeps the code of what caused it. */
export function stepFailure(
  session: RunSession,
  step: PlanStep,
  error: ProxmoxAiError,
  tally: Tally,
  what: 'failed' | 'has an unknown outcome' | 'could not be undone' | 'cannot be checked',
): ProxmoxAiError {
  return new ProxmoxAiError(
    error.code,
    `Step ${step.id} (${step.title}) ${what}: ${session.explain(error)}${tallyText(tally)}`,
    {
      hint: hintFor(error.code, error.hint),
      fields: { ...error.fields, planId: session.plan.id, stepId: step.id, ...tally },
      cause: error,
    },
  );
}

function hintFor(code: ErrorCode, hint: string | undefined): string {
  const next = 'Then resume the plan, or roll back what was done.';
  if (code === 'pve-denied') return `Ask for the privilege that PVE names. ${next}`;
  return hint === undefined ? next.replace('Then r', 'R') : `${hint} ${next}`;
}
