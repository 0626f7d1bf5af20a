import type { Plan } from '../../plans/types.ts';
import { humanTime } from '../human-time.ts';
import { markdownCode, markdownText } from '../markdown.ts';
import type { Finding, Skill, WorkContext } from '../types.ts';
import { guestMarkdown, plural } from './phrases.ts';
import type { GuestResult } from './plan.ts';
import { findingsExplained, findingsListed, findingsTable } from './report-findings.ts';
import { groupsListed, groupsTable } from './report-groups.ts';
import { restSection, unknownSection, unreadableSection } from './report-rest.ts';
import { summary } from './report-summary.ts';

interface Reported {
  readonly results: readonly GuestResult[];
  readonly findings: readonly Finding[];
  readonly plan: Plan | null;
  readonly context: Pick<WorkContext, 'skill' | 'inventory' | 'userid'>;
}

/**
 * The answer as Markdown for the person's skill level, of a length that has a bound however many guests there are.
 * Everything from the cluster is shown literally.
 */
export function report({ results, findings, plan, context }: Reported): string {
  const open = findings.filter(({ state }) => state === 'fail');
  return [
    heading(results),
    summary(results, open, context.skill),
    openSection(results, open, context.skill),
    restSection('Already changed, waiting for a stop and start', findings, 'fixed-pending-restart'),
    restSection('Accepted', findings, 'accepted'),
    unreadableSection(results),
    unknownSection(findings, context),
    planSection(plan, open, context.skill),
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

function openSection(results: readonly GuestResult[], open: readonly Finding[], skill: Skill): string {
  if (open.length === 0) return '';
  const many = results.length > 1;
  const body = {
    beginner: () => (many ? groupsListed(open, skill) : findingsExplained(open)),
    intermediate: () => (many ? groupsListed(open, skill) : findingsListed(open)),
    expert: () => (many ? groupsTable(open) : findingsTable(open)),
  }[skill]();
  return `### Findings\n\n${body}`;
}

function planSection(plan: Plan | null, open: readonly Finding[], skill: Skill): string {
  if (!plan) {
    return open.length === 0 || skill === 'expert'
      ? ''
      : 'There is nothing that can be mended automatically.';
  }
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
  `As of ${humanTime(new Date(inventory.collectedAt))}, read as ${markdownText(userid)} from ${markdownCode(inventory.target)}${inventory.demo ? ' (demo cluster)' : ''}.`;
