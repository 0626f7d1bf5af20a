import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapLimit } from './map-limit.ts';

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
};

test('results keep the order of the items, and no more than the limit are under way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 20 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      async (items, limit) => {
        let running = 0;
        let most = 0;
        const results = await mapLimit(items, limit, async (item, _signal, index) => {
          running += 1;
          most = Math.max(most, running);
          await turns(item);
          running -= 1;
          return [item, index];
        });
        expect(results).toEqual(items.map((item, index) => [item, index]));
        expect(most).toBeLessThanOrEqual(limit);
        if (items.length >= limit) expect(most).toBe(limit);
      },
    ),
  );
});

test('tells how many are done', async () => {
  const seen: string[] = [];
  await mapLimit([1, 2, 3], 2, () => Promise.resolve(), {
    onDone: (done, total) => seen.push(`${done}/${total}`),
  });
  expect(seen).toEqual(['1/3', '2/3', '3/3']);
});

test('the first failure stops the rest, aborts what runs, and is thrown when that has ended', async () => {
  const begun: number[] = [];
  let ended = false;
  const work = mapLimit([0, 1, 2, 3, 4, 5], 2, async (item, signal) => {
    begun.push(item);
    if (item === 1) throw new Error('boom');
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await turns(5);
    ended = true;
  });
  await expect(work).rejects.toThrow('boom');
  expect(begun).toEqual([0, 1]);
  expect(ended).toBe(true);
});

test('an abort before or during is cancelled, whatever the work makes of it', async () => {
  await expect(
    mapLimit([1], 1, () => Promise.resolve(), { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({
    code: 'cancelled',
  });
  const stop = new AbortController();
  const begun: number[] = [];
  const work = mapLimit(
    [1, 2, 3],
    1,
    (item) => {
      begun.push(item);
      stop.abort();
      return Promise.resolve();
    },
    { signal: stop.signal },
  );
  await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  expect(begun).toEqual([1]);
});

test.each([0, -1, 1.5, Number.NaN])('the limit %d is refused', async (limit) => {
  await expect(mapLimit([1], limit, () => Promise.resolve())).rejects.toMatchObject({ code: 'internal' });
});
