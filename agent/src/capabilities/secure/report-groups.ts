import { markdownText } from '../markdown.ts';
import type { Finding, Skill } from '../types.ts';
import { listed, plural, prose } from './phrases.ts';
import { severityRank } from './severity.ts';

/** The same weakness on several guests. */
interface Group {
  readonly first: Finding;
  readonly findings: readonly Finding[];
}

const mostGroups = 80;

function groupsOf(findings: readonly Finding[]): readonly Group[] {
  const groups = Map.groupBy(findings, ({ severity, id }) => `${severity} ${id}`);
  return [...groups.values()]
    .flatMap((group) => (group[0] ? [{ first: group[0], findings: group }] : []))
    .sort(
      (a, b) =>
        severityRank(b.first.severity) - severityRank(a.first.severity) ||
        b.findings.length - a.findings.length ||
        (a.first.id < b.first.id ? -1 : 1),
    );
}

const vmidOf = ({ object }: Finding): string => object.split('/')[1] ?? object;

/** `105 (db-01)` for one guest, VMIDs alone for several: the names are in the table above them. */
const guestsOf = ({ first, findings }: Group, most: number): string =>
  findings.length === 1
    ? `${vmidOf(first)} (${markdownText(first.objectName)})`
    : listed(
        findings.map(vmidOf).sort((a, b) => Number(a) - Number(b)),
        most,
      );

const firstSentence = (text: string): string => text.split(/(?<=\.)\s+(?=[A-Z])/)[0] ?? text;

function fixOf({ first, findings }: Group): string {
  const inPlan = findings.filter(({ fixable }) => fixable).length;
  if (inPlan === findings.length) return 'In the plan';
  if (inPlan > 0) return `In the plan for ${inPlan} of them, by hand for ${findings.length - inPlan}`;
  const same = findings.every(({ remedy }) => remedy === first.remedy);
  return same && first.remedy !== null ? `By hand: ${prose(firstSentence(first.remedy))}` : 'By hand';
}

const leftOut = (groups: readonly Group[]): readonly string[] =>
  groups.length > mostGroups
    ? [
        '',
        `${plural(groups.length - mostGroups, 'further check')} left out here; \`--json\` has every finding.`,
      ]
    : [];

/** Many guests, to skim: one entry a check with the guests that it concerns. Its length has a bound. */
export function groupsListed(findings: readonly Finding[], skill: Skill): string {
  const groups = groupsOf(findings);
  return [
    ...groups.slice(0, mostGroups).flatMap((group) => {
      const { first } = group;
      const lines = [
        `On ${plural(group.findings.length, 'guest')}: ${guestsOf(group, 12)}`,
        ...(skill === 'beginner' ? [`Why it matters: ${prose(first.explanation)}`] : []),
        fixOf(group),
      ];
      return [`- **${first.severity}** ${first.id} ${first.title}`, ...lines.map((line) => `  - ${line}`)];
    }),
    ...leftOut(groups),
  ].join('\n');
}

/** Many guests, terse: one row a check. */
export function groupsTable(findings: readonly Finding[]): string {
  const groups = groupsOf(findings);
  return [
    '| severity | check | guests | finding | in plan |',
    '| --- | --- | ---: | --- | ---: |',
    ...groups.slice(0, mostGroups).map((group) => {
      const inPlan = group.findings.filter(({ fixable }) => fixable).length;
      const { severity, id, title } = group.first;
      return `| ${severity} | ${id} | ${group.findings.length} | ${title}: ${guestsOf(group, 8)} | ${inPlan} |`;
    }),
    ...leftOut(groups),
  ].join('\n');
}
