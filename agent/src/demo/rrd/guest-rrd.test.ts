import { describe, expect, it } from 'vitest';
import type { DemoState, GuestState } from '../state.ts';
import { generateWorld } from '../world/generate.ts';
import { frames, type RrdPoint, type RrdTimeframe } from './frames.ts';
import { guestRrd } from './guest-rrd.ts';
import { liveGuest } from './live-guest.ts';

// A Wednesday, 10:41:07 UTC: mid-morning of an office day.
const now = Date.UTC(2026, 8, 23, 10, 41, 7) / 1000;
const world = generateWorld({ seed: 1, now });
const guest = (vmid: number, state: DemoState = world): GuestState => {
  const found = state.guests[String(vmid)];
  if (found === undefined) throw new Error(`no guest ${vmid}`);
  return found;
};
const values = (points: readonly RrdPoint[], field: string): number[] =>
  points.flatMap((point) => (point[field] === undefined ? [] : [point[field]]));
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
const timeframes: RrdTimeframe[] = ['hour', 'day', 'week', 'month', 'year'];

describe('guestRrd', () => {
  it.each(timeframes)('has the resolution and number of points of PVE 9 for %s', (timeframe) => {
    const { resolution, points } = frames[timeframe];
    const times = guestRrd(world, guest(105), timeframe, 'AVERAGE', now).map(({ time }) => time);
    const last = resolution * Math.floor(now / resolution);
    expect(times).toEqual(Array.from({ length: points }, (_, n) => last - (points - 1 - n) * resolution));
  });

  it('records the fields of a VM and of a container', () => {
    const fields = [
      'cpu disk diskread diskwrite maxcpu maxdisk maxmem mem netin netout pressurecpufull pressurecpusome',
      'pressureiofull pressureiosome pressurememoryfull pressurememorysome time',
    ]
      .join(' ')
      .split(' ');
    const last = (vmid: number): string[] =>
      Object.keys(guestRrd(world, guest(vmid), 'hour', 'AVERAGE', now).at(-1) ?? {}).sort();
    expect(last(200)).toEqual(fields);
    expect(last(105)).toEqual([...fields, 'memhost'].sort());
  });

  it('is the same for the same arguments and differs between guests and seeds', () => {
    const data = guestRrd(world, guest(105), 'day', 'AVERAGE', now);
    expect(guestRrd(world, guest(105), 'day', 'AVERAGE', now)).toEqual(data);
    expect(guestRrd(world, guest(106), 'day', 'AVERAGE', now)).not.toEqual(data);
    const other = generateWorld({ seed: 2, now });
    expect(guestRrd(other, guest(105, other), 'day', 'AVERAGE', now)).not.toEqual(data);
  });

  it('does not change the past when time goes on', () => {
    const before = guestRrd(world, guest(105), 'day', 'AVERAGE', now);
    const after = guestRrd(world, guest(105), 'day', 'AVERAGE', now + 600);
    expect(after.slice(0, -10)).toEqual(before.slice(10));
  });

  it('averages over thirty minutes what the minutes say, and MAX is their peak', () => {
    const day = guestRrd(world, guest(105), 'day', 'AVERAGE', now);
    const week = guestRrd(world, guest(105), 'week', 'AVERAGE', now);
    const peaks = guestRrd(world, guest(105), 'week', 'MAX', now);
    const bucket = week.at(-3);
    const minutes = day.filter(
      ({ time }) => time > (bucket?.time ?? 0) - 1800 && time <= (bucket?.time ?? 0),
    );
    expect(minutes).toHaveLength(30);
    expect(bucket?.cpu).toBeCloseTo(mean(values(minutes, 'cpu')), 5);
    expect(peaks.at(-3)?.cpu).toBeCloseTo(Math.max(...values(minutes, 'cpu')), 5);
    expect(peaks.at(-3)?.cpu).toBeGreaterThan(bucket?.cpu ?? Infinity);
  });

  it('stays within what the guest has', () => {
    const wrong = Object.values(world.guests).flatMap((candidate) =>
      guestRrd(world, candidate, 'week', 'MAX', now).filter(
        (point) =>
          (point.cpu ?? 0) > (candidate.type === 'qemu' ? 1.02 : 1) ||
          (point.mem ?? 0) > (point.maxmem ?? 0) * 1.01 ||
          (point.disk ?? 0) > (point.maxdisk ?? 0) ||
          Object.entries(point).some(
            ([field, value = 0]) => !(value >= 0) || (field.startsWith('pressure') && value > 100),
          ),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('follows the mean load over a whole week', () => {
    for (const vmid of [100, 104, 106, 107, 112, 117]) {
      const data = guestRrd(world, guest(vmid), 'week', 'AVERAGE', now);
      expect(mean(values(data, 'cpu'))).toBeGreaterThan(guest(vmid).load.cpu * 0.7);
      expect(mean(values(data, 'cpu'))).toBeLessThan(guest(vmid).load.cpu * 1.3);
    }
  });

  it('is busy by day and quiet at night and on Sunday, for office load', () => {
    const data = guestRrd(world, guest(106), 'month', 'AVERAGE', now);
    const during = (weekday: (day: number) => boolean, from: number, to: number): number =>
      mean(
        data.flatMap(({ time, cpu }) => {
          const date = new Date((time - 900) * 1000);
          const hour = date.getUTCHours();
          return cpu !== undefined && weekday(date.getUTCDay()) && hour >= from && hour < to ? [cpu] : [];
        }),
      );
    const office = during((day) => day >= 1 && day <= 5, 9, 17);
    expect(office).toBeGreaterThan(2 * during((day) => day >= 1 && day <= 5, 1, 5));
    expect(office).toBeGreaterThan(3 * during((day) => day === 0, 9, 17));
  });

  it('grows over the year for a growing guest', () => {
    const data = guestRrd(world, guest(118), 'year', 'AVERAGE', now).filter(({ cpu }) => cpu !== undefined);
    expect(mean(values(data.slice(-100), 'mem'))).toBeGreaterThan(
      1.2 * mean(values(data.slice(0, 100), 'mem')),
    );
  });

  it('has only the limits while the guest was off, and nothing before it existed', () => {
    const stopped = guestRrd(world, guest(119), 'week', 'AVERAGE', now);
    expect(Object.keys(stopped.at(-1) ?? {}).sort()).toEqual(['disk', 'maxcpu', 'maxdisk', 'maxmem', 'time']);
    // Its stop task lies two days back; before that it ran.
    expect(stopped[0]?.cpu).toBeGreaterThan(0);
    const young = guestRrd(world, guest(120), 'year', 'AVERAGE', now);
    expect(young[0]).toEqual({ time: young[0]?.time });
    expect(young.at(-1)?.cpu).toBeDefined();
    const template = guestRrd(world, guest(9000), 'week', 'AVERAGE', now);
    expect(template.every((point) => point.cpu === undefined && point.maxmem !== undefined)).toBe(true);
  });

  it('shows the gap of the last restart', () => {
    const restarted = structuredClone(world);
    const moved = guest(106, restarted);
    moved.startedAt = now - 1800;
    const data = guestRrd(restarted, moved, 'hour', 'AVERAGE', now);
    const off = data.filter((point) => point.cpu === undefined);
    expect(off.length).toBeGreaterThanOrEqual(2);
    expect(off.length).toBeLessThanOrEqual(13);
    expect(off.at(-1)?.time).toBeLessThan(now - 1800);
    expect(data[0]?.cpu).toBeDefined();
    expect(data.at(-1)?.cpu).toBeDefined();
  });
});

describe('liveGuest', () => {
  it('says what the newest minute of the RRD says', () => {
    for (const candidate of Object.values(world.guests).filter(({ status }) => status === 'running')) {
      const live = liveGuest(world, candidate, now);
      const point = guestRrd(world, candidate, 'hour', 'AVERAGE', now).at(-1);
      expect(live.cpu).toBe(point?.cpu);
      expect(live.mem).toBe(Math.round(point?.mem ?? -1));
      expect(live.maxmem).toBe(point?.maxmem);
      expect(live.cpus).toBe(point?.maxcpu);
      expect(live.pressureiosome).toBe(point?.pressureiosome);
    }
  });

  it('counts traffic up and never down', () => {
    const before = liveGuest(world, guest(105), now);
    const after = liveGuest(world, guest(105), now + 60);
    for (const field of ['netin', 'netout', 'diskread', 'diskwrite', 'uptime'] as const) {
      expect(after[field]).toBeGreaterThan(before[field]);
    }
  });

  it('is all zero for a stopped guest but for its limits', () => {
    const live = liveGuest(world, guest(119), now);
    expect(live).toMatchObject({ cpu: 0, mem: 0, uptime: 0, netin: 0, cpus: 4, maxmem: 12 * 1024 ** 3 });
    expect(live.pressurecpusome).toBeUndefined();
  });

  it('has numbers from inside the guest only where its balloon device reports them', () => {
    expect(liveGuest(world, guest(106), now).freemem).toBeGreaterThan(0);
    // balloon: 0
    expect(liveGuest(world, guest(117), now)).toMatchObject({
      mem: liveGuest(world, guest(117), now).memhost,
    });
    expect(liveGuest(world, guest(117), now).freemem).toBeUndefined();
  });
});
