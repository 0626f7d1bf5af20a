import type { GuestType, HttpMethod } from '../../pve/types.ts';
import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, GuestState } from '../state.ts';
import { flag, textOrEmpty } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';

export const guestTypes: readonly GuestType[] = ['qemu', 'lxc'];

/** How PVE calls a guest of this type in messages. */
export const guestKind = (type: GuestType): 'VM' | 'CT' => (type === 'qemu' ? 'VM' : 'CT');

const configFolder = (type: GuestType): string => (type === 'qemu' ? 'qemu-server' : 'lxc');

/** The guest that the path names; PVE's refusal when the node in the path has no such configuration file. */
export function findGuest({ state, params }: DemoContext, type: GuestType): GuestState {
  const vmid = textOrEmpty(params, 'vmid');
  const node = textOrEmpty(params, 'node');
  const guest = state.guests[vmid];
  if (guest?.type === type && guest.node === node) return guest;
  die(`Configuration file 'nodes/${node}/${configFolder(type)}/${vmid}.conf' does not exist`);
}

/** SHA-1 over all that stands in the guest's configuration file: current, pending, snapshots, raw lines. */
export const guestDigest = ({ config, lxcRaw, pending, snapshots, cloudinit }: GuestState): string =>
  digestOf([config, lxcRaw, pending, snapshots, cloudinit ?? {}]);

/** Whether a process of the guest exists: a paused VM counts as running, as in PVE. */
export const isRunning = ({ status }: GuestState): boolean => status !== 'stopped';

export const isTemplate = ({ config }: GuestState): boolean => config.template === '1';

/** PVE's refusal to touch a locked guest: `VM is locked (backup)`. */
export function assertUnlocked({ type, config }: GuestState): void {
  if (config.lock) die(`${guestKind(type)} is locked (${config.lock})`);
}

/** PVE's refusal to remove what is protected. */
export function assertUnprotected({ config }: GuestState, what: string): void {
  if (config.protection === '1') die(`${what} - protection mode enabled`);
}

/** Refuses options that PVE keeps for `root@pam`; API tokens are never root. */
export function assertRootOptions({ caller, params }: DemoContext, names: readonly string[]): void {
  if (caller.isRoot) return;
  for (const name of names) {
    const value = params[name];
    if (value !== undefined && value !== false && value !== '' && value !== '0') {
      refuseParams({ [name]: 'Only root may use this option.' });
    }
  }
}

/** The caller asked to ignore the guest's lock and may. */
export function skipsLock(context: DemoContext): boolean {
  assertRootOptions(context, ['skiplock']);
  return flag(context.params, 'skiplock');
}

/** The HA resource of a guest: `vm:105`, `ct:200`; undefined when HA does not manage it. */
export function haResource(state: DemoState, { type, vmid }: GuestState): string | undefined {
  const id = `${type === 'qemu' ? 'vm' : 'ct'}:${vmid}`;
  return state.haResources[id] && id;
}

/** PVE's refusal to give a VMID twice. */
export function assertVmidUnused({ guests }: DemoState, vmid: number): void {
  const taken = guests[String(vmid)];
  if (taken) die(`${guestKind(taken.type)} ${vmid} already exists on node '${taken.node}'`);
}

/** The pool that a guest is in. */
export const poolOf = (state: DemoState, vmid: number): string | undefined =>
  Object.keys(state.pools).find((name) => state.pools[name]?.vmids.includes(vmid));

export type GuestHandler = (context: DemoContext, guest: GuestState) => unknown;

/** An endpoint below `/nodes/{node}/{type}/{vmid}` whose guest must exist. */
export const guestEndpoint = (
  type: GuestType,
  method: HttpMethod,
  suffix: string,
  handle: GuestHandler,
): DemoEndpoint => ({
  method,
  path: `/nodes/{node}/${type}/{vmid}${suffix}`,
  handle: (context) => handle(context, findGuest(context, type)),
});

/** The same endpoint for VMs and containers. */
export const bothTypes = (method: HttpMethod, suffix: string, handle: GuestHandler): DemoEndpoint[] =>
  guestTypes.map((type) => guestEndpoint(type, method, suffix, handle));
