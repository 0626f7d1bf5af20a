import { describe, expect, it } from 'vitest';
import type { NodeState } from '../state.ts';
import { generateWorld } from '../world/generate.ts';
import { frames, type RrdTimeframe } from './frames.ts';
import { liveGuest } from './live-guest.ts';
import { liveNode } from './live-node.ts';
import { nodeRrd } from './node-rrd.ts';
import { storageRrd } from './storage-rrd.ts';
import { storageUsage, storageUsages } from './storage-usage.ts';

const now = Date.UTC(2026, 8, 23, 10, 41, 7) / 1000;
const world = generateWorld({ seed: 1, now });
const node = (name: string): NodeState => {
  const found = world.nodes[name];
  if (found === undefined) throw new Error(`no node ${name}`);
  return found;
};

describe('nodeRrd', () => {
  it.each(Object.keys(frames) as RrdTimeframe[])('has the shape of PVE 9 for %s', (timeframe) => {
    const data = nodeRrd(world, node('pve1'), timeframe, 'AVERAGE', now);
    expect(data).toHaveLength(frames[timeframe].points);
    expect(Object.keys(data.at(-1) ?? {}).sort()).toEqual(
      (
        'arcsize cpu iowait loadavg maxcpu memavailable memtotal memused netin netout pressurecpusome pressureiofull ' +
        'pressureiosome pressurememoryfull pressurememorysome rootused roottotal swaptotal swapused time'
      )
        .split(' ')
        .sort(),
    );
  });

  it('is what its guests use, and a little more', () => {
    const live = liveNode(world, node('pve2'), now);
    const cores = Object.values(world.guests)
      .filter((guest) => guest.node === 'pve2')
      .map((guest) => liveGuest(world, guest, now))
      .reduce((sum, { cpu, cpus }) => sum + cpu * cpus, 0);
    expect(live.cpu * live.maxcpu).toBeGreaterThan(cores);
    expect(live.cpu * live.maxcpu).toBeLessThan(cores + 0.05 * live.maxcpu);
  });

  it('agrees with the live numbers in its newest minute', () => {
    const live = liveNode(world, node('pve3'), now);
    const point = nodeRrd(world, node('pve3'), 'hour', 'AVERAGE', now).at(-1);
    expect(live.cpu).toBe(point?.cpu);
    expect(live.wait).toBe(point?.iowait);
    expect(live.mem).toBe(Math.round(point?.memused ?? -1));
    expect(live.loadavg[0]).toBe((point?.loadavg ?? -1).toFixed(2));
  });

  it('never uses more memory than there is, even in a crowded cluster', () => {
    const crowded = generateWorld({ seed: 5, now, nodes: 4, guests: 1200 });
    for (const each of Object.values(crowded.nodes)) {
      const live = liveNode(crowded, each, now);
      expect(live.mem).toBeLessThanOrEqual(live.maxmem);
      expect(live.cpu).toBeLessThanOrEqual(1);
    }
  });

  it('knows ARC only where there is a ZFS pool', () => {
    expect(liveNode(world, node('pve1'), now).arcsize).toBeGreaterThan(1e9);
    expect(liveNode(world, node('pve3'), now).arcsize).toBe(0);
  });

  it('records nothing for a node that is off', () => {
    const dark = structuredClone(world);
    const off = dark.nodes.pve2;
    if (off === undefined) throw new Error('no pve2');
    off.online = false;
    expect(Object.keys(nodeRrd(dark, off, 'hour', 'AVERAGE', now).at(-1) ?? {})).toEqual(['time']);
    expect(liveNode(dark, off, now)).toMatchObject({ cpu: 0, mem: 0, uptime: 0 });
  });
});

describe('storageUsage', () => {
  it('is the sum of what lies there, and there is room left', () => {
    for (const [key, usage] of storageUsages(world)) {
      const [storage = '', name = ''] = key.split(' ');
      expect(storageUsage(world, storage, name)).toEqual(usage);
      expect(usage.used).toBeLessThan(usage.total);
      expect(usage.avail).toBe(usage.total - usage.used);
    }
    expect(storageUsage(world, 'tank', 'pve3')).toBeUndefined();
    expect(storageUsage(world, 'nas', 'pve1')).toEqual(storageUsage(world, 'nas', 'pve2'));
  });

  it('grows with a new volume', () => {
    const more = structuredClone(world);
    const before = storageUsage(world, 'local-lvm', 'pve1')?.used ?? 0;
    more.volumes.push({
      volid: 'local-lvm:vm-999-disk-0',
      storage: 'local-lvm',
      node: 'pve1',
      content: 'images',
      format: 'raw',
      size: 1024 ** 3,
      ctime: now,
    });
    expect(storageUsage(more, 'local-lvm', 'pve1')?.used).toBe(before + 1024 ** 3);
    expect(storageUsage(more, 'local-lvm', 'pve2')).toEqual(storageUsage(world, 'local-lvm', 'pve2'));
  });
});

describe('storageRrd', () => {
  it('ends at what the storage holds and starts below', () => {
    const usage = storageUsage(world, 'nas', 'pve1');
    const year = storageRrd(world, { storage: 'nas', node: 'pve1' }, 'year', 'AVERAGE', now);
    expect(year).toHaveLength(1440);
    expect(Object.keys(year[0] ?? {}).sort()).toEqual(['time', 'total', 'used']);
    expect(year[0]?.used).toBeLessThan(year.at(-1)?.used ?? 0);
    const hour = storageRrd(world, { storage: 'nas', node: 'pve1' }, 'hour', 'AVERAGE', now);
    expect(hour.at(-1)).toMatchObject({ total: usage?.total, used: usage?.used });
    expect(storageRrd(world, { storage: 'nas', node: 'pve2' }, 'week', 'MAX', now)).toEqual(
      storageRrd(world, { storage: 'nas', node: 'pve1' }, 'week', 'MAX', now),
    );
  });

  it('has whole bytes and seconds, also by a clock with fractions', () => {
    for (const storage of Object.keys(world.storages)) {
      const points = storageRrd(world, { storage, node: 'pve1' }, 'week', 'AVERAGE', now + 0.42);
      const numbers = points.flatMap(({ time, total, used }) => [time, total, used]);
      expect(numbers.filter((value) => !Number.isInteger(value))).toEqual([]);
    }
    expect(liveNode(world, node('pve1'), now + 0.42).uptime).toBe(liveNode(world, node('pve1'), now).uptime);
  });

  it('is empty where the node does not have the storage', () => {
    expect(storageRrd(world, { storage: 'tank', node: 'pve3' }, 'day', 'AVERAGE', now)).toEqual([]);
  });
});
