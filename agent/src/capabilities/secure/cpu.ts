import { z } from 'zod';
import { parseProperty, printProperty, subkey, withSubkey } from '../../pve/config/property.ts';
import type { GuestConfig } from '../../pve/config/types.ts';
import type { Known } from '../../pve/types.ts';
import type { Edit } from './action.ts';
import { sub } from './config-values.ts';
import { editKey } from './edits.ts';
import type { Facts } from './facts.ts';

/** PVE's default for a missing `cpu` on x86_64. */
const defaultModel = 'kvm64';

export const cpuModel = (config: GuestConfig): string => sub(config, 'cpu', 'cputype') ?? defaultModel;

const split = (flags: string | undefined): readonly string[] =>
  (flags ?? '').split(';').filter((flag) => flag !== '');

/** `+aes`, `-nested-virt`… */
export const cpuFlags = (config: GuestConfig): readonly string[] => split(sub(config, 'cpu', 'flags'));

/** Adds flags to the virtual CPU; the model and every other flag stay. */
export const addCpuFlags = (facts: Facts, flags: readonly string[], label: string): Edit =>
  editKey(
    facts,
    'cpu',
    (before) => {
      const value = parseProperty('qemu', 'cpu', before ?? defaultModel);
      const kept = split(subkey(value, 'flags')).filter((flag) => !flags.includes(flag.slice(1)));
      const text = [...kept, ...flags.map((flag) => `+${flag}`)].join(';');
      return printProperty('qemu', 'cpu', withSubkey(value, 'flags', text));
    },
    { label },
  );

const cpuInfo = z.object({
  cpuinfo: z.object({ flags: z.string(), model: z.string().default('') }),
});

interface NodeCpu {
  readonly flags: ReadonlySet<string>;
  readonly model: string;
}

// Every guest asks for the CPUs of the same nodes: each status is parsed once, and each cluster compared once.
const cpus = new WeakMap<object, NodeCpu>();
const commonFlags = new WeakMap<
  Facts['cluster'],
  { readonly inventory: Facts['inventory']; readonly flags: Known<ReadonlySet<string>> }
>();

/** The flags of `/proc/cpuinfo` and the model name, from a node's status; undefined when it has none. */
export function nodeCpu(status: Readonly<Record<string, unknown>>): NodeCpu | undefined {
  const before = cpus.get(status);
  if (before) return before;
  const parsed = cpuInfo.safeParse(status);
  if (!parsed.success) return undefined;
  const { flags, model } = parsed.data.cpuinfo;
  const cpu = { flags: new Set(flags.split(/\s+/).filter((flag) => flag !== '')), model };
  cpus.set(status, cpu);
  return cpu;
}

const kernel = z.object({ 'current-kernel': z.object({ machine: z.string() }) });

/** `x86_64` or `aarch64`. */
export function nodeArchitecture(status: Readonly<Record<string, unknown>>): string | undefined {
  const parsed = kernel.safeParse(status);
  return parsed.success ? parsed.data['current-kernel'].machine : undefined;
}

/** CPU flags that every online node has: what a guest may use and still move anywhere. */
export function hostFlags({ inventory, cluster }: Facts): Known<ReadonlySet<string>> {
  const before = commonFlags.get(cluster);
  if (before?.inventory === inventory) return before.flags;
  const flags = flagsInCommon(inventory, cluster);
  commonFlags.set(cluster, { inventory, flags });
  return flags;
}

function flagsInCommon(inventory: Facts['inventory'], cluster: Facts['cluster']): Known<ReadonlySet<string>> {
  let common: ReadonlySet<string> | undefined;
  for (const { name, online } of inventory.nodes) {
    if (!online) continue;
    const status = cluster.nodeStatus[name];
    if (!status?.known) {
      return {
        known: false,
        reason: `the CPU of node ${name} is not known: ${status?.reason ?? 'not read'}`,
      };
    }
    const cpu = nodeCpu(status.value);
    if (!cpu) return { known: false, reason: `node ${name} does not report its CPU flags` };
    const before: ReadonlySet<string> = common ?? cpu.flags;
    common = new Set([...before].filter((flag) => cpu.flags.has(flag)));
  }
  return common ? { known: true, value: common } : { known: false, reason: 'no node is online' };
}
