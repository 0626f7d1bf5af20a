import { ProxmoxAiError } from '../../errors.ts';
import { cancelled } from '../client/deadline.ts';

export interface MapLimitOptions {
  readonly signal?: AbortSignal;
  /** After each item, in the order in which they end. */
  readonly onDone?: (done: number, total: number) => void;
}

/**
 * Runs `work` over all items, at most `limit` at a time, results in the order of the items. The first failure stops
 * the rest and is thrown once what was under way has ended; an abort is thrown as `cancelled`.
 */
export async function mapLimit<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, signal: AbortSignal, index: number) => Promise<R>,
  { signal, onDone }: MapLimitOptions = {},
): Promise<R[]> {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ProxmoxAiError('internal', 'mapLimit needs a limit of at least 1.');
  }
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(cancelled(signal?.reason));
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });

  const results = new Array<R>(items.length);
  const pending = items.entries();
  let done = 0;
  let failure: { readonly error: unknown } | undefined;

  async function worker(): Promise<void> {
    for (const [index, item] of pending) {
      if (stop.signal.aborted) return;
      try {
        results[index] = await work(item, stop.signal, index);
      } catch (error) {
        failure ??= { error };
        stop.abort(error);
        return;
      }
      done += 1;
      onDone?.(done, items.length);
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  if (signal?.aborted === true) throw cancelled(signal.reason);
  if (failure !== undefined) throw failure.error;
  return results;
}
