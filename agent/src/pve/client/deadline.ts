import { ProxmoxAiError } from '../../errors.ts';

/** A time limit and the caller's own signal in one. Call `done` when the work has ended. */
export interface Deadline {
  /** Aborts with a ProxmoxAiError as reason: `cancelled`, or what `onTimeout` gave. */
  readonly signal: AbortSignal;
  /** Milliseconds left; at least 0. */
  left(): number;
  done(): void;
}

/** Starts a limit of `timeoutMs` that the caller's `signal` can cut short. */
export function startDeadline(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  onTimeout: () => ProxmoxAiError,
): Deadline {
  const controller = new AbortController();
  const end = performance.now() + timeoutMs;
  const timer = setTimeout(() => controller.abort(onTimeout()), timeoutMs);
  const cancel = (): void => controller.abort(cancelled(signal?.reason));
  if (signal?.aborted === true) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    left: () => Math.max(0, end - performance.now()),
    done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    },
  };
}

/** `cancelled`, keeping a reason that already is one of our errors. */
export function cancelled(reason: unknown): ProxmoxAiError {
  if (reason instanceof ProxmoxAiError) return reason;
  return new ProxmoxAiError('cancelled', 'The run was cancelled.');
}

/** Waits `ms`, or rejects with the signal's reason as soon as it aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** The work's result, or a rejection with the signal's reason while the work goes on for others. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
