import { describe, expect, it } from 'vitest';
import schema from '../../pve/schema/endpoints.json' with { type: 'json' };
import { nodesEndpoints } from '../nodes/index.ts';
import { storageEndpoints } from '../storage/index.ts';
import { fixture } from './fixture.ts';
import { clusterEndpoints } from './index.ts';

interface Returned {
  readonly type?: string;
  readonly items?: Returned;
  readonly properties?: Readonly<Record<string, Returned & { readonly optional?: boolean }>>;
  readonly enum?: readonly string[];
}

const endpoints = [...clusterEndpoints, ...nodesEndpoints, ...storageEndpoints];
const official = new Map(
  schema.endpoints.map((entry) => [`${entry.method} ${entry.path}`, entry as { returns?: Returned }]),
);

/** What a value lacks of its official description; paths into it. */
const problems = (value: unknown, shape: Returned | undefined, at: string): string[] => {
  if (!shape?.type || value === null) return [];
  if (shape.type === 'array') {
    if (!Array.isArray(value)) return [`${at} is no array`];
    return value.flatMap((item, index) => problems(item, shape.items, `${at}[${index}]`)).slice(0, 5);
  }
  if (shape.type === 'object') {
    if (typeof value !== 'object' || Array.isArray(value)) return [`${at} is no object`];
    const row = value as Record<string, unknown>;
    if (!shape.properties || Array.isArray(shape.properties)) return [];
    return Object.entries(shape.properties).flatMap(([key, property]) => {
      if (row[key] === undefined) {
        return property.optional ? [] : [`${at}.${key} is missing`];
      }
      return problems(row[key], property, `${at}.${key}`);
    });
  }
  if (shape.enum && typeof value === 'string' && !shape.enum.includes(value)) {
    return [`${at} is ${value}, not one of ${shape.enum.join(' ')}`];
  }
  const type = typeof value;
  if (shape.type === 'string') return type === 'string' ? [] : [`${at} is a ${type}, not a string`];
  if (shape.type === 'integer' || shape.type === 'number') {
    return type === 'number' ? [] : [`${at} is a ${type}, not a number`];
  }
  if (shape.type === 'boolean') {
    return type === 'boolean' || value === 0 || value === 1 ? [] : [`${at} is no boolean`];
  }
  return [];
};

const pathParams: Readonly<Record<string, string>> = {
  node: 'pve1',
  storage: 'local',
  volume: 'iso/virtio-win-0.1.271.iso',
  service: 'pveproxy',
  iface: 'vmbr0',
  poolid: 'production',
  sid: 'vm:102',
  rule: 'k8s-apart',
  name: 'tank',
  id: '',
  disk: '/dev/nvme0n1',
};

/** Ids that differ from path to path. */
const ids: readonly (readonly [prefix: string, id: string])[] = [
  ['/cluster/backup/', 'backup-nightly'],
  ['/cluster/replication/', '101-0'],
  ['/cluster/mapping/pci/', 'hba'],
  ['/cluster/mapping/usb/', 'zigbee'],
  ['/cluster/mapping/dir/', 'lab-share'],
  ['/nodes/{node}/replication/', '101-0'],
];

const extra: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '/cluster/jobs/schedule-analyze': { schedule: 'mon 02:00' },
  '/nodes/{node}/rrddata': { timeframe: 'hour' },
  '/nodes/{node}/storage/{storage}/rrddata': { timeframe: 'hour' },
  '/nodes/{node}/disks/smart': { disk: '/dev/nvme0n1' },
  '/nodes/{node}/apt/changelog': { name: 'pve-manager' },
  '/nodes/{node}/query-url-metadata': {
    url: 'https://releases.ubuntu.com/24.04/ubuntu-24.04.3-live-server-amd64.iso',
  },
  '/nodes/{node}/storage/{storage}/content/{volume}': {
    storage: 'nas',
    volume: 'nas:iso/virtio-win-0.1.271.iso',
  },
  '/cluster/notifications/endpoints/sendmail/{name}': { name: 'mail-to-root' },
  '/cluster/notifications/endpoints/gotify/{name}': { name: 'ops-gotify' },
  '/cluster/notifications/matchers/{name}': { name: 'default-matcher' },
};

/** Calls whose refusal is the point, or that need an object the world does not have. */
const notReadable = new Set([
  '/cluster/ceph/status',
  '/cluster/ceph/flags',
  '/cluster/ha/groups',
  '/cluster/ha/groups/{group}',
  '/cluster/metrics/server/{id}',
  '/cluster/sdn/zones/{zone}',
  '/cluster/sdn/vnets/{vnet}',
  '/cluster/notifications/endpoints/smtp/{name}',
  '/cluster/notifications/endpoints/webhook/{name}',
  '/nodes/{node}/storage/{storage}/file-restore/list',
  '/nodes/{node}/vzdump/extractconfig',
]);

/** Where PVE's Perl itself leaves its schema: numbers it has touched as text, keys it sends only when they are set. */
const perlDiffers = [
  /^nextid: answer is a string, not a number$/,
  /^(pci|usb|dir): answer\[\d\]\.(description|error) is missing$/,
  /^list: answer\[\d\]\.mounted is missing$/,
];

describe('every call of this room', () => {
  it('is one of the official API, once', () => {
    const keys = endpoints.map(({ method, path }) => `${method} ${path}`);
    expect(keys.filter((key) => !official.has(key))).toEqual([]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  const world = fixture(endpoints);
  const upid = world.state.tasks.find((task) => task.node === 'pve1' && task.endtime !== undefined)?.upid;

  it.each(
    endpoints
      .filter(({ method, path }) => method === 'GET' && !notReadable.has(path))
      .map(({ path }) => path),
  )('GET %s answers in the official shape', (path) => {
    const id = ids.find(([prefix]) => path.startsWith(prefix))?.[1];
    const answer = world.call('GET', path, {
      ...Object.fromEntries(
        [...path.matchAll(/\{([^}]+)\}/g)].map(([, key = '']) => [key, pathParams[key] ?? '']),
      ),
      ...(id === undefined ? {} : { id }),
      ...(path.includes('{upid}') ? { upid } : {}),
      ...extra[path],
    });
    const last = path.slice(path.lastIndexOf('/') + 1);
    const found = problems(answer, official.get(`GET ${path}`)?.returns, 'answer')
      .map((problem) => `${last}: ${problem}`)
      .filter((problem) => !perlDiffers.some((known) => known.test(problem)));
    expect(found).toEqual([]);
  });
});
