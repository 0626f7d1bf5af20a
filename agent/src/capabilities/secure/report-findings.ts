import type { Finding } from '../types.ts';
import { evidenceOf } from './evidence-text.ts';
import { prose } from './phrases.ts';

const fix = ({ fixable, remedy }: Finding): string =>
  `${fixable ? 'In the plan' : 'By hand'}: ${prose(remedy ?? '')}`;

const found = (finding: Finding): readonly string[] => {
  const evidence = evidenceOf(finding, { count: 3, most: 72 });
  return evidence === '' ? [] : [`Found: ${evidence}`];
};

/** For someone new to it: what was found, why it matters, what to do. */
export const findingsExplained = (findings: readonly Finding[]): string =>
  findings
    .map((finding) =>
      [
        `#### ${finding.title} (${finding.severity}, ${finding.id})`,
        '',
        `Why it matters: ${prose(finding.explanation)}`,
        '',
        ...[...found(finding), fix(finding)].map((line) => `- ${line}`),
      ].join('\n'),
    )
    .join('\n\n');

/** To skim: one line that names a finding, under it what was found and what to do. */
export const findingsListed = (findings: readonly Finding[]): string =>
  findings
    .map((finding) =>
      [
        `- **${finding.severity}** ${finding.id} ${finding.title}`,
        ...[...found(finding), fix(finding)].map((line) => `  - ${line}`),
      ].join('\n'),
    )
    .join('\n');

/** Terse: one row a finding, with a single column that is long, so that it fits a terminal. */
export const findingsTable = (findings: readonly Finding[]): string =>
  [
    '| severity | check | finding | fix |',
    '| --- | --- | --- | --- |',
    ...findings.map((finding) => {
      const evidence = evidenceOf(finding, { count: 1, most: 44 });
      const what = evidence === '' ? finding.title : `${finding.title}: ${evidence}`;
      return `| ${finding.severity} | ${finding.id} | ${what} | ${finding.fixable ? 'plan' : 'manual'} |`;
    }),
  ].join('\n');
