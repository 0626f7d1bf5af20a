import type { Finding, FindingState, Severity } from './types.ts';

const weights: Readonly<Record<Severity, number>> = { critical: 25, high: 12, medium: 5, low: 2, info: 0 };
const categoryCap = 60;

export interface Score {
  /** 0–100; null when nothing could be checked, of which no score can speak. */
  readonly score: number | null;
  /** Share of the applicable checks that could be carried out, 0–100: 0 only for none and 100 only for all of them. */
  readonly coverage: number;
  readonly counts: Readonly<Record<FindingState, number>>;
}

type Judged = Pick<Finding, 'id' | 'state' | 'severity'>;

/** `VM-SEC` of `VM-SEC-001`. */
const category = (id: string): string => id.replace(/-\d+$/, '');

/**
 * The score of one object (catalogue 7.2): 100 less 25, 12, 5, 2 or 0 per open finding by severity, at most 60 per
 * category; an unknown is no deduction but lowers the coverage that must stand next to the score.
 */
export function score(judged: readonly Judged[]): Score {
  const counts: Record<FindingState, number> = {
    pass: 0,
    fail: 0,
    na: 0,
    unknown: 0,
    accepted: 0,
    'fixed-pending-restart': 0,
  };
  const lost = new Map<string, number>();
  for (const { id, state, severity } of judged) {
    counts[state] += 1;
    if (state !== 'fail') continue;
    lost.set(category(id), Math.min(categoryCap, (lost.get(category(id)) ?? 0) + weights[severity]));
  }
  const applicable = judged.length - counts.na;
  const checked = applicable - counts.unknown;
  return {
    score:
      checked === 0 ? null : Math.max(0, 100 - [...lost.values()].reduce((sum, value) => sum + value, 0)),
    coverage: percent(checked, applicable),
    counts,
  };
}

function percent(part: number, whole: number): number {
  if (part === 0) return 0;
  return part === whole ? 100 : Math.min(99, Math.max(1, Math.round((100 * part) / whole)));
}
