import { markdownCode, markdownText } from '../markdown.ts';
import type { Evidence, Finding, Skill } from '../types.ts';
import { listed, plural, prose } from './phrases.ts';

const short = (text: string, most = 100): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

const evidenceText = ({ key, value }: Evidence): string =>
  markdownCode(value === key ? short(key) : `${short(key)}: ${value === null ? '(not set)' : short(value)}`);

const evidenceOf = ({ evidence }: Finding): string =>
  [
    ...evidence.slice(0, 3).map(evidenceText),
    ...(evidence.length > 3 ? [`and ${evidence.length - 3} more`] : []),
  ].join(', ');

const fix = ({ fixable, remedy }: Finding): string =>
  `${fixable ? 'In the plan' : 'By hand'}: ${prose(remedy ?? '')}`;

/** For someone new to it: what was found, why it matters, what to do. */
export const findingsExplained = (findings: readonly Finding[]): string =>
  findings
    .map((finding) =>
      [
        `#### ${finding.title} (${finding.severity})`,
        '',
        prose(finding.explanation),
        '',
        `- Found: ${evidenceOf(finding)}`,
        `- ${fix(finding)}`,
        `- Check ${finding.id}`,
      ].join('\n'),
    )
    .join('\n\n');

/** One entry a finding. */
export const findingsListed = (findings: readonly Finding[]): string =>
  findings
    .map((finding) =>
      [
        `- **${finding.severity}** ${finding.id} ${finding.title}: ${evidenceOf(finding)}`,
        `  - ${fix(finding)}`,
      ].join('\n'),
    )
    .join('\n');

const mostRows = 200;

/** Terse: one row a finding. */
export function findingsTable(findings: readonly Finding[], withObject: boolean): string {
  const cells = (finding: Finding): string =>
    [
      finding.severity,
      finding.id,
      ...(withObject ? [finding.object] : []),
      finding.title,
      evidenceOf(finding),
      finding.fixable ? 'plan' : 'manual',
    ].join(' | ');
  const head = ['severity', 'check', ...(withObject ? ['object'] : []), 'finding', 'evidence', 'fix'];
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...findings.slice(0, mostRows).map((finding) => `| ${cells(finding)} |`),
    ...(findings.length > mostRows
      ? ['', `${findings.length - mostRows} more rows are in the findings.`]
      : []),
  ].join('\n');
}

/** Many guests: one entry a check with the guests that it concerns. */
export function findingsByCheck(findings: readonly Finding[], skill: Skill): string {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.id}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const guests = group.map(
        ({ object, objectName }) => `${object.split('/')[1] ?? object} ${markdownText(objectName)}`,
      );
      const fixable = group.filter((finding) => finding.fixable).length;
      const fixes =
        fixable === 0
          ? 'By hand.'
          : fixable === group.length
            ? 'In the plan.'
            : `In the plan for ${fixable} of them.`;
      return [
        `- **${first.severity}** ${first.id} ${first.title}: ${plural(group.length, 'guest')} (${listed(guests, 8)}). ${fixes}`,
        ...(skill === 'beginner' ? [`  ${prose(first.explanation)}`] : []),
      ];
    })
    .join('\n');
}
