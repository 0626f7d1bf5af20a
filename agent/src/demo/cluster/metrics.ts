import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, Section } from '../state.ts';
import { guestNumbers, nodeNumbers, storageNumbers } from './live.ts';
import { asSection, flag, integer, textOrEmpty, splitList, text } from '../params.ts';
import { localNode, nodeNames } from './node-list.ts';
import { die } from '../refuse.ts';
import { storageEnabledOn } from './rows.ts';
import { assertFileDigest, typed, updateSection } from './sections.ts';

const numeric = [
  'disable',
  'max-body-size',
  'mtu',
  'otel-max-body-size',
  'otel-timeout',
  'otel-verify-ssl',
  'port',
  'timeout',
  'verify-certificate',
];
/** Kept in a file of its own and never answered. */
const secrets = ['token', 'otel-headers'];

const withoutSecrets = (section: Section): Section =>
  Object.fromEntries(Object.entries(section).filter(([key]) => !secrets.includes(key)));

const serverOf = (state: DemoState, id: string, refusal: string): Section =>
  state.metricServers[id] ?? die(refusal);

const list = ({ state }: DemoContext): unknown =>
  Object.entries(state.metricServers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, server]) => ({
      id,
      disable: Number(server.disable ?? '0'),
      type: server.type,
      server: server.server,
      port: Number(server.port),
    }));

const read = ({ state, params }: DemoContext): unknown => {
  const id = textOrEmpty(params, 'id');
  const server = serverOf(state, id, `status server entry '${id}' does not exist`);
  return { ...typed(withoutSecrets(server), { numeric }), digest: digestOf(state.metricServers) };
};

const create = ({ state, params }: DemoContext): null => {
  const id = textOrEmpty(params, 'id');
  if (state.metricServers[id]) die(`Metric server '${id}' already exists`);
  state.metricServers[id] = asSection(params, ['id']);
  return null;
};

const update = ({ state, params }: DemoContext): null => {
  const id = textOrEmpty(params, 'id');
  assertFileDigest(state.metricServers, text(params, 'digest'));
  const server = serverOf(state, id, `no such server '${id}'`);
  updateSection(server, asSection(params, ['id', 'digest', 'delete']), splitList(text(params, 'delete')), {
    fixed: ['type'],
  });
  return null;
};

const remove = ({ state, params }: DemoContext): null => {
  Reflect.deleteProperty(state.metricServers, textOrEmpty(params, 'id'));
  return null;
};

interface Metric {
  readonly id: string;
  readonly metric: string;
  readonly timestamp: number;
  readonly type: 'gauge' | 'counter' | 'derive';
  readonly value: number;
}

const counters = ['netin', 'netout', 'diskread', 'diskwrite'];

/** Live number → the name PVE exports it under. */
const exported: Readonly<Record<string, string>> = {
  cpu: 'cpu_current',
  maxcpu: 'cpu_max',
  mem: 'mem_used',
  maxmem: 'mem_total',
  disk: 'disk_used',
  maxdisk: 'disk_total',
  netin: 'net_in',
  netout: 'net_out',
  diskread: 'disk_read',
  diskwrite: 'disk_write',
  uptime: 'uptime',
  total: 'disk_total',
  used: 'disk_used',
  avail: 'disk_available',
};

const metricsOf = (id: string, live: object, timestamp: number): Metric[] =>
  Object.entries(live).flatMap(([key, value]) => {
    const metric = exported[key];
    if (metric === undefined || typeof value !== 'number') return [];
    return [{ id, metric, timestamp, type: counters.includes(key) ? 'derive' : 'gauge', value }];
  });

/** PVE collects every ten seconds and keeps half an hour. */
const STEP = 10;
const HISTORY = 30 * 60;

/** `GET /cluster/metrics/export`: what pull-based collectors read. */
const exportMetrics = ({ state, params, now }: DemoContext): unknown => {
  const last = Math.floor(now / STEP) * STEP;
  const start = integer(params, 'start-time') ?? 0;
  const asked = splitList(text(params, 'node-list'));
  const nodes = flag(params, 'local-only')
    ? [localNode(state)]
    : nodeNames(state).filter((name) => asked.length === 0 || asked.includes(name));
  const moments: number[] = [];
  const first = flag(params, 'history') ? Math.max(last - HISTORY, start) : last;
  for (let moment = last; moment >= first; moment -= STEP) moments.unshift(moment);
  const wanted = moments.filter((moment) => moment >= start);
  const usages = storageNumbers(state);
  const data: Metric[] = [];
  for (const moment of wanted) {
    for (const name of nodes) {
      const node = state.nodes[name];
      if (!node?.online) continue;
      data.push(...metricsOf(`node/${name}`, nodeNumbers(state, node, moment), moment));
      for (const [id, storage] of Object.entries(state.storages)) {
        if (storageEnabledOn(storage, name)) {
          data.push(...metricsOf(`storage/${name}/${id}`, usages.get(`${id} ${name}`) ?? {}, moment));
        }
      }
    }
    for (const guest of Object.values(state.guests)) {
      if (nodes.includes(guest.node) && state.nodes[guest.node]?.online) {
        data.push(...metricsOf(`${guest.type}/${guest.vmid}`, guestNumbers(state, guest, moment), moment));
      }
    }
  }
  return { data };
};

export const metricEndpoints: readonly DemoEndpoint[] = [
  {
    method: 'GET',
    path: '/cluster/metrics',
    handle: () => [{ name: 'server' }, { name: 'export' }],
  },
  { method: 'GET', path: '/cluster/metrics/export', handle: exportMetrics },
  { method: 'GET', path: '/cluster/metrics/server', handle: list },
  { method: 'GET', path: '/cluster/metrics/server/{id}', handle: read },
  { method: 'POST', path: '/cluster/metrics/server/{id}', handle: create },
  { method: 'PUT', path: '/cluster/metrics/server/{id}', handle: update },
  { method: 'DELETE', path: '/cluster/metrics/server/{id}', handle: remove },
];
