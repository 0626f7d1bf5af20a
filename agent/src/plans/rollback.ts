import { ProxmoxAiError, toError } from '../errors.ts';
import { requireStatus, requireTypedNames } from './approve.ts';
import { attempt, readBack, waitForTask, type ReadBack } from './attempt.ts';
import { beginRun } from './begin-run.ts';
import type { StepProgress } from './derive.ts';
import { endRun } from './end-run.ts';
import { differences } from './judge.ts';
import { requirePerson } from './person.ts';
import { loadPlan } from './plan-store.ts';
import { previewOf, type RollbackPreview } from './rollback-preview.ts';
import { stepFailure, type Tally } from './run-failure.ts';
import type { RunOptions } from './run-options.ts';
import { openSession, stopIfCancelled, type RunSession } from './run-session.ts';
import type { Truth } from './truth.ts';
import type { PlanRecord, PlanStatus, PlanStep } from './types.ts';

export interface RollbackOptions extends RunOptions {
  /** Object → name as the person typed it, for what `previewRollback` lists under `typed`. */
  readonly typedNames?: Readonly<Record<string, string>>;
  /** The person has seen which steps stay done, and wants the others undone. */
  readonly acceptIrreversible?: boolean;
}

const allowed: readonly PlanStatus[] = [
  'done',
  'failed',
  'interrupted',
  'stale',
  'superseded',
  'rollback-failed',
];

/**
 * Undoes the steps of a plan that are in the cluster, the last one first, as the person whose connection it is (PVE's
 * permissions decide). Nothing that somebody changed since is overwritten: the values a step set must still be there.
 * Works for a plan that stopped half way. Stops at the first step that cannot be undone.
 * Errors: `plan-unknown`, `plan-state` (nothing to undo, or irreversible steps not accepted: `fields.irreversible`),
 * `not-approved` (a name to type), `plan-stale` (somebody changed it since), `cancelled`, and what a call failed with.
 */
export async function rollbackPlan(options: RollbackOptions): Promise<PlanRecord> {
  const { database, client } = options;
  requirePerson(client.userid);
  let preview: RollbackPreview | undefined;
  const { plan, progress, run } = beginRun(options, (found, _hash, now) => {
    requireStatus(found, now.status, allowed, 'rolled back');
    preview = previewOf(found, now);
    requireUndoable(preview, options.acceptIrreversible === true);
    requireTypedNames(found, preview.typed, options.typedNames);
    return {
      kind: 'rollback-started',
      data: { undo: ids(preview.undo), irreversible: reasons(preview) },
    };
  });
  const session = openSession(plan, run, options);
  const undone: string[] = [];
  const steps = preview?.undo ?? [];
  const tally = (): Tally => ({ done: undone, notDone: ids(steps).filter((id) => !undone.includes(id)) });
  try {
    for (const step of steps) {
      stopIfCancelled(session);
      const before = progress.steps.find(({ id }) => id === step.id);
      if (before !== undefined) await undoStep(session, step, before, tally);
      undone.push(step.id);
    }
    endRun(
      session,
      { kind: 'rollback-finished', data: { outcome: 'rolled-back', ...tally() } },
      { settled: true },
    );
  } catch (thrown) {
    throw close(session, toError(thrown), tally());
  } finally {
    session.stopBeating();
  }
  return loadPlan(database, plan.id);
}

const ids = (steps: readonly PlanStep[]): string[] => steps.map(({ id }) => id);

const reasons = ({ irreversible }: RollbackPreview) =>
  Object.fromEntries(irreversible.map((step) => [step.id, step.irreversible ?? 'it has no inverse']));

function requireUndoable(preview: RollbackPreview, accepted: boolean): void {
  const { planId, undo, irreversible } = preview;
  const stays = irreversible.map(
    (step) => `${step.id} (${step.title}): ${step.irreversible ?? 'it has no inverse'}`,
  );
  if (undo.length === 0) {
    throw new ProxmoxAiError(
      'plan-state',
      `Plan ${planId} has nothing that can be undone. ${stays.join('; ')}`.trim(),
      {
        hint: 'Nothing was changed.',
        fields: { planId, irreversible: reasons(preview) },
      },
    );
  }
  if (irreversible.length === 0 || accepted) return;
  throw new ProxmoxAiError('plan-state', `Not all of plan ${planId} can be undone. ${stays.join('; ')}`, {
    hint: `Nothing was changed yet. Confirm that these stay, and ${ids(undo).join(', ')} will be undone.`,
    fields: { planId, irreversible: reasons(preview), undo: ids(undo) },
  });
}

function close(session: RunSession, error: ProxmoxAiError, tally: Tally): ProxmoxAiError {
  try {
    endRun(session, {
      kind: 'rollback-finished',
      data: {
        outcome: error.code === 'cancelled' ? 'cancelled' : 'failed',
        error: session.explain(error),
        code: error.code,
        ...tally,
      },
    });
    return error;
  } catch (lost) {
    return new ProxmoxAiError(error.code, error.message, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      fields: { ...error.fields, ledger: toError(lost).message },
      cause: error,
    });
  }
}

async function undoStep(
  session: RunSession,
  step: PlanStep,
  before: StepProgress,
  tally: () => Tally,
): Promise<void> {
  const fail = (error: ProxmoxAiError): never => {
    const message = session.explain(error);
    session.record('rollback-failed', step, { error: message, code: error.code, applied: before.applied });
    session.tell(step, 'failed', { message });
    throw stepFailure(session, step, error, tally(), 'could not be undone');
  };
  let found: ReadBack | undefined;
  try {
    if (before.applied === 'unknown' && before.upid !== undefined) await waitOut(session, before.upid);
    found = await readBack(session, step);
  } catch (thrown) {
    return fail(toError(thrown));
  }
  const verdict = found?.verdict ?? 'unclear';
  const truth = found?.truth;
  if (verdict === 'before') {
    session.record('rollback-done', step, { verification: 'read', already: true });
    session.tell(step, 'undone', { message: 'The cluster already shows the values from before.' });
    return;
  }
  if (verdict === 'elsewhere') fail(changedSince(step, truth));
  if (verdict === 'unclear' && before.applied !== 'yes') fail(cannotTell(step));
  const outcome = await attempt(session, step, 'back', truth?.digest ?? null);
  if (outcome.kind === 'done') {
    const { upid } = outcome.facts;
    session.record('rollback-done', step, { ...outcome.facts });
    session.tell(step, 'undone', upid === undefined ? {} : { upid });
    return;
  }
  const message = session.explain(outcome.error);
  const unknown = outcome.kind === 'unknown';
  session.record(unknown ? 'rollback-unknown' : 'rollback-failed', step, {
    error: message,
    code: outcome.error.code,
    ...(unknown ? {} : { applied: outcome.applied }),
  });
  session.tell(step, unknown ? 'unknown' : 'failed', { message });
  throw stepFailure(session, step, outcome.error, tally(), 'could not be undone');
}

async function waitOut(session: RunSession, upid: string): Promise<void> {
  try {
    await waitForTask(session, upid);
  } catch (thrown) {
    const error = toError(thrown);
    // How the task ended matters less than what the cluster shows afterwards.
    if (error.code !== 'task-failed' && error.code !== 'pve-not-found') throw error;
  }
}

const changedSince = (step: PlanStep, truth: Truth | undefined): ProxmoxAiError =>
  new ProxmoxAiError(
    'plan-stale',
    `${step.object} was changed since (${truth === undefined ? '' : differences(step, truth, 'after').join('; ')})`,
    { hint: 'Nothing of that was overwritten. Decide by hand what it should be.' },
  );

const cannotTell = (step: PlanStep): ProxmoxAiError =>
  new ProxmoxAiError('plan-state', 'the cluster does not tell whether it ever took hold', {
    hint: `Look at ${step.object} in PVE.`,
  });
