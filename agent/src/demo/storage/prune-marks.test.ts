import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markBackupGroup, type PruneEntry } from './prune-marks.ts';

const at = (iso: string): number => Date.parse(`${iso}Z`) / 1000;

const marks = (times: readonly string[], keep: Record<string, number>): Record<string, unknown> => {
  const group: PruneEntry[] = times.map((time) => ({ ctime: at(time) }));
  markBackupGroup(group, keep);
  return Object.fromEntries(times.map((time, index) => [time, group[index]?.mark]));
};

describe('markBackupGroup', () => {
  it('keeps the newest of each day, and older periods beyond those', () => {
    const times = [
      '2026-05-31T22:00',
      '2026-05-31T02:00',
      '2026-05-30T02:00',
      '2026-05-29T02:00',
      '2026-04-30T02:00',
      '2026-04-29T02:00',
    ];
    expect(marks(times, { 'keep-daily': 2, 'keep-monthly': 1 })).toEqual({
      '2026-05-31T22:00': 'keep',
      '2026-05-31T02:00': 'remove',
      '2026-05-30T02:00': 'keep',
      '2026-05-29T02:00': 'remove',
      '2026-04-30T02:00': 'keep',
      '2026-04-29T02:00': 'remove',
    });
  });

  it('counts ISO weeks, so that the last days of December may belong to week 1', () => {
    const times = ['2027-01-03T00:00', '2026-12-28T00:00', '2026-12-27T00:00', '2026-12-20T00:00'];
    expect(marks(times, { 'keep-weekly': 2 })).toEqual({
      '2027-01-03T00:00': 'keep',
      '2026-12-28T00:00': 'remove',
      '2026-12-27T00:00': 'keep',
      '2026-12-20T00:00': 'remove',
    });
  });

  it('keeps all without a positive count, and leaves protected ones out of the count', () => {
    expect(marks(['2026-01-01T00:00'], { 'keep-last': 0 })).toEqual({ '2026-01-01T00:00': 'keep' });
    const group: PruneEntry[] = [{ ctime: 3, mark: 'protected' }, { ctime: 2 }, { ctime: 1 }];
    markBackupGroup(group, { 'keep-last': 1 });
    expect(group.map((entry) => entry.mark)).toEqual(['protected', 'keep', 'remove']);
  });

  it('marks every backup, and keep-last keeps exactly that many', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 2_000_000_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 20 }), (ctimes, last) => {
        const group: PruneEntry[] = ctimes.map((ctime) => ({ ctime }));
        markBackupGroup(group, { 'keep-last': last });
        const kept = group.filter((entry) => entry.mark === 'keep');
        expect(kept).toHaveLength(Math.min(last, group.length));
        const removed = group.filter((entry) => entry.mark === 'remove');
        expect(kept.length + removed.length).toBe(group.length);
        for (const entry of removed) expect(entry.ctime).toBeLessThan(Math.min(...kept.map((k) => k.ctime)));
      }),
    );
  });
});
