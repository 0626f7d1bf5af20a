import { ProxmoxAiError, toError } from '../errors.ts';
import { appliedBy, attempt, readBack, waitForTask, type DoneFacts, type Outcome } from './attempt.ts';
import type { PlanProgress, StepProgress } from './derive.ts';
import { noteOwn, ownChanges, staleReason, type OwnChanges } from './freshness.ts';
import { stepFailure, tallyText, type Tally } from './run-failure.ts';
import { stopIfCancelled, type RunSession } from './run-session.ts';
import { readTruth } from './truth.ts';
import type { PlanStep } from './types.ts';

/** Runs the steps of a plan that are not done, in order. Throws at the first that does not end well. */
export async function runForward(session: RunSession, progress: PlanProgress): Promise<void> {
  const own = ownChanges(session.plan, progress.steps);
  const done = new Set<string>();
  const tally = (): Tally => ({
    done: session.plan.steps.filter(({ id }) => done.has(id)).map(({ id }) => id),
    notDone: session.plan.steps.filter(({ id }) => !done.has(id)).map(({ id }) => id),
  });
  for (const { id, state } of progress.steps) if (state === 'done') done.add(id);
  for (const step of session.plan.steps) {
    const before = progress.steps.find(({ id }) => id === step.id);
    if (done.has(step.id)) continue;
    stopIfCancelled(session);
    if (!(await alreadyThere(session, step, before, own, tally))) await runStep(session, step, own, tally);
    done.add(step.id);
  }
}

/** A step that had begun in an earlier run: asks the cluster whether it took hold. */
async function alreadyThere(
  session: RunSession,
  step: PlanStep,
  before: StepProgress | undefined,
  own: OwnChanges,
  tally: () => Tally,
): Promise<boolean> {
  if (before === undefined || before.applied === 'no') return false;
  if (before.upid !== undefined) await awaitEarlierTask(session, step, before.upid, tally());
  const found = await readOrStop(session, step, tally());
  const verdict = found?.verdict ?? 'unclear';
  if (verdict === 'before' || verdict === 'partly') {
    if (verdict === 'partly') noteOwn(own, step, null);
    return false;
  }
  if (verdict === 'after') {
    session.record('step-done', step, { verification: 'read', resolved: true, digest: null });
    noteOwn(own, step, null);
    session.tell(step, 'done', { message: 'The cluster shows that it was done.' });
    return true;
  }
  const error = new ProxmoxAiError('plan-state', 'the cluster does not tell whether it took hold', {
    hint: `Look at ${step.object} in PVE and ask again for a new plan.`,
  });
  session.record('step-unknown', step, { applied: appliedBy(verdict), error: error.message });
  session.tell(step, 'unknown', { message: error.message });
  throw stepFailure(session, step, error, tally(), 'has an unknown outcome');
}

/** The task of an earlier run may still be at work; how it ended matters less than what the cluster then shows. */
async function awaitEarlierTask(
  session: RunSession,
  step: PlanStep,
  upid: string,
  tally: Tally,
): Promise<void> {
  try {
    await waitForTask(session, upid);
  } catch (thrown) {
    const error = toError(thrown);
    if (error.code === 'task-failed' || error.code === 'pve-not-found') return;
    throw stepFailure(session, step, error, tally, 'cannot be checked');
  }
}

async function readOrStop(session: RunSession, step: PlanStep, tally: Tally) {
  try {
    return await readBack(session, step);
  } catch (thrown) {
    throw stepFailure(session, step, toError(thrown), tally, 'cannot be checked');
  }
}

async function runStep(
  session: RunSession,
  step: PlanStep,
  own: OwnChanges,
  tally: () => Tally,
): Promise<void> {
  const { signal, callTimeoutMs: timeoutMs } = session;
  let truth;
  try {
    truth =
      step.read === null ? undefined : await readTruth(session.client, step.read, { signal, timeoutMs });
  } catch (thrown) {
    const error = toError(thrown);
    session.tell(step, 'failed', { message: session.explain(error) });
    throw stepFailure(session, step, error, tally(), 'cannot be checked');
  }
  const stale = staleReason(step, truth, own);
  if (stale !== undefined) throw staleError(session, step, stale, tally());
  stopIfCancelled(session);
  const outcome = await attempt(session, step, 'forward', truth?.digest ?? null);
  if (outcome.kind === 'done') {
    session.record('step-done', step, { ...outcome.facts });
    noteOwn(own, step, outcome.facts.digest);
    session.tell(step, 'done', doneMessage(outcome.facts));
    return;
  }
  await stop(session, step, outcome, own, tally());
}

function doneMessage(facts: DoneFacts): { upid?: string; message?: string } {
  const said = [
    facts.warning,
    facts.takesHold === 'next-start' ? 'It takes hold when the guest is stopped and started.' : undefined,
    facts.verification === 'none' ? 'PVE accepted it; there is nothing to read back.' : undefined,
  ].filter((part) => part !== undefined);
  return {
    ...(facts.upid === undefined ? {} : { upid: facts.upid }),
    ...(said.length === 0 ? {} : { message: said.join(' ') }),
  };
}

async function stop(
  session: RunSession,
  step: PlanStep,
  outcome: Exclude<Outcome, { kind: 'done' }>,
  own: OwnChanges,
  tally: Tally,
): Promise<never> {
  const { error } = outcome;
  const message = session.explain(error);
  if (outcome.kind === 'unknown') {
    session.record('step-unknown', step, { error: message, code: error.code });
    session.tell(step, 'unknown', { message });
    throw stepFailure(session, step, error, tally, 'has an unknown outcome');
  }
  session.record('step-failed', step, { error: message, code: error.code, applied: outcome.applied });
  session.tell(step, 'failed', { message });
  if (error.code === 'pve-conflict' && (await movedUnderneath(session, step, own))) {
    throw staleError(session, step, `${step.object} was changed at the same moment (${message})`, tally);
  }
  throw stepFailure(session, step, error, tally, 'failed');
}

/** A conflict is either a lock, which passes, or somebody's change between our reading and our writing. */
async function movedUnderneath(session: RunSession, step: PlanStep, own: OwnChanges): Promise<boolean> {
  if (step.read === null) return false;
  try {
    const truth = await readTruth(session.client, step.read, { timeoutMs: session.callTimeoutMs });
    return staleReason(step, truth, own) !== undefined;
  } catch {
    // Not readable now: the refusal stands as it was given.
    return false;
  }
}

function staleError(session: RunSession, step: PlanStep, reason: string, tally: Tally): ProxmoxAiError {
  const { plan } = session;
  session.record('stale', step, { reason });
  session.tell(step, 'skipped', { message: reason });
  return new ProxmoxAiError(
    'plan-stale',
    `Plan ${plan.id} stopped before step ${step.id}: ${reason}.${tallyText(tally)}`,
    {
      fields: { planId: plan.id, stepId: step.id, ...tally },
    },
  );
}
