import type { Plan } from '../../plans/types.ts';
import { markdownCode, markdownText } from '../markdown.ts';
import type { Finding, Skill, WorkContext } from '../types.ts';
import type { GuestResult } from './plan.ts';
import { guestMarkdown, listed, plural, prose } from './phrases.ts';
import { findingsByCheck, findingsExplained, findingsListed, findingsTable } from './report-findings.ts';
import { scoreOf } from './scores.ts';

interface Reported {
  readonly results: readonly GuestResult[];
  readonly findings: readonly Finding[];
  readonly plan: Plan | null;
  readonly context: Pick<WorkContext, 'skill' | 'inventory' | 'userid'>;
}

const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;

/** The answer as Markdown for the person's skill level. Everything from the cluster is shown literally. */
export function report({ results, findings, plan, context }: Reported): string {
  const open = findings.filter(({ state }) => state === 'fail');
  return [
    heading(results),
    summary(results, open, context.skill),
    openSection(results, open, context.skill),
    otherSection('Already changed, waiting for a stop and start', findings, 'fixed-pending-restart'),
    otherSection('Accepted', findings, 'accepted'),
    unknownSection(findings, context),
    planSection(plan, context.skill),
    footer(context),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function heading(results: readonly GuestResult[]): string {
  const [first] = results;
  return results.length === 1 && first
    ? `## Security of ${guestMarkdown(first.guest)}`
    : `## Security of ${results.length} guests`;
}

const counted = (open: readonly Finding[]): string =>
  severities
    .map((severity) => [severity, open.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ');

function summary(results: readonly GuestResult[], open: readonly Finding[], skill: Skill): string {
  const scores = results.map((result) => ({ result, ...scoreOf(result) }));
  const found =
    open.length === 0 ? 'No open finding.' : `${plural(open.length, 'open finding')}: ${counted(open)}.`;
  const [only] = scores;
  if (scores.length === 1 && only) {
    const score = `Score **${only.score}** of 100, ${only.coverage} % of the checks that apply could be carried out.`;
    return skill === 'beginner'
      ? `${found} ${score} The score starts at 100 and goes down with each finding, most for the gravest. What could not be checked is no reason to feel safe; it is listed below.`
      : `${found} ${score}`;
  }
  const worst = scores
    .toSorted((a, b) => a.score - b.score || a.result.guest.vmid - b.result.guest.vmid)
    .slice(0, 15);
  return [
    found,
    '',
    '| guest | score | coverage | open |',
    '| --- | ---: | ---: | ---: |',
    ...worst.map(
      ({ result, score, coverage, counts }) =>
        `| ${guestMarkdown(result.guest)} | ${score} | ${coverage} % | ${counts.fail} |`,
    ),
    ...(scores.length > worst.length
      ? ['', `The ${worst.length} with the lowest score of ${scores.length}.`]
      : []),
  ].join('\n');
}

function openSection(results: readonly GuestResult[], open: readonly Finding[], skill: Skill): string {
  if (open.length === 0) return '';
  const body =
    skill === 'expert'
      ? findingsTable(open, results.length > 1)
      : results.length > 1
        ? findingsByCheck(open, skill)
        : skill === 'beginner'
          ? findingsExplained(open)
          : findingsListed(open);
  return `### Findings\n\n${body}`;
}

function otherSection(title: string, findings: readonly Finding[], state: Finding['state']): string {
  const some = findings.filter((finding) => finding.state === state);
  if (some.length === 0) return '';
  const lines = some
    .slice(0, 30)
    .map(
      ({ id, title: name, object, explanation }) =>
        `- ${id} ${name} (${object}): ${prose(lastSentence(explanation))}`,
    );
  return [`### ${title}`, '', ...lines, ...(some.length > 30 ? [`- and ${some.length - 30} more`] : [])].join(
    '\n',
  );
}

const lastSentence = (text: string): string => text.split(/(?<=\.)\s+(?=[A-Z])/).at(-1) ?? text;

/** What could not be checked, by reason: the reader sees at once which privilege or tool would tell. */
function unknownSection(findings: readonly Finding[], { inventory }: Reported['context']): string {
  const byReason = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.state !== 'unknown') continue;
    const same = byReason.get(finding.explanation);
    if (same) same.push(finding);
    else byReason.set(finding.explanation, [finding]);
  }
  const lines = [...byReason]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, 40)
    .map(([reason, same]) => {
      const ids = [...new Set(same.map(({ id }) => id))];
      const objects = [...new Set(same.map(({ object }) => object))];
      const where = objects.length > 1 ? ` (${plural(objects.length, 'guest')})` : '';
      return `- ${listed(ids, 12)}${where}: ${prose(reason)}`;
    });
  const gaps = inventory.gaps.map(
    ({ what, reason, privilege }) =>
      `- ${prose(what)}: ${prose(reason)}${privilege === undefined ? '' : ` (needs ${privilege})`}`,
  );
  if (lines.length + gaps.length === 0) return '';
  const more = byReason.size > 40 ? [`- and ${byReason.size - 40} more reasons`] : [];
  return ['### Could not be checked', '', ...lines, ...more, ...gaps].join('\n');
}

function planSection(plan: Plan | null, skill: Skill): string {
  if (!plan) return skill === 'expert' ? '' : 'There is nothing that can be mended automatically.';
  const restart = plan.steps.filter(({ effect }) => effect === 'restart').length;
  const disruptive = plan.steps.filter(({ risk }) => risk === 'disruptive').length;
  const details = [
    ...(disruptive > 0 ? [`${disruptive} of them disruptive`] : []),
    ...(restart > 0 ? [`${restart} taking hold only at the next stop and start`] : []),
  ].join(', ');
  const base = `Plan \`${plan.id}\`: ${plural(plan.steps.length, 'step')}${details === '' ? '' : ` (${details})`}.`;
  return skill === 'expert'
    ? base
    : `${base} Nothing has been changed: look at the steps, then approve the plan. Every step says what it changes and how it is undone.`;
}

const footer = ({ inventory, userid }: Reported['context']): string =>
  `As of ${inventory.collectedAt}, read as ${markdownText(userid)} from ${markdownCode(inventory.target)}${inventory.demo ? ' (demo cluster)' : ''}.`;
