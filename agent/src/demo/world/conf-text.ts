import type { GuestType } from '../../pve/types.ts';
import type { Section } from '../state.ts';

/**
 * Reads `key: value` lines as in a guest's `.conf` file; leading `#` lines become
 * `description`, which for a container keeps its final line feed, as in PVE's two parsers.
 * The text is our own table, so a line of another form is a defect and throws.
 */
export const parseConfText = (type: GuestType, text: string): Section => {
  const section: Section = {};
  const notes: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '') continue;
    if (line.startsWith('#')) {
      notes.push(line.slice(1));
      continue;
    }
    const match = /^([a-z][a-z0-9_-]*): ?(.*)$/.exec(line);
    const [, key, value] = match ?? [];
    if (key === undefined || value === undefined) throw new SyntaxError(`not a configuration line: ${line}`);
    if (key in section) throw new SyntaxError(`key given twice: ${key}`);
    section[key] = value;
  }
  if (notes.length === 0) return section;
  const description = notes.join('\n');
  return { description: type === 'lxc' ? `${description}\n` : description, ...section };
};

/** Reads raw `lxc.*` lines (`lxc.cap.drop = mac_admin` or with a colon) in order. */
export const parseLxcRaw = (text: string): [string, string][] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^(lxc\.[a-z0-9_.-]+)\s*[:=]\s*(.*)$/.exec(line);
      const [, key, value] = match ?? [];
      if (key === undefined || value === undefined) throw new SyntaxError(`not a raw LXC line: ${line}`);
      return [key, value];
    });
