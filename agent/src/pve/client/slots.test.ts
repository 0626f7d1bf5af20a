import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

const never = new AbortController().signal;

test('places are given in the order of asking, never more than the limit', async () => {
  const slots = createSlots(2);
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const work = [0, 1, 2, 3].map((n) =>
    slots.run(() => {
      begun.push(n);
      return new Promise<void>((resolve) => ends.push(resolve));
    }, never),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await work[1];
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.();
  await work[0];
  await Promise.resolve();
  ends[2]?.();
  ends[3]?.();
  await Promise.all(work);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test('a failure frees its place, and an abort while waiting takes none', async () => {
  const slots = createSlots(1);
  const stop = new AbortController();
  const failing = slots.run(() => Promise.reject(new Error('boom')), never);
  const waiting = slots.run(() => Promise.resolve('never runs'), stop.signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(failing).rejects.toThrow('boom');
  await expect(slots.run(() => Promise.resolve('runs'), never)).resolves.toBe('runs');
});
