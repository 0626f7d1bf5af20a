import type { Finding, Severity, Skill } from '../types.ts';
import type { Score } from '../score.ts';
import { guestMarkdown, plural } from './phrases.ts';
import type { GuestResult } from './plan.ts';
import { scoreOf } from './scores.ts';

const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
const mostGuests = 15;

interface Scored extends Score {
  readonly result: GuestResult;
  readonly bySeverity: Readonly<Record<Severity, number>>;
}

function scored(result: GuestResult): Scored {
  const bySeverity: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { state, severity } of result.assessments) if (state === 'fail') bySeverity[severity] += 1;
  return { ...scoreOf(result), result, bySeverity };
}

/** The guest at the greatest risk first; one of which nothing is known last. */
const byRisk = (a: Scored, b: Scored): number =>
  (a.score ?? Infinity) - (b.score ?? Infinity) ||
  (severities.map((severity) => b.bySeverity[severity] - a.bySeverity[severity]).find((off) => off !== 0) ??
    0) ||
  a.result.guest.vmid - b.result.guest.vmid;

const counted = (open: readonly Finding[]): string =>
  severities
    .map((severity) => [severity, open.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ');

/** What the reader has to know first: how much is open, how bad it is, and how much of it could be looked at. */
export function summary(results: readonly GuestResult[], open: readonly Finding[], skill: Skill): string {
  const scores = results.map(scored);
  const [only] = scores;
  return scores.length === 1 && only ? ofOne(only, open, skill) : ofMany(scores, open);
}

function ofOne({ score, coverage }: Scored, open: readonly Finding[], skill: Skill): string {
  if (score === null) return 'No score, because nothing could be checked.';
  const found =
    open.length > 0
      ? `${plural(open.length, 'open finding')}: ${counted(open)}.`
      : coverage === 100
        ? 'No open finding.'
        : 'No open finding in what could be checked.';
  const checked =
    coverage === 100
      ? 'every check that applies could be carried out'
      : `${coverage} % of the checks that apply could be carried out`;
  // What was not read costs no points, so with gaps the number is only what it could be at best.
  const bound = coverage === 100 ? '' : 'at most ';
  const base = `${found} Score ${bound}**${score}** of 100; ${checked}.`;
  if (skill !== 'beginner') return base;
  const rest =
    coverage === 100 ? '' : ' What could not be checked is no reason to feel safe; it is listed below.';
  return `${base} The score starts at 100 and goes down with each finding, most for the gravest.${rest}`;
}

function ofMany(scores: readonly Scored[], open: readonly Finding[]): string {
  const worst = scores.toSorted(byRisk);
  const unchecked = scores.filter(({ score }) => score === null).length;
  if (unchecked === scores.length) {
    return `No score for any of ${plural(scores.length, 'guest')}, because nothing could be checked.`;
  }
  const shown = worst.slice(0, mostGuests);
  return [
    lead(worst, open, unchecked),
    '',
    '| guest | score | critical | high | other | checked |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...shown.map(({ result, score, coverage, bySeverity: { critical, high, medium, low, info } }) =>
      score === null
        ? `| ${guestMarkdown(result.guest)} | none | | | | 0 % |`
        : `| ${guestMarkdown(result.guest)} | ${coverage === 100 ? '' : '≤ '}${score} | ${critical} | ${high} | ${medium + low + info} | ${coverage} % |`,
    ),
    ...(worst.length > shown.length
      ? [
          '',
          `The ${shown.length} at the greatest risk of ${worst.length} guests; \`--json\` has all of them.`,
        ]
      : []),
  ].join('\n');
}

function lead([worst, ...others]: readonly Scored[], open: readonly Finding[], unchecked: number): string {
  const total = others.length + 1;
  const missing = unchecked === 0 ? [] : [`${plural(unchecked, 'guest')} could not be checked at all.`];
  const partly = [...(worst ? [worst] : []), ...others].some(({ coverage }) => coverage < 100);
  if (open.length === 0 || !worst) {
    const where = partly ? ' in what could be checked' : '';
    return [`No open finding on ${total} guests${where}.`, ...missing].join(' ');
  }
  const concerned = new Set(open.map(({ object }) => object)).size;
  return [
    `**${plural(open.length, 'open finding')} on ${concerned} of ${total} guests**: ${counted(open)}.`,
    `At the greatest risk is ${guestMarkdown(worst.result.guest)} with a score of ${worst.score ?? 0} of 100.`,
    ...missing,
  ].join(' ');
}
