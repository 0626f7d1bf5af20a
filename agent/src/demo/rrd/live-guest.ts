import type { DemoState, GuestState } from '../state.ts';
import type { GuestField, GuestLoad } from './guest-load.ts';
import { guestFields, guestLoad } from './guest-load.ts';
import { tidy } from './frames.ts';

/**
 * Numbers of `status/current` and of `/cluster/resources`. Bytes, seconds, shares 0–1 (`cpu` of the guest's vCPUs) and
 * percent (`pressure…`). `netin`, `netout`, `diskread` and `diskwrite` count from the last start, as PVE's counters do.
 */
export interface LiveGuest {
  readonly cpu: number;
  readonly cpus: number;
  readonly mem: number;
  readonly maxmem: number;
  readonly disk: number;
  readonly maxdisk: number;
  readonly uptime: number;
  readonly netin: number;
  readonly netout: number;
  readonly diskread: number;
  readonly diskwrite: number;
  /** VMs only. */
  readonly memhost?: number;
  /** VMs whose balloon device reports: free memory inside the guest, and what the guest may use now. */
  readonly freemem?: number;
  readonly balloon?: number;
  /** Containers only. */
  readonly swap?: number;
  readonly maxswap?: number;
  readonly pressurecpusome?: number;
  readonly pressurecpufull?: number;
  readonly pressureiosome?: number;
  readonly pressureiofull?: number;
  readonly pressurememorysome?: number;
  readonly pressurememoryfull?: number;
}

/** The state of a guest's counters at `now` (Unix seconds): the newest minute of its RRD. */
export const liveGuest = (
  state: DemoState,
  guest: GuestState,
  now: number,
  load: GuestLoad = guestLoad(state, guest),
): LiveGuest => {
  const { size, fill } = load;
  const values = new Float64Array(guestFields.length);
  const container = guest.type === 'lxc';
  const base = {
    cpus: size.cpus,
    maxmem: size.maxmem,
    maxdisk: size.maxdisk,
    ...(container ? { maxswap: size.maxswap ?? 0 } : {}),
  };
  const uptime = guest.startedAt === null ? 0 : Math.max(0, Math.floor(now - guest.startedAt));
  if (guest.status === 'stopped' || !fill(Math.floor(now / 60), values)) {
    const off = { cpu: 0, mem: 0, disk: 0, netin: 0, netout: 0, diskread: 0, diskwrite: 0 };
    return {
      ...base,
      ...off,
      uptime: guest.status === 'stopped' ? 0 : uptime,
      ...(container ? { swap: 0 } : { memhost: 0 }),
    };
  }
  const at = (field: GuestField): number => tidy(values[guestFields.indexOf(field)] ?? 0);
  const { netBps, diskBps } = guest.load;
  const paused = guest.status === 'paused';
  const mem = Math.round(at('mem'));
  const memhost = Math.round(at('memhost'));
  return {
    ...base,
    cpu: paused ? 0 : at('cpu'),
    mem,
    disk: Math.round(at('disk')),
    uptime,
    netin: Math.floor(netBps * uptime),
    netout: Math.floor(netBps * 0.55 * uptime),
    diskread: Math.floor(diskBps * 0.38 * uptime),
    diskwrite: Math.floor(diskBps * 0.62 * uptime),
    ...(container
      ? { swap: Math.round((size.maxswap ?? 0) * Math.max(0, mem / size.maxmem - 0.8) * 0.5) }
      : { memhost, ...(mem === memhost ? {} : { freemem: size.maxmem - mem, balloon: size.maxmem }) }),
    pressurecpusome: at('pressurecpusome'),
    pressurecpufull: at('pressurecpufull'),
    pressureiosome: at('pressureiosome'),
    pressureiofull: at('pressureiofull'),
    pressurememorysome: at('pressurememorysome'),
    pressurememoryfull: at('pressurememoryfull'),
  };
};
