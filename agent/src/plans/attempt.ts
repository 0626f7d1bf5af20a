import { ProxmoxAiError, toError, type ErrorCode } from '../errors.ts';
import { findEndpoint } from '../pve/schema/endpoints.ts';
import { followTask } from '../pve/tasks/follow.ts';
import type { Applied } from './derive.ts';
import { differences, judge, type Verdict } from './judge.ts';
import { readPending, type TakesHold } from './pending.ts';
import { redactData } from './redact.ts';
import type { RunSession } from './run-session.ts';
import { withSecrets } from './plan-secrets.ts';
import { readTruth, type Truth } from './truth.ts';
import type { PlanCall, PlanStep } from './types.ts';

export type Direction = 'forward' | 'back';

/** What is known of a step that took hold. */
export interface DoneFacts {
  /** `read`: the values were read back; `none`: the step has nothing by which to tell. */
  readonly verification: 'read' | 'none';
  readonly digest: string | null;
  readonly takesHold?: TakesHold;
  readonly upid?: string;
  /** What PVE said although the change took hold: a lost connection, a task with warnings. */
  readonly warning?: string;
}

/** How one call went, told by what the cluster shows afterwards and not by the answer alone. */
export type Outcome =
  | { readonly kind: 'done'; readonly facts: DoneFacts }
  | { readonly kind: 'failed'; readonly applied: Applied; readonly error: ProxmoxAiError }
  | { readonly kind: 'unknown'; readonly error: ProxmoxAiError };

/** Answers after which PVE has certainly not begun, or has refused a value; anything else may have happened anyway. */
const refusals: readonly ErrorCode[] = [
  'pve-denied',
  'pve-auth',
  'pve-bad-request',
  'pve-conflict',
  'pve-not-found',
  'pve-tls',
  'usage',
  'too-large',
];

export interface ReadBack {
  readonly verdict: Verdict;
  readonly truth: Truth;
  readonly takesHold?: TakesHold;
}

/** Reads the cluster and says where it stands with a step, pending values of a guest counting as values. */
export async function readBack(session: RunSession, step: PlanStep): Promise<ReadBack | undefined> {
  const { client, callTimeoutMs: timeoutMs } = session;
  if (step.read === null) return undefined;
  const truth = await readTruth(client, step.read, { timeoutMs });
  const verdict = judge(step, truth);
  const pending = await readPending(client, step, truth, timeoutMs);
  if (pending === undefined) return { verdict, truth };
  const waiting = step.changes.some(({ key }) => pending.keys.has(key));
  if (!waiting) return { verdict, truth, takesHold: 'now' };
  return { verdict: judge(step, pending.truth), truth: pending.truth, takesHold: 'next-start' };
}

/** The call with the digest that was read a moment ago, where PVE checks one: nothing newer can be overwritten. */
export function withDigest(call: PlanCall, step: PlanStep, digest: string | null): PlanCall {
  const { digest: old, ...params } = call.params;
  const accepts = findEndpoint(call.method, call.path)?.endpoint.params.digest !== undefined;
  const asked = old !== undefined || call.path === step.read?.path;
  return { ...call, params: accepts && asked && digest !== null ? { ...params, digest } : params };
}

/**
 * Sends one call after its intent is on the disk, follows its task, and reads the cluster back until it shows what was
 * wanted. A write is sent once: after a lost connection the cluster is asked, never the call repeated.
 */
export async function attempt(
  session: RunSession,
  step: PlanStep,
  direction: Direction,
  digest: string | null,
): Promise<Outcome> {
  const which = direction === 'forward' ? 'call' : 'inverse';
  const planned = step[which];
  if (planned === null) throw new ProxmoxAiError('internal', `Step ${step.id} has no ${which}.`);
  const shown = withDigest(planned, step, digest);
  const call = withSecrets(shown, step, which, session.secrets);
  const kinds = direction === 'forward' ? 'step' : 'rollback';
  session.record(`${kinds}-intent`, step, {
    method: shown.method,
    path: shown.path,
    params: redactData(shown.params),
    values: Object.fromEntries(step.changes.map(({ key, before, after }) => [key, { before, after }])),
    effect: step.effect,
  });
  session.tell(step, 'running');
  let upid: string | undefined;
  let problem: ProxmoxAiError | undefined;
  let warning: string | undefined;
  try {
    const answer = await session.client.call(call, { timeoutMs: session.callTimeoutMs });
    if (typeof answer === 'string' && answer.startsWith('UPID:')) {
      upid = answer;
      session.record(`${kinds}-task`, step, { upid });
      session.tell(step, 'running', { upid });
      warning = await waitForTask(session, upid);
    }
  } catch (thrown) {
    problem = toError(thrown);
  }
  return settle(session, step, direction, { problem, upid, warning });
}

/** Waits for the end of a task; gives what it warned of. */
export async function waitForTask(session: RunSession, upid: string): Promise<string | undefined> {
  const { exitstatus, warnings } = await followTask(session.client, upid, {
    timeoutMs: session.taskTimeoutMs,
    pollMs: session.taskPollMs,
    onLog: (line) => session.emit({ type: 'task-log', upid, line }),
  });
  return warnings > 0 ? exitstatus : undefined;
}

interface Sent {
  readonly problem: ProxmoxAiError | undefined;
  readonly upid: string | undefined;
  readonly warning: string | undefined;
}

async function settle(
  session: RunSession,
  step: PlanStep,
  direction: Direction,
  sent: Sent,
): Promise<Outcome> {
  const { problem, upid, warning } = sent;
  const wanted = direction === 'forward' ? 'after' : 'before';
  const refused = problem !== undefined && refusals.includes(problem.code);
  let found: ReadBack | undefined;
  try {
    found = await readUntil(session, step, wanted, refused ? 0 : session.settleMs);
  } catch (thrown) {
    if (refused) return { kind: 'failed', applied: notMoved(direction), error: problem };
    return { kind: 'unknown', error: problem ?? unreadable(step, toError(thrown)) };
  }
  const verdict = found?.verdict ?? 'unclear';
  // Undone is undone, whatever PVE said; a change that it complained about stops the plan.
  if (verdict === wanted && (!refused || direction === 'back')) {
    const said = problem === undefined ? warning : session.explain(problem);
    return {
      kind: 'done',
      facts: {
        verification: 'read',
        digest: found?.truth.digest ?? null,
        ...(found?.takesHold === undefined ? {} : { takesHold: found.takesHold }),
        ...(upid === undefined ? {} : { upid }),
        ...(said === undefined ? {} : { warning: said }),
      },
    };
  }
  if (verdict === 'unclear') return withoutProof(direction, found, sent, refused);
  const applied =
    problem === undefined || !refused
      ? appliedBy(verdict)
      : appliedAfterRefusal(verdict, problem.code, direction);
  const error = problem ?? notThere(step, found, wanted);
  return applied === 'unknown' && !refused && problem !== undefined
    ? { kind: 'unknown', error }
    : { kind: 'failed', applied, error };
}

/** A step whose values say nothing: PVE's answer is all there is. */
function withoutProof(
  direction: Direction,
  found: ReadBack | undefined,
  { problem, upid, warning }: Sent,
  refused: boolean,
): Outcome {
  if (problem === undefined) {
    return {
      kind: 'done',
      facts: {
        verification: 'none',
        digest: found?.truth.digest ?? null,
        ...(upid === undefined ? {} : { upid }),
        ...(warning === undefined ? {} : { warning }),
      },
    };
  }
  if (refused) return { kind: 'failed', applied: notMoved(direction), error: problem };
  return { kind: 'unknown', error: problem };
}

/** Where a step stands after a call that did nothing. */
const notMoved = (direction: Direction): Applied => (direction === 'forward' ? 'no' : 'yes');

const firstPauseMs = 50;

async function readUntil(
  session: RunSession,
  step: PlanStep,
  wanted: Verdict,
  withinMs: number,
): Promise<ReadBack | undefined> {
  let wait = firstPauseMs;
  for (let waited = 0; ;) {
    let last: ReadBack | undefined;
    let failure: unknown;
    try {
      last = await readBack(session, step);
      if (last === undefined || last.verdict === wanted || last.verdict === 'unclear') return last;
    } catch (thrown) {
      failure = thrown;
    }
    if (waited >= withinMs) {
      if (last === undefined) throw failure;
      return last;
    }
    await session.pause(wait);
    waited += wait;
    wait = Math.min(wait * 2, 2_000, Math.max(withinMs - waited, 1));
  }
}

/** What a verdict says about a step's change being in the cluster. */
export function appliedBy(verdict: Verdict): Applied {
  switch (verdict) {
    case 'before':
      return 'no';
    case 'after':
      return 'yes';
    case 'partly':
      return 'partly';
    case 'elsewhere':
    case 'unclear':
      return 'unknown';
  }
}

/**
 * A refused conflict or a value that is somebody else's is not ours. Otherwise the values tell: PVE refuses a hot plug
 * after the pending value was written, and checks some privileges disk by disk.
 */
function appliedAfterRefusal(verdict: Verdict, code: ErrorCode, direction: Direction): Applied {
  return code === 'pve-conflict' || verdict === 'elsewhere' ? notMoved(direction) : appliedBy(verdict);
}

function notThere(step: PlanStep, found: ReadBack | undefined, side: 'after' | 'before'): ProxmoxAiError {
  const what = found === undefined ? [] : differences(step, found.truth, side);
  return new ProxmoxAiError(
    'task-failed',
    `PVE reported success, but the change is not there: ${what.join('; ')}.`,
    { hint: 'Look at the guest and its task log in PVE.', fields: { differences: what } },
  );
}

const unreadable = (step: PlanStep, cause: ProxmoxAiError): ProxmoxAiError =>
  new ProxmoxAiError(
    cause.code,
    `The call was accepted, but ${step.object} could not be read back: ${cause.message}`,
    {
      hint: 'Resume the plan once PVE answers: it then finds out whether the change took hold.',
      fields: cause.fields,
      cause,
    },
  );
