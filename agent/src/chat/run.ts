import { toError } from '../errors.ts';
import type { RunEvent } from './events.ts';

export type Emit = (event: RunEvent) => void;

/** Events that may wait for a slow reader. Progress and log lines beyond it are dropped, never findings or steps. */
const bufferLimit = 5_000;
const droppable = new Set<RunEvent['type']>(['progress', 'task-log']);

/**
 * Runs `work` and gives its events as they happen. A failure becomes a `failed` event (code, message, hint; never a
 * stack or a secret), so that every run ends with `finished` or `failed`. Leaving the loop early aborts the work.
 */
export async function* runEvents(
  work: (emit: Emit, signal: AbortSignal) => Promise<void>,
  outer: AbortSignal,
): AsyncGenerator<RunEvent, void, undefined> {
  const left = new AbortController();
  const signal = AbortSignal.any([outer, left.signal]);
  const waiting: RunEvent[] = [];
  const state = { ended: false, wake: (): void => undefined };
  const emit: Emit = (event) => {
    if (waiting.length >= bufferLimit && droppable.has(event.type)) return;
    waiting.push(event);
    state.wake();
  };
  const running = work(emit, signal)
    .then(() => emit({ type: 'finished' }))
    .catch((thrown: unknown) => emit(failure(thrown, signal)))
    .finally(() => {
      state.ended = true;
      state.wake();
    });
  try {
    for (;;) {
      const event = waiting.shift();
      if (event !== undefined) {
        yield event;
        continue;
      }
      if (state.ended) break;
      await new Promise<void>((resolve) => {
        state.wake = resolve;
        if (waiting.length > 0 || state.ended) resolve();
      });
    }
  } finally {
    if (!state.ended) left.abort();
    await running;
  }
}

/** A thrown value as the event that ends a run. */
export function failure(thrown: unknown, signal?: AbortSignal): Extract<RunEvent, { type: 'failed' }> {
  const error = toError(thrown);
  if (signal?.aborted === true && error.code !== 'cancelled' && error.code === 'internal') {
    return { type: 'failed', code: 'cancelled', message: 'The run was cancelled.' };
  }
  const { code, message, hint } = error;
  return { type: 'failed', code, message, ...(hint === undefined ? {} : { hint }) };
}
