import { describe, expect, it } from 'vitest';
import { ProxmoxAiError } from '../errors.ts';
import type { RunEvent } from './events.ts';
import { runEvents } from './run.ts';

const collect = async (events: AsyncIterable<RunEvent>): Promise<RunEvent[]> => {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};
const never = new AbortController().signal;

describe('a run', () => {
  it('gives its events in order and ends with finished', async () => {
    const events = await collect(
      runEvents(async (emit) => {
        emit({ type: 'markdown', delta: 'a' });
        await Promise.resolve();
        emit({ type: 'markdown', delta: 'b' });
      }, never),
    );
    expect(events).toEqual([
      { type: 'markdown', delta: 'a' },
      { type: 'markdown', delta: 'b' },
      { type: 'finished' },
    ]);
  });

  it('ends with failed, carrying code and hint, when the work throws', async () => {
    const events = await collect(
      runEvents(() => Promise.reject(new ProxmoxAiError('pve-denied', 'No.', { hint: 'Ask.' })), never),
    );
    expect(events).toEqual([{ type: 'failed', code: 'pve-denied', message: 'No.', hint: 'Ask.' }]);
  });

  it('aborts the work when its reader leaves', async () => {
    let aborted = false;
    for await (const event of runEvents(async (emit, signal) => {
      emit({ type: 'markdown', delta: 'x' });
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
    }, never)) {
      expect(event.type).toBe('markdown');
      break;
    }
    expect(aborted).toBe(true);
  });

  it('says cancelled when the caller aborts', async () => {
    const controller = new AbortController();
    const events = collect(
      runEvents(
        (_emit, signal) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason as Error)),
          ),
        controller.signal,
      ),
    );
    controller.abort();
    expect(await events).toMatchObject([{ type: 'failed', code: 'cancelled' }]);
  });

  it('drops progress for a slow reader, but never an answer', async () => {
    const events = await collect(
      runEvents((emit) => {
        for (let n = 0; n < 20_000; n++) emit({ type: 'progress', stage: 's', done: n, total: 20_000 });
        emit({ type: 'markdown', delta: 'answer' });
        return Promise.resolve();
      }, never),
    );
    expect(events.length).toBeLessThan(6_000);
    expect(events.at(-2)).toEqual({ type: 'markdown', delta: 'answer' });
  });
});
