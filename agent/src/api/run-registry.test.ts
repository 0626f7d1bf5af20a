import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../chat/events.ts';
import { createRunRegistry } from './run-registry.ts';

/** A run that emits what it is told, when it is told. */
function controlled() {
  const waiting: ((event: RunEvent | null) => void)[] = [];
  const queue: (RunEvent | null)[] = [];
  const push = (event: RunEvent | null): void => {
    const next = waiting.shift();
    if (next === undefined) queue.push(event);
    else next(event);
  };
  async function* start(signal: AbortSignal): AsyncGenerator<RunEvent> {
    signal.addEventListener('abort', () => push(null));
    for (;;) {
      const event =
        queue.length > 0
          ? queue.shift()
          : await new Promise<RunEvent | null>((resolve) => waiting.push(resolve));
      if (event === null || event === undefined) return;
      yield event;
    }
  }
  return { push, start };
}
const delta = (text: string): RunEvent => ({ type: 'markdown', delta: text });
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the run registry', () => {
  it('numbers events and answers a long poll when the next one comes', async () => {
    const registry = createRunRegistry();
    const run = controlled();
    const { id } = registry.start('a@pve', run.start);
    const polling = registry.events(id, 'a@pve', 0, 5_000);
    run.push(delta('one'));
    expect(await polling).toEqual({ events: [{ n: 1, event: delta('one') }], ended: false });
    run.push(null);
    expect(await registry.events(id, 'a@pve', 1, 5_000)).toEqual({ events: [], ended: true });
    expect((await registry.events(id, 'a@pve', 0, 0)).events).toHaveLength(1);
  });

  it('hides a run from other users', () => {
    const registry = createRunRegistry();
    const { id } = registry.start('a@pve', controlled().start);
    expect(() => registry.view(id, 'b@pve')).toThrow(/no run/);
    expect(() => registry.cancel(id, 'b@pve')).toThrow(/no run/);
  });

  it('queues beyond its limit and takes users in turn', async () => {
    const registry = createRunRegistry({ maxRunning: 2 });
    const runs = ['a', 'a', 'a', 'b'].map((user) => {
      const run = controlled();
      return { ...run, id: registry.start(user, run.start).id, user };
    });
    const states = () => runs.map(({ id, user }) => registry.view(id, user).state);
    expect(states()).toEqual(['running', 'running', 'queued', 'queued']);
    runs[0]?.push(null);
    await settle();
    await settle();
    // b waited longer in line than a's third run would have to by fairness: b has none running.
    expect(states()).toEqual(['ended', 'running', 'queued', 'running']);
  });

  it('refuses more than the line holds', () => {
    const registry = createRunRegistry({ maxRunning: 1, maxQueued: 1 });
    registry.start('a', controlled().start);
    registry.start('a', controlled().start);
    expect(() => registry.start('a', controlled().start)).toThrow(/waiting already/);
  });

  it('cancels a queued run before it begins and a running one in the middle', async () => {
    const registry = createRunRegistry({ maxRunning: 1 });
    const first = registry.start('a', controlled().start);
    const second = registry.start('a', controlled().start);
    registry.cancel(second.id, 'a');
    expect((await registry.events(second.id, 'a', 0, 0)).events[0]?.event).toMatchObject({
      type: 'failed',
      code: 'cancelled',
    });
    registry.cancel(first.id, 'a');
    expect((await registry.events(first.id, 'a', 0, 5_000)).ended).toBe(true);
  });

  it('turns a run that throws into a failed event', async () => {
    const registry = createRunRegistry();
    const { id } = registry.start('a', () => {
      throw new Error('broken');
    });
    expect((await registry.events(id, 'a', 0, 5_000)).events).toMatchObject([
      { event: { type: 'failed', code: 'internal' } },
    ]);
  });

  it('keeps a bounded number of ended runs, and of progress events', async () => {
    const registry = createRunRegistry({ maxKept: 2, maxEvents: 3 });
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) {
      const run = controlled();
      const { id } = registry.start('a', run.start);
      ids.push(id);
      for (let n = 0; n < 10; n++) run.push({ type: 'progress', stage: 's', done: n, total: 10 });
      run.push(delta('answer'));
      run.push(null);
      while (registry.view(id, 'a').state !== 'ended') await settle();
      const { events } = await registry.events(id, 'a', 0, 0);
      expect(events).toHaveLength(4);
      expect(events.at(-1)?.event).toEqual(delta('answer'));
    }
    await settle();
    expect(() => registry.view(ids[0] ?? '', 'a')).toThrow(/no run/);
    expect(registry.view(ids[4] ?? '', 'a').state).toBe('ended');
  });

  it('ends everything on close', async () => {
    const registry = createRunRegistry();
    const { id } = registry.start('a', controlled().start);
    await registry.close();
    expect(registry.view(id, 'a').state).toBe('ended');
    expect(() => registry.start('a', controlled().start)).toThrow(/shutting down/);
  });
});
