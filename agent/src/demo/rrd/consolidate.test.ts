import { describe, expect, it } from 'vitest';
import { consolidate, type MinuteSource } from './consolidate.ts';

const bucket = { end: 1800, resolution: 600, stride: 1 } as const;

describe('consolidate', () => {
  it('takes the minutes of (end − resolution, end]', () => {
    const asked: number[] = [];
    const source: MinuteSource = (minute, out) => {
      asked.push(minute);
      out[0] = minute;
      return true;
    };
    expect(consolidate(source, 1, { ...bucket, cf: 'AVERAGE' })?.[0]).toBe(25.5);
    expect(asked.sort((a, b) => a - b)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
    expect(consolidate(source, 1, { ...bucket, cf: 'MAX' })?.[0]).toBe(30);
  });

  it('averages over the known minutes, and is unknown when most are', () => {
    const until =
      (last: number): MinuteSource =>
      (minute, out) => {
        out[0] = 4;
        return minute <= last;
      };
    expect(consolidate(until(25), 1, { ...bucket, cf: 'AVERAGE' })?.[0]).toBe(4);
    expect(consolidate(until(24), 1, { ...bucket, cf: 'AVERAGE' })).toBeUndefined();
    expect(consolidate(until(0), 1, { ...bucket, cf: 'MAX' })).toBeUndefined();
  });
});
