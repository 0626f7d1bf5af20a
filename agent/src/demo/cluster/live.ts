import { liveGuest } from '../rrd/live-guest.ts';
import { liveNode } from '../rrd/live-node.ts';
import type { DemoState, GuestState, NodeState } from '../state.ts';

/** Numbers of a guest's row in lists; bytes, seconds, CPU as share of the guest's cores. */
export const guestNumbers = (state: DemoState, guest: GuestState, now: number): Record<string, number> => {
  const live = liveGuest(state, guest, now);
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

/** Numbers of a node's row in lists; bytes, seconds, CPU as share of all its threads. */
export const nodeNumbers = (
  state: DemoState,
  node: NodeState,
  now: number,
): Record<'cpu' | 'maxcpu' | 'mem' | 'maxmem' | 'disk' | 'maxdisk' | 'uptime', number> => {
  const { cpu, maxcpu, mem, maxmem, disk, maxdisk, uptime } = liveNode(state, node, now);
  return { cpu, maxcpu, mem, maxmem, disk, maxdisk, uptime };
};
