import type { Section } from '../state.ts';
import { oneLine, sectionId } from './text.ts';

/** Options that PVE writes before the others because a section of the type must have them. */
const required: Readonly<Record<string, readonly string[]>> = {
  dir: ['path'],
  lvmthin: ['thinpool', 'vgname'],
  zfspool: ['pool'],
  nfs: ['export', 'path', 'server'],
  pbs: ['datastore', 'server'],
  local: ['target'],
  vzdump: ['schedule'],
  'node-affinity': ['nodes', 'resources'],
  'resource-affinity': ['affinity', 'resources'],
};

/** Keys of our state that are not options of the file: the type and the id stand in the header. */
const headerKeys: ReadonlySet<string> = new Set(['type', 'id', 'name', 'sid', 'rule', 'guest', 'origin']);

const optionLines = (type: string, section: Section, omit: ReadonlySet<string>): string => {
  let text = '';
  const put = (key: string): void => {
    const value = section[key];
    if (value !== undefined && value !== '') text += `\t${sectionId(key)} ${oneLine(value)}\n`;
  };
  put('comment');
  if (section.disable === '1') text += '\tdisable\n';
  const first = required[type] ?? [];
  for (const key of first) put(key);
  const done = new Set(['comment', 'disable', ...first]);
  for (const key of Object.keys(section).sort()) {
    if (!done.has(key) && !headerKeys.has(key) && !omit.has(key)) put(key);
  }
  return text;
};

/** A file of sections `type: id` as PVE::SectionConfig writes them, in the order of the state. */
export const printSections = (
  sections: readonly { readonly type: string; readonly id: string; readonly section: Section }[],
  omit: (type: string) => readonly string[] = () => [],
): string =>
  sections
    .map(
      ({ type, id, section }) =>
        `${sectionId(type)}: ${sectionId(id)}\n${optionLines(type, section, new Set(omit(type)))}\n`,
    )
    .join('');

/** A mapping file: a section is its bare id, with one `map` line a node. */
export const printMappings = (
  mappings: Readonly<Record<string, readonly Section[]>>,
  options: (id: string) => Section | undefined,
): string =>
  Object.entries(mappings)
    .map(([id, entries]) => {
      const maps = entries.map((entry) => {
        const pairs = Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1));
        return `\tmap ${oneLine(pairs.map(([key, value]) => `${key}=${value}`).join(','))}\n`;
      });
      return `${sectionId(id)}\n${optionLines('map', options(id) ?? {}, new Set())}${maps.join('')}\n`;
    })
    .join('');
