import type { MinuteSource } from './consolidate.ts';
import type { DemoState, GuestState } from '../state.ts';
import type { GuestSize } from './guest-size.ts';
import { sizeOf } from './guest-size.ts';
import { noiseAt, seedOf, slowNoise } from './noise.ts';
import { levelAt } from './shape.ts';
import type { Timeline } from './timeline.ts';
import { createdAt, ranAt, timelineOf } from './timeline.ts';

const DAY_MINUTES = 1440;

/** What a guest's RRD records while it runs, in the order in which {@link GuestLoad.fill} writes it. */
export const guestFields = [
  'cpu',
  'mem',
  'disk',
  'netin',
  'netout',
  'diskread',
  'diskwrite',
  'memhost',
  'pressurecpusome',
  'pressurecpufull',
  'pressureiosome',
  'pressureiofull',
  'pressurememorysome',
  'pressurememoryfull',
] as const;
export type GuestField = (typeof guestFields)[number];

/** A guest's load over time: a fixed function of the world's seed, the VMID and the minute. */
export interface GuestLoad {
  readonly size: GuestSize;
  readonly timeline: () => Timeline;
  /** False (and nothing written) when the guest was off in that minute. */
  readonly fill: MinuteSource;
}

/** Growth since creation for `growing` guests, about 1 after 200 days; else 1. */
const growthAt = (shape: GuestState['load']['shape'], minute: number, created: number): number =>
  shape === 'growing' ? Math.min(1.5, 0.5 + (minute - created / 60) / (400 * DAY_MINUTES)) : 1;

/** Prepares the load function of one guest; the work per minute is then a few multiplications. */
export const guestLoad = (state: DemoState, guest: GuestState): GuestLoad => {
  const size = sizeOf(guest, state.nodes[guest.node]);
  let known: Timeline | undefined;
  const timeline = (): Timeline => (known ??= timelineOf(state, guest));
  // The present needs no history: a guest that runs has run since its last start.
  const since = guest.status === 'stopped' || guest.startedAt === null ? Infinity : guest.startedAt;
  const created = guest.load.shape === 'growing' ? createdAt(state, guest) : 0;
  const seed = seedOf(state.seed, `load-${guest.vmid}`);
  const { cpu, memory, shape, diskBps, netBps } = guest.load;
  const isVm = guest.type === 'qemu';
  // Without a balloon device PVE has no numbers from inside the guest and reports the process's memory.
  const balloonReports = isVm && guest.config.balloon !== '0' && guest.agent !== undefined;
  const diskFill = isVm ? 0 : 0.3 + 0.35 * noiseAt(seed, 1);

  const fill: MinuteSource = (minute, out) => {
    if (minute * 60 < since && !ranAt(timeline(), minute)) return false;
    const growth = growthAt(shape, minute, created);
    const level = levelAt(shape, minute, seed) * growth;
    const jitter = 0.88 + 0.24 * noiseAt(seed, minute);
    const used = Math.min(isVm ? 1.02 : 1, cpu * level * jitter);
    const drift = slowNoise(seed ^ 0x3c6e, minute, 240);
    const share = Math.min(0.985, memory * growth * (0.95 + 0.04 * drift + 0.02 * Math.min(level, 2)));
    const throughput = diskBps * level * (0.7 + 0.6 * noiseAt(seed ^ 0x1b87, minute));
    const traffic = netBps * level * (0.75 + 0.5 * noiseAt(seed ^ 0x5bd1, minute));
    const host = size.maxmem * Math.min(1.01, Math.max(share, 0.55 + 0.45 * memory) + 0.012);
    const cpuPressure = Math.max(0, used - 0.75) * 55 + (used > 0.3 ? 0.4 * jitter : 0);
    const ioPressure = Math.min(60, throughput / 2_500_000) * (0.6 + 0.5 * drift);
    const memoryPressure = isVm ? 0 : Math.max(0, share - 0.9) * 90;
    out[0] = used;
    out[1] = balloonReports || !isVm ? size.maxmem * share : host;
    out[2] = isVm ? 0 : Math.min(0.97, diskFill * (0.8 + 0.2 * growth)) * size.maxdisk;
    out[3] = traffic;
    out[4] = traffic * (0.45 + 0.2 * noiseAt(seed, 2));
    out[5] = throughput * 0.38;
    out[6] = throughput * 0.62;
    out[7] = host;
    out[8] = cpuPressure;
    out[9] = isVm ? cpuPressure * 0.15 : 0;
    out[10] = ioPressure;
    out[11] = ioPressure * 0.8;
    out[12] = memoryPressure;
    out[13] = memoryPressure * 0.6;
    return true;
  };
  return { size, timeline, fill };
};
