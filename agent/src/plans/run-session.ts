import { setTimeout as delay } from 'node:timers/promises';
import { ProxmoxAiError } from '../errors.ts';
import type { PveClient } from '../pve/types.ts';
import type { Database } from '../store/database.ts';
import type { LedgerKind } from './ledger-entry.ts';
import { withLedger } from './ledger.ts';
import type { PlanEvent } from './plan-event.ts';
import { loadSecrets, type PlanSecrets } from './plan-secrets.ts';
import { maskIn } from './redact.ts';
import { holdsRun, keepBeating, type PlanRun } from './run-lock.ts';
import type { RunOptions } from './run-options.ts';
import type { Plan, PlanStep, StepState } from './types.ts';

/** A run of one plan by this process, from taking it to letting it go. */
export interface RunSession {
  readonly database: Database;
  readonly plan: Plan;
  readonly run: PlanRun;
  readonly client: PveClient;
  readonly secrets: PlanSecrets;
  readonly signal: AbortSignal | undefined;
  readonly taskTimeoutMs: number;
  readonly taskPollMs: number;
  readonly callTimeoutMs: number;
  readonly settleMs: number;
  readonly now: () => Date;
  /** Writes a row about a step and waits until it is on the disk. Errors: `plan-state` when the run was taken away. */
  record(kind: LedgerKind, step: PlanStep, data: Readonly<Record<string, unknown>>): void;
  emit(event: PlanEvent): void;
  tell(step: PlanStep, state: StepState, more?: { upid?: string; message?: string }): void;
  /** A failure as text for the ledger and the screen, without secrets. */
  explain(error: ProxmoxAiError): string;
  pause(ms: number): Promise<void>;
  stopBeating(): void;
}

export function openSession(plan: Plan, run: PlanRun, options: RunOptions): RunSession {
  const { database, client, now = () => new Date(), onEvent } = options;
  const secrets = loadSecrets(database, plan.id);
  const emit = (event: PlanEvent): void => {
    try {
      onEvent?.(event);
    } catch {
      // See RunOptions.onEvent.
    }
  };
  return {
    database,
    plan,
    run,
    client,
    secrets,
    signal: options.signal,
    taskTimeoutMs: options.taskTimeoutMs ?? 3_600_000,
    taskPollMs: options.taskPollMs ?? 500,
    callTimeoutMs: options.callTimeoutMs ?? 60_000,
    settleMs: options.settleMs ?? 10_000,
    now,
    record(kind, step, data) {
      withLedger(database, (append) => {
        if (!holdsRun(database, run)) {
          throw new ProxmoxAiError('plan-state', `Another process has taken plan ${plan.id} over.`, {
            hint: 'Look at the plan: the ledger says what was done.',
            fields: { planId: plan.id },
          });
        }
        append({ kind, at: now(), actor: client.userid, planId: plan.id, stepId: step.id, data });
      });
    },
    emit,
    tell(step, state, more = {}) {
      emit({ type: 'step', planId: plan.id, stepId: step.id, title: step.title, state, ...more });
    },
    explain: (error) => maskIn(error.message, secrets.values()),
    pause: (ms) => delay(ms),
    stopBeating: keepBeating(database, run),
  };
}

/** The person's wish to stop, looked at between two steps. Errors: `cancelled`. */
export function stopIfCancelled({ signal, plan }: RunSession): void {
  if (signal?.aborted !== true) return;
  throw new ProxmoxAiError('cancelled', `Plan ${plan.id} was stopped between two steps.`, {
    hint: 'It can be resumed or rolled back.',
    fields: { planId: plan.id },
  });
}
