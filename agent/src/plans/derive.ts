import type { LedgerEntry } from './ledger-entry.ts';
import type { Plan, PlanRecord, PlanStatus, StepState } from './types.ts';

/** Whether a step's change is in the cluster, as far as it is known. */
export type Applied = 'no' | 'yes' | 'partly' | 'unknown';

/** A step with what execution needs to know beyond {@link PlanRecord}. */
export interface StepProgress {
  readonly id: string;
  readonly state: StepState;
  readonly applied: Applied;
  readonly upid?: string;
  readonly error?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Digest read right after the step; null when it was not read in one go with the write. */
  readonly digestAfter?: string | null;
}

export interface PlanProgress {
  readonly status: PlanStatus;
  readonly approvedBy?: string;
  readonly approvedAt?: string;
  /** Hash of the plan that the person saw. */
  readonly approvedHash?: string;
  readonly supersededBy?: string;
  /** A rollback has begun: the plan may be rolled back further, never forward again. */
  readonly rollbackBegun: boolean;
  readonly steps: readonly StepProgress[];
}

type MutableStep = { -readonly [K in keyof StepProgress]: StepProgress[K] };
type Mutable = Omit<{ -readonly [K in keyof PlanProgress]: PlanProgress[K] }, 'steps'>;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const finishedStatus: Readonly<Record<string, PlanStatus>> = {
  done: 'done',
  failed: 'failed',
  stale: 'stale',
  cancelled: 'interrupted',
};

/** What became of a plan, from its rows of the ledger in order: a pure function, so every process tells the same. */
export function deriveProgress(plan: Plan, entries: readonly LedgerEntry[]): PlanProgress {
  const steps = new Map<string, MutableStep>(
    plan.steps.map(({ id }) => [id, { id, state: 'waiting', applied: 'no' }]),
  );
  const whole: Mutable = { status: 'pending', rollbackBegun: false };
  for (const entry of entries) {
    applyToPlan(whole, entry, steps);
    const step = entry.stepId === null ? undefined : steps.get(entry.stepId);
    if (step !== undefined) applyToStep(step, entry);
  }
  return { ...whole, steps: [...steps.values()] };
}

function applyToPlan(
  whole: Mutable,
  { kind, actor, at, data }: LedgerEntry,
  steps: Map<string, MutableStep>,
): void {
  switch (kind) {
    case 'approved':
      whole.status = 'approved';
      whole.approvedBy = actor;
      whole.approvedAt = at;
      whole.approvedHash = text(data.hash) ?? '';
      break;
    case 'rejected':
      whole.status = 'rejected';
      break;
    case 'started':
      whole.status = 'running';
      break;
    case 'finished':
      whole.status = finishedStatus[text(data.outcome) ?? ''] ?? 'failed';
      break;
    case 'interrupted':
      // A step that had begun may or may not have taken hold: only the cluster knows.
      for (const step of steps.values()) if (step.state === 'running') setUnknown(step);
      whole.status = whole.rollbackBegun ? 'rollback-failed' : 'interrupted';
      break;
    case 'superseded': {
      whole.status = 'superseded';
      const by = text(data.by);
      if (by !== undefined) whole.supersededBy = by;
      break;
    }
    case 'rollback-started':
      whole.status = 'running';
      whole.rollbackBegun = true;
      break;
    case 'rollback-finished':
      whole.status = data.outcome === 'rolled-back' ? 'rolled-back' : 'rollback-failed';
      break;
    default:
      break;
  }
}

function setUnknown(step: MutableStep): void {
  step.state = 'unknown';
  step.applied = 'unknown';
}

const appliedValues: readonly unknown[] = ['no', 'yes', 'partly', 'unknown'] satisfies Applied[];
const isApplied = (value: unknown): value is Applied => appliedValues.includes(value);

function applyToStep(step: MutableStep, { kind, at, data }: LedgerEntry): void {
  switch (kind) {
    case 'step-intent':
      delete step.error;
      delete step.upid;
      delete step.finishedAt;
      step.state = 'running';
      step.applied = 'unknown';
      step.startedAt = at;
      break;
    case 'rollback-intent':
      delete step.error;
      step.state = 'running';
      step.applied = 'unknown';
      break;
    case 'step-task':
    case 'rollback-task': {
      const upid = text(data.upid);
      if (upid !== undefined) step.upid = upid;
      break;
    }
    case 'step-done':
      step.state = 'done';
      step.applied = 'yes';
      step.finishedAt = at;
      step.startedAt ??= at;
      step.digestAfter = text(data.digest) ?? null;
      delete step.error;
      break;
    case 'rollback-done':
      step.state = 'undone';
      step.applied = 'no';
      step.finishedAt = at;
      delete step.error;
      break;
    case 'step-failed':
    case 'step-unknown':
    case 'rollback-failed':
    case 'rollback-unknown':
      applyFailure(step, kind, at, data);
      break;
    default:
      break;
  }
}

function applyFailure(step: MutableStep, kind: string, at: string, data: LedgerEntry['data']): void {
  if (kind.endsWith('unknown')) setUnknown(step);
  else {
    step.applied = isApplied(data.applied) ? data.applied : 'unknown';
    // A step whose undoing failed and that is still in place is what it was before: done.
    step.state = kind === 'rollback-failed' && step.applied === 'yes' ? 'done' : 'failed';
  }
  step.finishedAt = at;
  const error = text(data.error);
  if (error !== undefined) step.error = error;
}

/** After these, the steps that have not run never will. */
const settled: readonly PlanStatus[] = ['rejected', 'superseded', 'stale', 'rolled-back', 'rollback-failed'];

/** The plan with what became of it, as the contract shows it. */
export function toRecord(plan: Plan, progress: PlanProgress): PlanRecord {
  const { status, approvedBy, approvedAt, supersededBy } = progress;
  return {
    plan,
    status,
    ...(approvedBy === undefined ? {} : { approvedBy }),
    ...(approvedAt === undefined ? {} : { approvedAt }),
    ...(supersededBy === undefined ? {} : { supersededBy }),
    steps: progress.steps.map(({ id, state, upid, error, startedAt, finishedAt }) => ({
      id,
      state: state === 'waiting' && settled.includes(status) ? 'skipped' : state,
      ...(upid === undefined ? {} : { upid }),
      ...(error === undefined ? {} : { error }),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(finishedAt === undefined ? {} : { finishedAt }),
    })),
  };
}
