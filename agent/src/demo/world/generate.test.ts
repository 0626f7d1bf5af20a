import { describe, expect, it } from 'vitest';
import { generateWorld } from './generate.ts';
import { volumesOfConfig } from './volume-refs.ts';

const now = 1_790_000_000;
const day = 86_400;

describe('generateWorld', () => {
  it('gives the same world twice, and another one for another seed', () => {
    const world = generateWorld({ seed: 1, now });
    expect(generateWorld({ seed: 1, now })).toEqual(world);
    const other = generateWorld({ seed: 2, now });
    expect(other.guests['106']?.config.smbios1).not.toBe(world.guests['106']?.config.smbios1);
    expect(Object.keys(other.guests)).toEqual(Object.keys(world.guests));
  });

  it('is plain JSON', () => {
    const world = generateWorld({ seed: 1, now });
    expect(JSON.parse(JSON.stringify(world))).toEqual(world);
  });

  it('gives the same big world twice, with as many nodes and guests as asked', () => {
    const big = generateWorld({ seed: 9, now, nodes: 32, guests: 10_000 });
    expect(Object.keys(big.nodes)).toHaveLength(32);
    expect(Object.keys(big.guests)).toHaveLength(10_000);
    const again = generateWorld({ seed: 9, now, nodes: 32, guests: 10_000 });
    expect(JSON.stringify(again) === JSON.stringify(big)).toBe(true);
    const volumes = new Set(big.volumes.map(({ volid, node }) => `${volid} ${node ?? ''}`));
    const lost = Object.values(big.guests).flatMap(({ config, node }) =>
      volumesOfConfig(config).filter(
        ({ volid }) => !volumes.has(`${volid} `) && !volumes.has(`${volid} ${node}`),
      ),
    );
    expect(lost).toEqual([]);
    expect(new Set(Object.values(big.guests).map(({ node }) => node)).size).toBe(32);
  });

  it('keeps the hand-written guests in a big world as they are', () => {
    const small = generateWorld({ seed: 4, now });
    const big = generateWorld({ seed: 4, now, nodes: 8, guests: 300 });
    for (const [vmid, guest] of Object.entries(small.guests)) expect(big.guests[vmid]).toEqual(guest);
  });

  it.each([
    [{ nodes: 2 }, '3 to 64 nodes'],
    [{ nodes: 3.5 }, '3 to 64 nodes'],
    [{ nodes: 65 }, '3 to 64 nodes'],
    [{ guests: 5 }, 'guests, not 5'],
    [{ guests: Number.NaN }, 'guests, not NaN'],
  ])('refuses %o', (options, message) => {
    expect(() => generateWorld({ seed: 1, now, ...options })).toThrow(message);
  });

  it('has the guest that everything is shown on', () => {
    const { guests } = generateWorld({ seed: 1, now });
    expect(guests['105']).toMatchObject({
      node: 'pve1',
      type: 'qemu',
      status: 'running',
      config: { name: 'db-01' },
    });
  });

  it('counts ages from now', () => {
    const world = generateWorld({ seed: 1, now });
    const snapshot = world.guests['105']?.snapshots['before-pg15'];
    expect((now - (snapshot?.snaptime ?? 0)) / day).toBe(40);
    const age = (vmid: number): number =>
      (now -
        Math.max(
          ...world.volumes.filter((v) => v.content === 'backup' && v.vmid === vmid).map((v) => v.ctime),
        )) /
      day;
    expect(age(106)).toBeLessThan(1.2);
    expect(age(209)).toBeGreaterThan(3.5);
    expect(age(105)).toBeGreaterThan(90);
    expect(world.volumes.every(({ ctime }) => ctime <= now)).toBe(true);
    expect(world.tasks.every(({ starttime }) => starttime <= now)).toBe(true);
  });

  it('knows whole seconds only, whatever clock it is made by', () => {
    const world = generateWorld({ seed: 1, now: now + 0.734 });
    expect(world).toEqual(generateWorld({ seed: 1, now }));
    const times = [
      ...Object.values(world.nodes).map(({ bootedAt }) => bootedAt),
      ...Object.values(world.guests).flatMap(({ startedAt }) => startedAt ?? []),
      ...world.tasks.flatMap(({ starttime, endtime }) => [starttime, endtime ?? 0]),
      ...world.volumes.map(({ ctime }) => ctime),
    ];
    expect(times.filter((time) => !Number.isInteger(time))).toEqual([]);
  });

  it('has backups that worked and some that did not, with logs that say which', () => {
    const { tasks } = generateWorld({ seed: 1, now });
    const backups = tasks.filter(({ type }) => type === 'vzdump');
    const failed = backups.filter(({ exitstatus }) => exitstatus === 'job errors');
    expect(failed.length).toBeGreaterThan(0);
    expect(backups.length).toBeGreaterThan(failed.length);
    for (const { log } of failed) expect(log.join('\n')).toContain('Backup of CT 209 failed');
  });
});
