import type { GuestState, NodeState } from '../state.ts';
import { volumesOfConfig } from '../world/volume-refs.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** What PVE reports as a guest's limits. */
export interface GuestSize {
  readonly cpus: number;
  /** Bytes. */
  readonly maxmem: number;
  readonly maxdisk: number;
  /** lxc only. */
  readonly maxswap?: number;
}

const positive = (text: string | undefined, fallback: number): number => {
  const value = Number(text ?? fallback);
  return Number.isFinite(value) && value > 0 ? value : fallback;
};

/** Bytes of the volume of one key; undefined where it names none. */
const bytesOf = (config: GuestState['config'], key: string): number | undefined => {
  const value = config[key];
  return value === undefined ? undefined : volumesOfConfig({ [key]: value })[0]?.sizeBytes;
};

/** Size of the first real disk of the boot order, else 0: what `vmstatus` calls `maxdisk` of a VM. */
const bootDiskBytes = (config: GuestState['config']): number => {
  const order = /order=([^,]*)/.exec(config.boot ?? '')?.[1]?.split(';') ?? [];
  for (const key of order) {
    if (config[key]?.includes('media=cdrom') === true) continue;
    const bytes = bytesOf(config, key);
    if (bytes !== undefined) return bytes;
  }
  return 0;
};

/** vCPUs, memory and disk as PVE's `vmstatus` derives them from the configuration. */
export const sizeOf = ({ config, type }: GuestState, node: NodeState | undefined): GuestSize => {
  // `cores` of a node is per socket; cpuinfo counts threads.
  const hostCpus = node === undefined ? 1 : node.sockets * node.cores * 2;
  const memory = /(?:^|current=)(\d+)/.exec(config.memory ?? '')?.[1];
  if (type === 'lxc') {
    return {
      cpus: positive(config.cores ?? config.cpulimit, hostCpus),
      maxmem: positive(memory, 512) * MIB,
      maxdisk: bytesOf(config, 'rootfs') ?? 4 * GIB,
      maxswap: Number(config.swap ?? '0') * MIB,
    };
  }
  const cpus = Math.min(positive(config.sockets, 1) * positive(config.cores, 1), hostCpus);
  return {
    cpus: positive(config.vcpus, cpus),
    maxmem: positive(memory, 512) * MIB,
    maxdisk: bootDiskBytes(config),
  };
};
