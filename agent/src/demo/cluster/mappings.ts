import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, Section } from '../state.ts';
import { asSection, list as listParam, textOrEmpty, splitList, text } from '../params.ts';
import { localNode } from './node-list.ts';
import { die } from '../refuse.ts';
import { assertFileDigest, typed } from './sections.ts';

type Kind = 'pci' | 'usb' | 'dir';
const kinds: readonly Kind[] = ['pci', 'usb', 'dir'];

const seeing = ['Mapping.Modify', 'Mapping.Use', 'Mapping.Audit'];
const numeric = ['mdev', 'live-migration-capable'];

const printEntry = (entry: Section): string =>
  Object.entries(entry)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

const optionsOf = (state: DemoState, kind: Kind, id: string): Section =>
  state.mappingOptions?.[`${kind}/${id}`] ?? {};

/** The file a digest covers: entries and options of one kind. */
const fileOf = (state: DemoState, kind: Kind): unknown => [
  state.mappings[kind],
  Object.entries(state.mappingOptions ?? {}).filter(([key]) => key.startsWith(`${kind}/`)),
];

const answer = (state: DemoState, kind: Kind, id: string): Record<string, unknown> => ({
  ...typed(optionsOf(state, kind, id), { numeric }),
  map: (state.mappings[kind][id] ?? []).map(printEntry),
  digest: digestOf(fileOf(state, kind)),
});

const checkNode = ({ state, params }: DemoContext, kind: Kind, id: string): object => {
  const asked = text(params, 'check-node');
  if (asked === undefined) return {};
  const local = localNode(state);
  const node = asked === 'localhost' ? local : asked;
  const covered = (state.mappings[kind][id] ?? []).some((entry) => entry.node === node);
  const problems = covered ? [] : [{ severity: 'warning', message: `No mapping for node ${node}.` }];
  return { [kind === 'usb' ? 'errors' : 'checks']: problems };
};

const list =
  (kind: Kind) =>
  (context: DemoContext): unknown =>
    Object.keys(context.state.mappings[kind])
      .filter((id) => context.caller.can(`/mapping/${kind}/${id}`, seeing, { any: true }))
      .map((id) => ({
        ...answer(context.state, kind, id),
        id,
        ...checkNode(context, kind, id),
      }));

const read =
  (kind: Kind) =>
  ({ state, params }: DemoContext): unknown => {
    const id = textOrEmpty(params, 'id');
    if (!state.mappings[kind][id]) die(`mapping '${id}' not found`);
    return answer(state, kind, id);
  };

/** A repeated `map`, or one that a form joined; entries are property strings, so a comma does not part them. */
const mapParam = (params: DemoContext['params']): string[] | undefined => {
  if (Array.isArray(params.map)) return listParam(params, 'map');
  return text(params, 'map')?.split(/\0|;|\n/);
};

const parseMap = (state: DemoState, entries: readonly string[]): Section[] =>
  entries
    .filter((entry) => entry !== '')
    .map((entry) => {
      const section: Section = {};
      for (const part of entry.split(',')) {
        const at = part.indexOf('=');
        if (at > 0) section[part.slice(0, at)] = part.slice(at + 1);
      }
      if (!section.node)
        die('invalid format - format error\nnode: property is missing and it is not optional');
      if (!state.nodes[section.node]) die(`no such cluster node '${section.node}'`);
      return section;
    });

const storeOptions = (state: DemoState, key: string, section: Section): void => {
  state.mappingOptions = { ...state.mappingOptions, [key]: section };
};

const create =
  (kind: Kind) =>
  ({ state, params }: DemoContext): null => {
    const id = textOrEmpty(params, 'id');
    if (state.mappings[kind][id]) {
      die(`create hardware mapping failed: ${kind} ID '${id}' already defined`);
    }
    state.mappings[kind][id] = parseMap(state, mapParam(params) ?? []);
    storeOptions(state, `${kind}/${id}`, asSection(params, ['id', 'map']));
    return null;
  };

const update =
  (kind: Kind) =>
  ({ state, params }: DemoContext): null => {
    const id = textOrEmpty(params, 'id');
    assertFileDigest(fileOf(state, kind), text(params, 'digest'));
    if (!state.mappings[kind][id]) die(`${kind} ID '${id}' does not exist`);
    const entries = mapParam(params);
    if (entries !== undefined) state.mappings[kind][id] = parseMap(state, entries);
    const options = { ...optionsOf(state, kind, id) };
    for (const key of splitList(text(params, 'delete'))) Reflect.deleteProperty(options, key);
    Object.assign(options, asSection(params, ['id', 'map', 'digest', 'delete']));
    storeOptions(state, `${kind}/${id}`, options);
    return null;
  };

const remove =
  (kind: Kind) =>
  ({ state, params }: DemoContext): null => {
    const id = textOrEmpty(params, 'id');
    Reflect.deleteProperty(state.mappings[kind], id);
    if (state.mappingOptions) Reflect.deleteProperty(state.mappingOptions, `${kind}/${id}`);
    return null;
  };

export const mappingEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/cluster/mapping', handle: () => kinds.map((name) => ({ name })) },
  ...kinds.flatMap((kind): DemoEndpoint[] => [
    { method: 'GET', path: `/cluster/mapping/${kind}`, handle: list(kind) },
    { method: 'POST', path: `/cluster/mapping/${kind}`, handle: create(kind) },
    { method: 'GET', path: `/cluster/mapping/${kind}/{id}`, handle: read(kind) },
    { method: 'PUT', path: `/cluster/mapping/${kind}/{id}`, handle: update(kind) },
    { method: 'DELETE', path: `/cluster/mapping/${kind}/{id}`, handle: remove(kind) },
  ]),
];
