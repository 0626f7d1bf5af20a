import { ProxmoxAiError } from '../../errors.ts';
import { readHeader, readLine, type ConfLine } from './conf-line.ts';
import { encodeText } from './text-encoding.ts';
import type { GuestConfFile, GuestConfig } from './types.ts';

function unwritable(key: string): ProxmoxAiError {
  return new ProxmoxAiError('usage', `${JSON.stringify(key)} cannot stand in a configuration file.`, {
    hint: 'A key must be one word and a value one line; only notes may have several lines.',
    fields: { key },
  });
}

/** A line, if reading it gives back what it was made from. */
function checked(config: GuestConfig, key: string, value: string, kind: ConfLine['kind']): string {
  const line = `${key}: ${value.trim()}`;
  const read = line.includes('\n') ? undefined : readLine(config.type, line);
  if (read?.kind !== kind) throw unwritable(key);
  if ('key' in read && (read.key !== key || read.value !== value.trim())) throw unwritable(key);
  return line;
}

function noteLines({ type, values }: GuestConfig, keepEmpty: boolean): string[] {
  const text = type === 'qemu' ? values.description?.trimEnd() : values.description?.replace(/\n+$/, '');
  if (text === undefined || (text === '' && !keepEmpty)) return [];
  return text.split('\n').map((line) => `#${encodeText(line)}`);
}

interface SectionParts {
  readonly config: GuestConfig;
  readonly deleted?: readonly string[];
  readonly unread: readonly string[];
  readonly isPending: boolean;
}

/** A section as PVE writes it: notes, then keys by code unit, then raw lxc lines. */
function sectionLines({ config, deleted = [], unread, isPending }: SectionParts): string[] {
  const isLxc = config.type === 'lxc';
  const { values } = config;
  const apart = (key: string) => key === 'description' || (isLxc && key === 'env');
  const pairs = Object.entries(values).filter(([key]) => !apart(key));
  const lines = pairs.map(([key, value]) => ({ key, line: checked(config, key, value, 'value') }));
  if (deleted.length > 0) {
    lines.push({ key: 'delete', line: checked(config, 'delete', deleted.join(','), 'delete') });
  }
  const environment = isLxc && Object.hasOwn(values, 'env') ? (values.env ?? '').split('\0') : [];
  return [
    ...noteLines(config, isPending && !isLxc),
    ...unread,
    ...lines.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ line }) => line),
    ...environment.map((variable) => checked(config, 'lxc.environment.runtime', variable, 'raw')),
    ...config.lxcRaw.map(([key, value]) => checked(config, key, value, 'raw')),
  ];
}

const byName = <T extends { readonly name: string }>(items: readonly T[]): readonly T[] =>
  items.toSorted((a, b) => (a.name < b.name ? -1 : 1));

/**
 * The `.conf` file as PVE writes it; lines that it would skip stay in their section. `usage` for a key, value or
 * snapshot name that the format cannot hold.
 */
export function printConfFile(file: GuestConfFile): string {
  const { type } = file.current;
  const unreadOf = (section: string) =>
    (file.unread ?? []).filter((line) => line.section === section).map(({ text }) => text);
  const parts = [sectionLines({ config: file.current, unread: unreadOf(''), isPending: false })];
  const add = (header: string, section: string, config: GuestConfig) => {
    if (readHeader(type, header) !== section) throw unwritable(header);
    parts.push(['', header, ...sectionLines({ config, unread: unreadOf(section), isPending: false })]);
  };
  if (file.pending) {
    const { set, delete: deleted } = file.pending;
    const lines = sectionLines({ config: set, deleted, unread: unreadOf('pending'), isPending: true });
    if (lines.length > 0) parts.push(['', type === 'qemu' ? '[PENDING]' : '[pve:pending]', ...lines]);
  }
  for (const { name, config } of byName(file.special ?? []))
    add(`[special:${name}]`, `special:${name}`, config);
  for (const { name, config } of byName(file.snapshots)) add(`[${name}]`, `snapshot:${name}`, config);
  const unknown = (file.unread ?? []).filter(({ section }) => section.startsWith('unknown:'));
  if (unknown.length > 0) parts.push(['', ...unknown.map(({ text }) => text)]);
  return parts
    .flat()
    .map((line) => `${line}\n`)
    .join('');
}
