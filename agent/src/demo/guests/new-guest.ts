import type { GuestType } from '../../pve/types.ts';
import type { DemoContext } from '../endpoint.ts';
import type { GuestState, Section } from '../state.ts';
import { deny, die } from '../refuse.ts';

/** A guest that has only a configuration yet. */
export const newGuest = (type: GuestType, vmid: number, node: string, config: Section): GuestState => ({
  vmid,
  type,
  node,
  config,
  lxcRaw: [],
  pending: { set: {}, delete: [] },
  snapshots: {},
  status: 'stopped',
  startedAt: null,
  firewall: { options: {}, rules: [], ipsets: {}, aliases: {} },
  load: { cpu: 0.05, memory: 0.4, shape: 'flat', diskBps: 20_000, netBps: 10_000 },
});

/** Creating needs `VM.Allocate` on the VMID or on the pool; restoring over an existing guest, `VM.Backup` on it. */
export function assertMayCreate(
  { caller, state }: DemoContext,
  vmid: number,
  pool: string | undefined,
  overwrites: boolean,
): void {
  if (pool !== undefined && !state.pools[pool]) die(`pool '${pool}' does not exist`);
  if (caller.can(`/vms/${vmid}`, ['VM.Allocate'])) return;
  if (pool !== undefined && caller.can(`/pool/${pool}`, ['VM.Allocate'])) return;
  if (overwrites && caller.can(`/vms/${vmid}`, ['VM.Backup'])) return;
  deny();
}

/** Puts a finished guest into the cluster and its pool. */
export function addGuest({ state }: DemoContext, guest: GuestState, pool: string | undefined): void {
  state.guests[String(guest.vmid)] = guest;
  const members = pool === undefined ? undefined : state.pools[pool]?.vmids;
  if (members && !members.includes(guest.vmid)) members.push(guest.vmid);
}

/** Registers the new guest with HA, as `ha-managed=1` asks. */
export function manageByHa({ state }: DemoContext, { type, vmid }: GuestState, start: boolean): void {
  const sid = `${type === 'qemu' ? 'vm' : 'ct'}:${vmid}`;
  state.haResources[sid] = {
    ...state.haResources[sid],
    type: type === 'qemu' ? 'vm' : 'ct',
    state: start ? 'started' : 'stopped',
  };
}
