import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import { scriptedClient } from '../client/scripted-client.fixture.ts';
import { readInventory } from './read.ts';

const everything = {
  '/': { 'Sys.Audit': 1 },
  '/vms': { 'VM.Audit': 1 },
  '/storage': { 'Datastore.Audit': 1 },
  '/pool': { 'Pool.Audit': 1 },
  '/nodes': { 'Sys.Audit': 1 },
};
const resources = [
  {
    id: 'qemu/105',
    type: 'qemu',
    vmid: 105,
    node: 'pve1',
    status: 'running',
    name: 'db-01',
    template: 0,
    maxcpu: 4,
    maxmem: 8,
    mem: 4,
    disk: 0,
    maxdisk: 32,
    uptime: 99,
    tags: 'prod;critical',
    pool: 'production',
    hastate: 'started',
    future: { x: 1 },
  },
  {
    id: 'lxc/101',
    type: 'lxc',
    vmid: '101',
    node: 'pve2',
    status: 'unknown',
    template: '',
    name: null,
    lock: null,
  },
  {
    id: 'qemu/9000',
    type: 'qemu',
    vmid: 9000,
    node: 'pve1',
    status: 'stopped',
    name: 42,
    template: '1',
    lock: 'clone',
  },
  { id: 'qemu/106', type: 'qemu', vmid: 106, node: 'pve1', status: 'io-error', name: 'x', template: false },
  { id: 'node/pve2', type: 'node', node: 'pve2', status: 'unknown' },
  { id: 'node/pve1', type: 'node', node: 'pve1', status: 'online', maxcpu: 16, maxmem: 100, mem: 50 },
  {
    id: 'storage/pve1/local',
    type: 'storage',
    storage: 'local',
    node: 'pve1',
    status: 'available',
    plugintype: 'dir',
    content: 'iso,backup',
    shared: 0,
    maxdisk: 10,
    disk: 5,
  },
  { id: 'storage/pve2/nfs', type: 'storage', storage: 'nfs', node: 'pve2', status: 'unknown', shared: 1 },
  { id: 'sdn/pve1/localnetwork', type: 'sdn', node: 'pve1', sdn: 'localnetwork', status: 'ok' },
  { id: '/pool/production', type: 'pool', pool: 'production' },
];
const answers = {
  '/version': () => ({ version: '9.1.1', release: '9.1', repoid: 'abc', console: 'html5' }),
  '/cluster/resources': () => resources,
  '/cluster/status': () => [
    { type: 'cluster', id: 'cluster', name: 'lab', quorate: 1, nodes: 2, version: 4 },
    { type: 'node', id: 'node/pve1', name: 'pve1', ip: '10.0.0.1', online: 1, local: 1 },
    { type: 'node', id: 'node/pve2', name: 'pve2', ip: '10.0.0.2', online: '0' },
  ],
  '/pools': () => [{ poolid: 'production' }, { poolid: 'lab', comment: 'x' }],
  '/access/permissions': () => everything as Record<string, Record<string, number>>,
};
const deny = (message: string, privilege?: string) => (): never => {
  throw new ProxmoxAiError('pve-denied', message, { fields: privilege === undefined ? {} : { privilege } });
};

describe('readInventory', () => {
  test('is one picture from five calls', async () => {
    const client = scriptedClient(answers);
    const inventory = await readInventory(client, { demo: true });
    expect(client.paths.sort()).toEqual([
      '/access/permissions',
      '/cluster/resources',
      '/cluster/status',
      '/pools',
      '/version',
    ]);
    expect(inventory).toMatchObject({
      target: 'https://pve1:8006',
      demo: true,
      version: { version: '9.1.1', release: '9.1' },
      cluster: { name: 'lab', quorate: true },
      pools: ['lab', 'production'],
      gaps: [],
    });
    expect(inventory.nodes).toEqual([
      { name: 'pve1', online: true, ip: '10.0.0.1', cpus: 16, memory: 100, memoryUsed: 50 },
      { name: 'pve2', online: false, ip: '10.0.0.2' },
    ]);
    expect(inventory.storages).toEqual([
      {
        id: 'local',
        node: 'pve1',
        type: 'dir',
        content: ['iso', 'backup'],
        shared: false,
        active: true,
        total: 10,
        used: 5,
      },
      { id: 'nfs', node: 'pve2', content: [], shared: true, active: false },
    ]);
  });

  test("guests are read with PVE's many spellings of booleans, numbers and nothing", async () => {
    const { guests } = await readInventory(scriptedClient(answers));
    expect(guests).toEqual([
      { vmid: 101, name: 'CT101', type: 'lxc', node: 'pve2', status: 'unknown', template: false, tags: [] },
      {
        vmid: 105,
        name: 'db-01',
        type: 'qemu',
        node: 'pve1',
        status: 'running',
        template: false,
        tags: ['prod', 'critical'],
        pool: 'production',
        hastate: 'started',
        cpus: 4,
        memory: 8,
        memoryUsed: 4,
        disk: 32,
        uptime: 99,
      },
      { vmid: 106, name: 'x', type: 'qemu', node: 'pve1', status: 'paused', template: false, tags: [] },
      {
        vmid: 9000,
        name: '42',
        type: 'qemu',
        node: 'pve1',
        status: 'stopped',
        template: true,
        tags: [],
        lock: 'clone',
      },
    ]);
  });

  test('a single node is in no cluster', async () => {
    const status = [{ type: 'node', id: 'node/pve1', name: 'pve1', online: 1, local: 1 }];
    const { cluster, gaps } = await readInventory(
      scriptedClient({ ...answers, '/cluster/status': () => status }),
    );
    expect(cluster).toEqual({});
    expect(gaps).toEqual([]);
  });

  test('what a privilege keeps from us is a gap that names it', async () => {
    const { gaps, guests, nodes } = await readInventory(
      scriptedClient({
        ...answers,
        '/cluster/status': deny('Permission check failed (/, Sys.Audit)', 'Sys.Audit'),
        '/access/permissions': () => ({ '/vms': { 'VM.Audit': 1 } }),
      }),
    );
    expect(gaps.map(({ what, privilege }) => [what, privilege])).toEqual([
      ['cluster name, quorum and node addresses', 'Sys.Audit'],
      ['storages', 'Datastore.Audit'],
      ['pools', 'Pool.Audit'],
      ['load and size of nodes', 'Sys.Audit'],
    ]);
    expect(guests).toHaveLength(4);
    expect(nodes.map((node) => [node.name, node.online])).toEqual([
      ['pve1', true],
      ['pve2', false],
    ]);
  });

  test('a guest list that PVE may have shortened is a gap, even when it is empty', async () => {
    const client = scriptedClient({
      ...answers,
      '/cluster/resources': () => [],
      '/access/permissions': () => ({}),
    });
    const { guests, gaps } = await readInventory(client);
    expect(guests).toEqual([]);
    expect(gaps).toContainEqual(expect.objectContaining({ what: 'guests', privilege: 'VM.Audit' }));
  });

  test('privileges that cannot be read are a gap of their own', async () => {
    const broken = (): never => {
      throw new ProxmoxAiError('pve-server', 'boom');
    };
    const { gaps } = await readInventory(scriptedClient({ ...answers, '/access/permissions': broken }));
    expect(gaps).toEqual([expect.objectContaining({ what: 'your own privileges' })]);
  });

  test('an answer of another shape is told with path and field', async () => {
    const rows = [{ ...resources[0], maxmem: 'a lot' }];
    await expect(
      readInventory(scriptedClient({ ...answers, '/cluster/resources': () => rows })),
    ).rejects.toMatchObject({
      code: 'pve-protocol',
      fields: { path: '/cluster/resources', field: '0.maxmem' },
    });
  });

  test('tells its progress, and an abort ends it', async () => {
    const seen: number[] = [];
    await readInventory(scriptedClient(answers), {
      onProgress: ({ done, total }) => seen.push(done * 10 + total),
    });
    expect(seen).toEqual([15, 25, 35, 45, 55]);
    await expect(
      readInventory(scriptedClient(answers), { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});
