import { describe, expect, it } from 'vitest';
import { createRandom, hashSeed, randomUuid } from './random.ts';

describe('createRandom', () => {
  it('repeats the sequence of a seed and differs for another', () => {
    const take = (seed: number): number[] => {
      const random = createRandom(seed);
      return Array.from({ length: 50 }, () => random.next());
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  it('stays within its bounds and reaches both', () => {
    const random = createRandom(3);
    const seen = new Set(Array.from({ length: 400 }, () => random.between(2, 5)));
    expect([...seen].sort()).toEqual([2, 3, 4, 5]);
  });

  it('spreads evenly over [0, 1)', () => {
    const random = createRandom(11);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i += 1) {
      const bin = Math.floor(random.next() * 10);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(250);
  });

  it('refuses to pick from nothing', () => {
    expect(() => createRandom(1).pick([])).toThrow(RangeError);
  });

  it('makes UUIDs of version 4', () => {
    const random = createRandom(5);
    for (let i = 0; i < 50; i += 1) {
      expect(randomUuid(random)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });
});

describe('hashSeed', () => {
  it('gives each name its own seed', () => {
    const seeds = new Set(Array.from({ length: 1000 }, (_, n) => hashSeed(1, `guest-${n}`)));
    expect(seeds.size).toBe(1000);
  });
});
