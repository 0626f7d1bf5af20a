import { randomBytes } from 'node:crypto';
import { parseProperty, printProperty, subkey, withSubkey } from '../../pve/config/property.ts';
import type { GuestType } from '../../pve/types.ts';
import type { DemoContext } from '../endpoint.ts';
import type { DemoState } from '../state.ts';

export const isNetKey = (key: string): boolean => /^net\d+$/.test(key);

const macName = (type: GuestType): 'macaddr' | 'hwaddr' => (type === 'qemu' ? 'macaddr' : 'hwaddr');

/** A new MAC address with the datacenter's prefix, by default Proxmox's own `BC:24:11`. */
export function randomMac({ datacenter }: DemoState): string {
  const prefix = (datacenter.mac_prefix ?? 'BC:24:11').split(':');
  const rest = [...randomBytes(6 - prefix.length)].map((byte) => byte.toString(16).padStart(2, '0'));
  return [...prefix, ...rest].join(':').toUpperCase();
}

/** A NIC as PVE writes it back: MAC address generated when it is missing, a container's `type=veth` stated. */
export function normaliseNet(state: DemoState, type: GuestType, key: string, text: string): string {
  let value = parseProperty(type, key, text);
  if (subkey(value, macName(type)) === undefined) value = withSubkey(value, macName(type), randomMac(state));
  if (type === 'lxc' && subkey(value, 'type') === undefined) value = withSubkey(value, 'type', 'veth');
  return printProperty(type, key, value);
}

/** The same NIC with a fresh MAC address, as a clone gets it. */
export function withFreshMac(state: DemoState, type: GuestType, key: string, text: string): string {
  const value = withSubkey(parseProperty(type, key, text), macName(type), randomMac(state));
  return printProperty(type, key, value);
}

function trunkTags(trunks: string): number[] {
  return trunks.split(';').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  });
}

/** Needs `SDN.Use` on the bridge, or on each VLAN that the NIC joins. */
export function assertBridgeAccess(
  { caller, state }: DemoContext,
  type: GuestType,
  key: string,
  text: string,
): void {
  if (caller.isRoot) return;
  const value = parseProperty(type, key, text);
  const bridge = subkey(value, 'bridge');
  if (bridge === undefined) return;
  const zone = state.sdn?.vnets[bridge]?.zone ?? 'localnetwork';
  const tag = subkey(value, 'tag');
  const trunks = subkey(value, 'trunks');
  const base = `/sdn/zones/${zone}/${bridge}`;
  const tags = [...(tag ? [Number(tag)] : []), ...(trunks ? trunkTags(trunks) : [])];
  for (const path of tags.length > 0 ? tags.map((one) => `${base}/${one}`) : [base]) {
    caller.require(path, ['SDN.Use']);
  }
}
