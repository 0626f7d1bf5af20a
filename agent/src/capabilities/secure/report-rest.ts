import { markdownCode } from '../markdown.ts';
import type { Finding, WorkContext } from '../types.ts';
import { guestMarkdown, listed, plural, prose } from './phrases.ts';
import type { GuestResult } from './plan.ts';

const mostLines = 15;
const more = (count: number, noun: string): readonly string[] =>
  count > 0 ? [`- and ${plural(count, noun)} more, in \`--json\``] : [];

const lastSentence = (text: string): string => text.split(/(?<=\.)\s+(?=[A-Z])/).at(-1) ?? text;

/** What is neither open nor unknown (accepted, waiting for a restart): one line a check and reason. */
export function restSection(title: string, findings: readonly Finding[], state: Finding['state']): string {
  const groups = Map.groupBy(
    findings.filter((finding) => finding.state === state),
    ({ id, explanation }) => `${id} ${lastSentence(explanation)}`,
  );
  if (groups.size === 0) return '';
  const lines = [...groups.values()].slice(0, mostLines).flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const where = listed(
      group.map(({ object }) => object),
      8,
    );
    return [`- ${first.id} ${first.title} (${where}): ${prose(lastSentence(first.explanation))}`];
  });
  return [`### ${title}`, '', ...lines, ...more(groups.size - lines.length, 'line')].join('\n');
}

/** Guests of which nothing is known: one line each, and beyond a handful their number by reason. */
export function unreadableSection(results: readonly GuestResult[]): string {
  const unread = results.flatMap(({ guest, unreadable }) =>
    unreadable === undefined ? [] : [{ guest, reason: unreadable }],
  );
  if (unread.length === 0) return '';
  const lines =
    unread.length <= mostLines
      ? unread.map(({ guest, reason }) => `- ${guestMarkdown(guest)}: ${prose(reason)}`)
      : [...Map.groupBy(unread, ({ reason }) => reason)].map(
          ([reason, same]) =>
            `- ${plural(same.length, 'guest')} (${listed(
              same.map(({ guest }) => String(guest.vmid)),
              12,
            )}): ${prose(reason)}`,
        );
  const left = lines.length - mostLines;
  return ['### Not checked at all', '', ...lines.slice(0, mostLines), ...more(left, 'reason')].join('\n');
}

/** What could not be checked, by reason: the reader sees at once which privilege or tool would tell. */
export function unknownSection(
  findings: readonly Finding[],
  { inventory }: Pick<WorkContext, 'inventory'>,
): string {
  const byReason = Map.groupBy(
    findings.filter(({ state, id }) => state === 'unknown' && !isWholeGuest(id)),
    ({ explanation }) => explanation,
  );
  const lines = [...byReason]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, mostLines)
    .map(([reason, same]) => {
      const ids = [...new Set(same.map(({ id }) => id))];
      const objects = [...new Set(same.map(({ object }) => object))];
      const where = objects.length > 1 ? ` (${plural(objects.length, 'guest')})` : '';
      return `- ${listed(ids, 8)}${where}: ${prose(reason.replace(/^Not checked, because /, ''))}`;
    });
  const gaps = inventory.gaps
    .slice(0, mostLines)
    .map(
      ({ what, reason, privilege }) =>
        `- ${prose(what)}: ${prose(reason)}${privilege === undefined ? '' : ` (needs ${markdownCode(privilege)})`}`,
    );
  if (lines.length + gaps.length === 0) return '';
  return [
    '### Could not be checked',
    '',
    ...lines,
    ...more(byReason.size - lines.length, 'reason'),
    ...gaps,
    ...more(inventory.gaps.length - gaps.length, 'part'),
  ].join('\n');
}

const isWholeGuest = (id: string): boolean => id.endsWith('-000');
