import { createHash } from 'node:crypto';
import { ProxmoxAiError } from '../../errors.ts';
import type { GuestType } from '../types.ts';
import { readHeader } from './conf-line.ts';
import { readSection, type RawSection, type ReadSection } from './conf-section.ts';
import type { GuestConfFile, UnreadLine } from './types.ts';

export { printConfFile } from './conf-print.ts';

interface OpenSection extends RawSection {
  readonly lines: { line: number; text: string }[];
}

function splitSections(type: GuestType, text: string): readonly OpenSection[] {
  let current: OpenSection = { name: '', lines: [] };
  const sections = new Map<string, OpenSection>([['', current]]);
  for (const [index, ended] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = ended.replace(/\r+$/, '');
    if (line.trim() === '') continue;
    const name = readHeader(type, line);
    if (name === undefined) {
      current.lines.push({ line: index + 1, text: line });
      continue;
    }
    const known = sections.get(name);
    if (known && !name.startsWith('unknown:')) throw repeated(line, index + 1);
    current = known ?? { name, lines: [] };
    sections.set(name, current);
    if (name.startsWith('unknown:')) current.lines.push({ line: index + 1, text: line });
  }
  return [...sections.values()];
}

const repeated = (header: string, line: number): ProxmoxAiError =>
  new ProxmoxAiError('pve-protocol', `Line ${line}: the section ${header.trim()} stands twice in the file.`, {
    hint: 'PVE calls that an error, too. Remove one of the two sections from the file.',
    fields: { line },
  });

/**
 * A guest's `.conf` file. Lines that PVE would skip are in `unread` with their numbers and reasons; a section that
 * stands twice is `pve-protocol` with `fields.line`. `current.digest` is the SHA-1 that PVE gives for the file.
 */
export function parseConfFile(type: GuestType, text: string): GuestConfFile {
  const read = new Map<string, ReadSection>();
  const unread: UnreadLine[] = [];
  for (const section of splitSections(type, text)) {
    if (section.name.startsWith('unknown:')) {
      const reason = 'PVE does not know the section and skips it.';
      unread.push(...section.lines.map((line) => ({ ...line, section: section.name, reason })));
      continue;
    }
    const result = readSection(type, section);
    read.set(section.name, result);
    unread.push(...result.unread);
  }
  const named = (prefix: string) =>
    [...read]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { config }]) => ({ name: name.slice(prefix.length), config }));
  const pending = read.get('pending');
  const special = named('special:');
  return {
    current: {
      ...(read.get('')?.config ?? { type, values: {}, lxcRaw: [] }),
      digest: createHash('sha1').update(text, 'utf8').digest('hex'),
    },
    ...(pending && { pending: { set: pending.config, delete: pending.delete } }),
    snapshots: named('snapshot:'),
    ...(special.length > 0 && { special }),
    ...(unread.length > 0 && { unread: unread.toSorted((a, b) => a.line - b.line) }),
  };
}
