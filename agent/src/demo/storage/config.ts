import { asSection, textOrEmpty, splitList, text } from '../params.ts';
import { die } from '../refuse.ts';
import { isShared, sortedContent } from '../cluster/rows.ts';
import { assertFileDigest, typed, updateSection } from '../cluster/sections.ts';
import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, Section } from '../state.ts';
import { defaultPath, storagePlugins, type StoragePlugin } from './plugins.ts';

const numeric = [
  'disable',
  'shared',
  'sparse',
  'krbd',
  'mkdir',
  'create-base-path',
  'create-subdirs',
  'nocow',
  'fuse',
  'saferemove',
  'saferemove-stepsize',
  'tagged_only',
  'snapshot-as-volume-chain',
  'port',
  'max-protected-backups',
];

/** The storage of an id, or PVE's refusal. */
export const storageOf = (state: DemoState, id: string): Section =>
  (Object.hasOwn(state.storages, id) ? state.storages[id] : undefined) ??
  die(`storage '${id}' does not exist`);

const answer = (state: DemoState, id: string): Record<string, unknown> => {
  const section = storageOf(state, id);
  return {
    ...typed(section, { numeric }),
    ...(isShared(section) ? { shared: 1 } : {}),
    content: sortedContent(section),
    storage: id,
    digest: digestOf(state.storages),
  };
};

const list = ({ state, caller, params }: DemoContext): unknown => {
  const type = text(params, 'type');
  return Object.keys(state.storages)
    .sort()
    .filter(
      (id) =>
        caller.can(`/storage/${id}`, ['Datastore.Audit', 'Datastore.AllocateSpace'], { any: true }) &&
        (type === undefined || state.storages[id]?.type === type),
    )
    .map((id) => answer(state, id));
};

const pluginOf = (type: string): StoragePlugin =>
  storagePlugins[type] ?? die(`unknown storage type '${type}' - the demo cluster does not have it`);

const checkContent = (plugin: StoragePlugin, type: string, content: string): void => {
  const asked = splitList(content);
  const wrong = asked.find((kind) => !plugin.content.includes(kind));
  if (wrong !== undefined) die(`storage does not support content type '${wrong}'`);
  if (asked.includes('none') && asked.length > 1) {
    die("unable to combine 'none' with other content types");
  }
  if (asked.length === 0) die(`unable to parse content list for storage type '${type}'`);
};

const checkNodes = (state: DemoState, nodes: string | undefined): void => {
  const unknown = splitList(nodes).find((node) => !state.nodes[node]);
  if (unknown !== undefined) die(`no such cluster node '${unknown}'`);
};

/** A key in the clear never stays in the file; an encryption key leaves its fingerprint. */
const takeSensitive = (plugin: StoragePlugin, section: Section): Section => {
  const kept: Section = {};
  for (const key of plugin.sensitive ?? []) {
    const value = section[key];
    if (value === undefined) continue;
    Reflect.deleteProperty(section, key);
    if (key === 'encryption-key') {
      kept[key] = (digestOf(value) + digestOf([value])).slice(0, 64).replaceAll(/(..)(?=.)/g, '$1:');
    } else if (key === 'master-pubkey') kept[key] = '1';
  }
  return kept;
};

const checkOptions = (plugin: StoragePlugin, section: Section): void => {
  const known = [...plugin.fixed, ...(plugin.fixedOptional ?? []), ...plugin.optional];
  const unknown = Object.keys(section).find((key) => !known.includes(key));
  if (unknown !== undefined) die(`unexpected property '${unknown}'`);
};

const keyAnswer = (sent: Section): Record<string, unknown> =>
  sent['encryption-key'] === 'autogen'
    ? { config: { 'encryption-key': JSON.stringify({ kdf: null, data: digestOf(sent) }) } }
    : {};

const create = ({ state, params }: DemoContext): unknown => {
  const id = textOrEmpty(params, 'storage');
  const type = textOrEmpty(params, 'type');
  const plugin = pluginOf(type);
  const section = asSection(params, ['storage', 'type']);
  const sent = { ...section };
  if (!section.nodes) Reflect.deleteProperty(section, 'nodes');
  const path = section.path ?? defaultPath(type, id);
  if (path !== undefined) section.path = path;
  checkOptions(plugin, section);
  const missing = plugin.fixed.find((key) => section[key] === undefined);
  if (missing !== undefined) die(`missing value for required option '${missing}'`);
  const content = text(params, 'content') ?? plugin.defaultContent;
  section.content = content;
  checkContent(plugin, type, content);
  checkNodes(state, section.nodes);
  if (state.storages[id]) die(`create storage failed: storage ID '${id}' already defined`);
  const kept = takeSensitive(plugin, section);
  state.storages[id] = { type, ...section, ...kept };
  return { storage: id, type, ...keyAnswer(sent) };
};

const update = ({ state, params }: DemoContext): unknown => {
  const id = textOrEmpty(params, 'storage');
  assertFileDigest(state.storages, text(params, 'digest'));
  const section = storageOf(state, id);
  const type = section.type ?? '';
  const plugin = pluginOf(type);
  const set = asSection(params, ['storage', 'digest', 'delete']);
  const sent = { ...set };
  checkOptions(plugin, set);
  if (set.content !== undefined) checkContent(plugin, type, set.content);
  checkNodes(state, set.nodes);
  const fixed = [...plugin.fixed, ...(plugin.fixedOptional ?? [])];
  const kept = takeSensitive(plugin, set);
  updateSection(section, { ...set, ...kept }, splitList(text(params, 'delete')), {
    fixed,
    known: [...fixed, ...plugin.optional],
  });
  return { storage: id, type, ...keyAnswer(sent) };
};

const remove = ({ state, params }: DemoContext): null => {
  const id = textOrEmpty(params, 'storage');
  storageOf(state, id);
  const base = Object.values(state.storages).some((section) => section.base?.startsWith(`${id}:`));
  if (base) {
    die("delete storage failed: can't remove storage - storage is used as base of another storage");
  }
  Reflect.deleteProperty(state.storages, id);
  // the volumes stay where they are: PVE only forgets the storage, and every right on it
  state.acl = state.acl.filter((entry) => entry.path !== `/storage/${id}`);
  for (const pool of Object.values(state.pools)) {
    pool.storages = pool.storages.filter((member) => member !== id);
  }
  return null;
};

export const storageConfigEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/storage', handle: list },
  { method: 'POST', path: '/storage', handle: create },
  {
    method: 'GET',
    path: '/storage/{storage}',
    handle: ({ state, params }) => answer(state, textOrEmpty(params, 'storage')),
  },
  { method: 'PUT', path: '/storage/{storage}', handle: update },
  { method: 'DELETE', path: '/storage/{storage}', handle: remove },
];
