import { markdownCode } from '../markdown.ts';
import type { Evidence, Finding } from '../types.ts';

const separators = [', ', '; ', ',', ';'] as const;

/**
 * A value for people, about `most` characters long: complete items of a list and how many more there are, or whole
 * words and how long it really is. Nothing is cut within a word, unless one word alone is too long.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const separator = separators.find((one) => text.includes(one));
  const items = separator === undefined ? text.split(' ') : text.split(separator);
  const kept: string[] = [];
  for (const item of items) {
    if ([...kept, item].join(separator ?? ' ').length > most) break;
    kept.push(item);
  }
  if (separator !== undefined && kept.length > 0) {
    return `${kept.join(separator)} and ${items.length - kept.length} more`;
  }
  const start = kept.length > 0 ? kept.join(' ') : Array.from(text).slice(0, most).join('');
  return `${start}… (${text.length} characters)`;
}

function evidenceText({ key, value }: Evidence, most: number): string {
  if (value === key) return markdownCode(shortened(key, most));
  return markdownCode(`${shortened(key, most)}: ${value === null ? '(not set)' : shortened(value, most)}`);
}

/** What a finding rests on: at most `count` values of about `most` characters. Empty without evidence. */
export const evidenceOf = (
  { evidence }: Pick<Finding, 'evidence'>,
  { count, most }: { readonly count: number; readonly most: number },
): string =>
  [
    ...evidence.slice(0, count).map((one) => evidenceText(one, most)),
    ...(evidence.length > count ? [`and ${evidence.length - count} more`] : []),
  ].join(', ');
