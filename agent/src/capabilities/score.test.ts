import { describe, expect, it } from 'vitest';
import { score } from './score.ts';
import type { FindingState, Severity } from './types.ts';

const one = (id: string, state: FindingState, severity: Severity = 'high') => ({ id, state, severity });

describe('the score of an object', () => {
  it('loses 25, 12, 5, 2 and 0 by severity', () => {
    const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
    const lost = severities.map(
      (severity) => 100 - (score([one('VM-SEC-001', 'fail', severity)]).score ?? 0),
    );
    expect(lost).toEqual([25, 12, 5, 2, 0]);
  });

  it('loses at most 60 per category', () => {
    const many = Array.from({ length: 9 }, () => one('VM-SEC-001', 'fail', 'critical'));
    expect(score(many).score).toBe(40);
    expect(score([...many, one('VM-OPT-001', 'fail', 'critical')]).score).toBe(15);
  });

  it('loses nothing by what is accepted, pending or not known, and shows the latter as coverage', () => {
    const found = score([
      one('A-1', 'accepted'),
      one('A-2', 'fixed-pending-restart'),
      one('A-3', 'unknown'),
      one('A-4', 'pass'),
      one('A-5', 'na'),
    ]);
    expect(found).toMatchObject({ score: 100, coverage: 75 });
  });

  it.each([
    ['nothing applies', [one('A-1', 'na')]],
    ['nothing could be read', [one('A-1', 'unknown'), one('A-2', 'na')]],
    ['there is no check', []],
  ])('is none where %s', (_, judged) => {
    expect(score(judged)).toMatchObject({ score: null, coverage: 0 });
  });

  it('is called complete only when it is', () => {
    const passed = Array.from({ length: 999 }, () => one('A-1', 'pass'));
    expect(score([...passed, one('A-2', 'unknown')]).coverage).toBe(99);
    expect(score(passed).coverage).toBe(100);
    const unread = Array.from({ length: 999 }, () => one('A-1', 'unknown'));
    expect(score([...unread, one('A-2', 'pass')])).toMatchObject({ score: 100, coverage: 1 });
  });
});
