import { describe, expect, it } from 'vitest';
import { generateWorld } from '../world/generate.ts';
import { callerWith, fixture, FIXTURE_NOW } from './fixture.ts';
import { clusterEndpoints } from './index.ts';

type Row = Record<string, unknown>;

const rows = (world: ReturnType<typeof fixture>, params = {}, options = {}): Row[] =>
  world.call('GET', '/cluster/resources', params, options) as Row[];

describe('GET /cluster/resources', () => {
  const world = fixture(clusterEndpoints);

  it('lists every kind of thing to root', () => {
    const types = new Set(rows(world).map((row) => row.type));
    expect(types).toEqual(new Set(['pool', 'qemu', 'lxc', 'node', 'storage', 'network']));
  });

  it('shows VM 105 with its pool, tags and live numbers', () => {
    const row = rows(world, { type: 'vm' }).find(({ vmid }) => vmid === 105);
    expect(row).toMatchObject({
      id: 'qemu/105',
      name: 'db-01',
      node: 'pve1',
      status: 'running',
      pool: 'production',
      template: 0,
      disk: 0,
    });
    expect(row?.mem).toBeGreaterThan(0);
    expect(row?.uptime).toBeGreaterThan(0);
  });

  it('filters by type without the other kinds', () => {
    expect(new Set(rows(world, { type: 'vm' }).map((row) => row.type))).toEqual(new Set(['qemu', 'lxc']));
    expect(rows(world, { type: 'node' })).toHaveLength(3);
    expect(rows(world, { type: 'sdn' })).toEqual([]);
  });

  it('shows a caller only the guests it may audit, and no pool it may not', () => {
    const caller = callerWith('op@pve', { '/vms/105': ['VM.Audit'] });
    const seen = rows(world, {}, { caller });
    expect(seen.filter((row) => row.vmid !== undefined).map((row) => row.vmid)).toEqual([105]);
    expect(seen.find((row) => row.vmid === 105)).not.toHaveProperty('pool');
    expect(seen.filter((row) => row.type === 'storage')).toEqual([]);
    const node = seen.find((row) => row.type === 'node');
    expect(node).toMatchObject({ status: 'online' });
    expect(node).not.toHaveProperty('cpu');
  });

  it("counts unseen guests in a visible pool's totals, as PVE does", () => {
    const auditor = callerWith('a@pve', { '/pool/production': ['Pool.Audit'] });
    const pool = rows(world, {}, { caller: auditor }).find((row) => row.type === 'pool');
    expect(pool).toMatchObject({ id: '/pool/production', pool: 'production' });
    expect(pool?.maxmem).toBeGreaterThan(0);
  });

  it('knows nothing of guests on a node that is down but their place', () => {
    const down = fixture(clusterEndpoints);
    const node = down.state.nodes.pve2;
    if (node) node.online = false;
    const guest = rows(down, { type: 'vm' }).find((row) => row.node === 'pve2');
    expect(guest).toMatchObject({ status: 'unknown' });
    expect(guest).not.toHaveProperty('name');
    const storages = rows(down, { type: 'storage' }).filter((row) => row.node === 'pve2');
    expect(new Set(storages.map((row) => row.status))).toEqual(new Set(['unknown']));
  });

  it('reports the HA state of managed guests only', () => {
    const guests = rows(world, { type: 'vm' });
    expect(guests.find(({ vmid }) => vmid === 105)).not.toHaveProperty('hastate');
    expect(guests.find(({ vmid }) => vmid === 207)).toMatchObject({ hastate: 'ignored' });
  });

  it('answers for 10,000 guests on 32 nodes', () => {
    const state = generateWorld({ seed: 3, nodes: 32, guests: 10_000, now: FIXTURE_NOW });
    const big = fixture(clusterEndpoints, { state });
    const guests = rows(big).filter((row) => row.vmid !== undefined);
    expect(guests).toHaveLength(10_000);
    expect(guests.every((row) => typeof row.name === 'string' && Number(row.maxmem) > 0)).toBe(true);
  });
});
