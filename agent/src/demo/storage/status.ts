import { storageNumbers } from '../cluster/live.ts';
import { storageRrd } from '../rrd/storage-rrd.ts';
import type { RrdFunction, RrdTimeframe } from '../rrd/frames.ts';
import type { StorageUsage } from '../rrd/storage-usage.ts';
import { nodeOf } from '../cluster/node-list.ts';
import { flag, textOrEmpty, splitList, text } from '../params.ts';
import { refuseParams } from '../refuse.ts';
import { isShared, sortedContent, storageEnabledOn, storageOnNode } from '../cluster/rows.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { Section } from '../state.ts';
import { holds } from './access.ts';
import { storagePlugins } from './plugins.ts';

type Row = Record<string, unknown>;

/** What `PVE::Storage::storage_info` tells of a storage on a node. */
const infoRow = (
  section: Section,
  node: string,
  usage: StorageUsage | undefined,
  withFormats: boolean,
): Row => {
  const enabled = storageEnabledOn(section, node);
  const formats = storagePlugins[section.type ?? '']?.formats ?? [];
  const active = enabled && usage !== undefined;
  return {
    type: section.type,
    content: sortedContent(section),
    shared: isShared(section) ? 1 : 0,
    enabled: enabled ? 1 : 0,
    active: active ? 1 : 0,
    total: active ? usage.total : 0,
    used: active ? usage.used : 0,
    avail: active ? usage.avail : 0,
    ...(withFormats && enabled
      ? {
          formats: { supported: [...formats].sort(), default: formats[0] },
          format: [Object.fromEntries(formats.map((format) => [format, 1])), formats[0]],
        }
      : {}),
  };
};

/** `GET /nodes/{node}/storage`, with its filters. */
const list = (context: DemoContext): Row[] => {
  const { state, caller, params } = context;
  const node = nodeOf(context).name;
  const only = text(params, 'storage');
  const content = text(params, 'content');
  const asked = text(params, 'target');
  const target = asked === node || asked === 'localhost' ? undefined : asked;
  const usages = storageNumbers(state);
  const wanted = splitList(content);
  if (only !== undefined && !state.storages[only]) refuseParams({ storage: 'No such storage.' });
  return Object.keys(state.storages)
    .sort()
    .flatMap((id) => {
      const section = state.storages[id];
      if (!section || (only !== undefined && only !== id)) return [];
      if (content !== undefined) {
        const fits = wanted.some((kind) => holds(section, kind));
        if (!fits || !storageEnabledOn(section, node)) return [];
      }
      const privileges = ['Datastore.Audit', 'Datastore.AllocateSpace'];
      if (!caller.can(`/storage/${id}`, privileges, { any: true })) return [];
      if (flag(params, 'enabled') && section.disable === '1') return [];
      if (target !== undefined) {
        const both = storageOnNode(section, node) && storageOnNode(section, target);
        if (!isShared(section) || !both) return [];
      }
      const usage = usages.get(`${id} ${node}`);
      const row = infoRow(section, node, usage, flag(params, 'format'));
      const total = Number(row.total);
      return [{ storage: id, ...row, ...(total ? { used_fraction: Number(row.used) / total } : {}) }];
    });
};

const status = (context: DemoContext): unknown => {
  const { state, params } = context;
  const id = textOrEmpty(params, 'storage');
  const node = nodeOf(context).name;
  const section = state.storages[id] ?? refuseParams({ storage: 'No such storage.' });
  return infoRow(section, node, storageNumbers(state).get(`${id} ${node}`), false);
};

const rrd = (context: DemoContext): unknown => {
  const { state, params, now } = context;
  const place = { storage: textOrEmpty(params, 'storage'), node: nodeOf(context).name };
  // both are enums of PVE's schema, which was checked before
  const timeframe = textOrEmpty(params, 'timeframe') as RrdTimeframe;
  return storageRrd(state, place, timeframe, (text(params, 'cf') ?? 'AVERAGE') as RrdFunction, now);
};

const parts = [
  'content',
  'download-url',
  'file-restore',
  'import-metadata',
  'identity',
  'oci-registry-pull',
  'prunebackups',
  'rrd',
  'rrddata',
  'status',
  'upload',
];

export const storageStatusEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/storage', handle: list },
  {
    method: 'GET',
    path: '/nodes/{node}/storage/{storage}',
    handle: () => parts.map((subdir) => ({ subdir })),
  },
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/status', handle: status },
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/rrddata', handle: rrd },
];
