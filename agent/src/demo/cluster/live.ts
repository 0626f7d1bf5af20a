import type { GuestLoads } from '../rrd/guest-loads.ts';
import { liveGuest } from '../rrd/live-guest.ts';
import { nodeFields, nodeLoad, type NodeField } from '../rrd/node-load.ts';
import { storageUsages, type StorageUsage } from '../rrd/storage-usage.ts';
import type { DemoState, GuestState, NodeState } from '../state.ts';

/** Numbers of a guest's row in lists; bytes, seconds, CPU as share of the guest's cores. */
export const guestNumbers = (
  state: DemoState,
  guest: GuestState,
  now: number,
  loads?: GuestLoads,
): Record<string, number> => {
  const live = liveGuest(state, guest, now, loads?.of(guest));
  const { cpu, cpus, mem, maxmem, disk, maxdisk, uptime } = live;
  const { netin, netout, diskread, diskwrite, memhost } = live;
  return {
    cpu,
    maxcpu: cpus,
    mem,
    maxmem,
    // PVE reports no used disk space for VMs
    disk: guest.type === 'qemu' ? 0 : disk,
    maxdisk,
    uptime,
    netin,
    netout,
    diskread,
    diskwrite,
    ...(memhost === undefined ? {} : { memhost }),
  };
};

/**
 * Numbers of a node's row in lists; bytes, seconds, CPU as share of all its threads. One minute of its load: lists need
 * no load average, which takes fifteen.
 */
export const nodeNumbers = (
  state: DemoState,
  node: NodeState,
  now: number,
  loads?: GuestLoads,
): Record<'cpu' | 'maxcpu' | 'mem' | 'maxmem' | 'disk' | 'maxdisk' | 'uptime', number> => {
  const load = nodeLoad(state, node, loads);
  const values = new Float64Array(nodeFields.length);
  load.fill(Math.floor(now / 60), values);
  const at = (field: NodeField): number => values[nodeFields.indexOf(field)] ?? 0;
  return {
    cpu: Number(at('cpu').toPrecision(6)),
    maxcpu: load.maxcpu,
    mem: Math.round(at('memused')),
    maxmem: load.memtotal,
    disk: Math.round(at('rootused')),
    maxdisk: load.roottotal,
    uptime: node.online ? Math.max(0, Math.floor(now - node.bootedAt)) : 0,
  };
};

/** `${storage} ${node}` → whole bytes of every storage on every node where it is switched on. */
export const storageNumbers = (state: DemoState): ReadonlyMap<string, StorageUsage> =>
  new Map(
    [...storageUsages(state)].map(([place, { total, used }]) => {
      const whole = Math.floor(total);
      return [place, { total: whole, used: Math.floor(used), avail: whole - Math.floor(used) }];
    }),
  );
