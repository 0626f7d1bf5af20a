import type { DemoState, NodeState } from '../state.ts';
import type { GuestLoad } from './guest-load.ts';
import { guestFields, guestLoad } from './guest-load.ts';
import type { GuestLoads } from './guest-loads.ts';
import type { MinuteSource } from './consolidate.ts';
import { noiseAt, seedOf, slowNoise } from './noise.ts';

const GIB = 1024 ** 3;

/** What changes in a node's RRD, in the order in which {@link NodeLoad.fill} writes it. */
export const nodeFields = [
  'cpu',
  'iowait',
  'loadavg',
  'memused',
  'memavailable',
  'arcsize',
  'swapused',
  'rootused',
  'netin',
  'netout',
  'pressurecpusome',
  'pressureiosome',
  'pressureiofull',
  'pressurememorysome',
  'pressurememoryfull',
] as const;
export type NodeField = (typeof nodeFields)[number];

export interface NodeLoad {
  readonly maxcpu: number;
  /** Bytes. */
  readonly memtotal: number;
  readonly swaptotal: number;
  readonly roottotal: number;
  readonly guests: readonly GuestLoad[];
  readonly fill: MinuteSource;
}

const hasZfs = (state: DemoState, node: NodeState): boolean =>
  Object.values(state.storages).some(
    (storage) => storage.type === 'zfspool' && (storage.nodes ?? node.name).split(',').includes(node.name),
  );

/** A node's load: what its guests use, and what the host itself needs. Lists pass the loads of all guests. */
export const nodeLoad = (state: DemoState, node: NodeState, loads?: GuestLoads): NodeLoad => {
  const seed = seedOf(state.seed, `node-${node.name}`);
  const guests =
    loads?.on(node.name) ??
    Object.values(state.guests)
      .filter((guest) => guest.node === node.name && guest.status !== 'stopped')
      .map((guest) => guestLoad(state, guest));
  const maxcpu = node.sockets * node.cores * 2;
  const roottotal = 94 * GIB;
  const arcLimit = hasZfs(state, node) ? Math.min(16 * GIB, node.memory / 10) : 0;
  const values = new Float64Array(guestFields.length);

  const fill: MinuteSource = (minute, out) => {
    if (!node.online) return false;
    let cores = 0;
    let memory = 2.6 * GIB;
    let disk = 0;
    let netin = 0;
    let netout = 0;
    for (const guest of guests) {
      if (!guest.fill(minute, values)) continue;
      cores += (values[0] ?? 0) * guest.size.cpus;
      memory += guest.size.maxswap === undefined ? (values[7] ?? 0) : (values[1] ?? 0);
      disk += (values[5] ?? 0) + (values[6] ?? 0);
      netin += values[3] ?? 0;
      netout += values[4] ?? 0;
    }
    const busy = 0.012 + 0.008 * noiseAt(seed, minute);
    const cpu = Math.min(1, cores / maxcpu + busy);
    const iowait = Math.min(0.4, disk / (maxcpu * 1e8)) * (0.6 + 0.8 * noiseAt(seed ^ 0x77, minute));
    const arc = arcLimit * (0.85 + 0.15 * slowNoise(seed, minute, 720));
    const memused = Math.min(node.memory * 0.985, memory + arc);
    const full = memused / node.memory;
    const cpuPressure = Math.max(0, cpu - 0.55) * 60 + cpu * 0.8;
    const ioPressure = iowait * 45;
    const memoryPressure = Math.max(0, full - 0.92) * 70;
    out[0] = cpu;
    out[1] = iowait;
    out[2] = (cpu + iowait) * maxcpu * (1.02 + 0.1 * noiseAt(seed ^ 0x99, minute));
    out[3] = memused;
    out[4] = node.memory - memused + 0.3 * arc;
    out[5] = arc;
    out[6] = Math.max(0, full - 0.8) * node.swap;
    out[7] = roottotal * (0.14 + 0.02 * slowNoise(seed ^ 0x55, minute, 10_080));
    out[8] = netin;
    out[9] = netout;
    out[10] = cpuPressure;
    out[11] = ioPressure;
    out[12] = ioPressure * 0.85;
    out[13] = memoryPressure;
    out[14] = memoryPressure * 0.7;
    return true;
  };
  return { maxcpu, memtotal: node.memory, swaptotal: node.swap, roottotal, guests, fill };
};
