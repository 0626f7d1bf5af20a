import { listText } from './values.ts';
import { readLine } from './conf-line.ts';
import { emptyValues } from './guest-config.ts';
import { decodeText } from './text-encoding.ts';
import type { GuestType } from '../types.ts';
import type { GuestConfig, UnreadLine } from './types.ts';

/** A section of a `.conf` file before it is read. */
export interface RawSection {
  /** As in {@link UnreadLine}. */
  readonly name: string;
  readonly lines: readonly { readonly line: number; readonly text: string }[];
}

export interface ReadSection {
  readonly config: GuestConfig;
  readonly delete: readonly string[];
  readonly unread: readonly UnreadLine[];
}

/** What a section says. Of a repeated key the last line counts, as in PVE; the others are unread. */
export function readSection(type: GuestType, section: RawSection): ReadSection {
  const values = new Map<string, { value: string; line: number; text: string }>();
  const lxcRaw: (readonly [string, string])[] = [];
  const environment: string[] = [];
  const unread: UnreadLine[] = [];
  let description: string | undefined;
  let deleted: readonly string[] = [];
  for (const { line, text } of section.lines) {
    const skip = (reason: string, at = { line, text }) => {
      unread.push({ ...at, section: section.name, reason });
    };
    const parsed = readLine(type, text);
    switch (parsed.kind) {
      case 'comment':
        description = `${description ?? ''}${decodeText(parsed.text)}\n`;
        break;
      case 'description':
        description = `${description ?? ''}${decodeText(parsed.text)}`;
        break;
      case 'delete':
        if (section.name === 'pending') deleted = listText(parsed.text);
        else skip('Deletions are only allowed among the pending changes.');
        break;
      case 'raw':
        if (parsed.key === 'lxc.environment.runtime') environment.push(parsed.value);
        else lxcRaw.push([parsed.key, parsed.value]);
        break;
      case 'value': {
        const earlier = values.get(parsed.key);
        if (earlier)
          skip(`Line ${line} sets ${parsed.key} again.`, { line: earlier.line, text: earlier.text });
        values.delete(parsed.key);
        values.set(parsed.key, { value: parsed.value, line, text });
        break;
      }
      case 'unread':
        skip(parsed.reason);
        break;
    }
  }
  const map = emptyValues();
  for (const [key, { value }] of values) map[key] = value;
  if (environment.length > 0) map.env = environment.join('\0');
  // PVE strips the end of a VM's notes and leaves a container's as they are.
  const notes = type === 'qemu' ? description?.trimEnd() : description;
  if (notes !== undefined) map.description = notes;
  return { config: { type, values: map, lxcRaw }, delete: deleted, unread };
}
