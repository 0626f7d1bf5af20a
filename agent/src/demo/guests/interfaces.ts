import ipaddr from 'ipaddr.js';
import { parseProperty, subkey } from '../../pve/config/property.ts';
import type { DemoEndpoint } from '../endpoint.ts';
import type { GuestState } from '../state.ts';
import { isRunning, guestEndpoint } from './lookup.ts';
import { isNetKey } from './nets.ts';

interface Address {
  readonly type: 'inet' | 'inet6';
  readonly address: string;
  readonly prefix: number;
}

const loopback = {
  name: 'lo',
  hwaddr: '00:00:00:00:00:00',
  addresses: [
    { type: 'inet', address: '127.0.0.1', prefix: 8 },
    { type: 'inet6', address: '::1', prefix: 128 },
  ] satisfies Address[],
};

/** The link-local address that the kernel derives from a MAC address. */
function linkLocal(mac: string): Address {
  const bytes = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes;
  const parts = [0xfe80, 0, 0, 0, ((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return { type: 'inet6', address: new ipaddr.IPv6(parts).toString(), prefix: 64 };
}

function cidr(type: Address['type'], text: string | undefined): Address[] {
  const [address, prefix] = (text ?? '').split('/');
  return address && prefix !== undefined ? [{ type, address, prefix: Number(prefix) }] : [];
}

/** Addresses that a container has: those of its configuration; for DHCP those that the demo's network gave out. */
function addressesOf(guest: GuestState, name: string, key: string): Address[] {
  const net = parseProperty('lxc', key, guest.config[key] ?? '');
  const leased = guest.agent?.interfaces.find((one) => one.name === name)?.addresses ?? [];
  return [
    ...cidr('inet', subkey(net, 'ip')),
    ...cidr('inet6', subkey(net, 'ip6')),
    ...leased.map(({ type, address, prefix }): Address => ({
      type: type === 'ipv4' ? 'inet' : 'inet6',
      address,
      prefix,
    })),
    linkLocal(subkey(net, 'hwaddr') ?? '00:00:00:00:00:00'),
  ];
}

function row(name: string, hwaddr: string, addresses: readonly Address[]): Record<string, unknown> {
  const first = (type: Address['type']) => addresses.find((address) => address.type === type);
  const text = (address: Address | undefined) => address && `${address.address}/${address.prefix}`;
  const [inet, inet6] = [text(first('inet')), text(first('inet6'))];
  return {
    name,
    hwaddr,
    'hardware-address': hwaddr,
    ...(inet !== undefined && { inet }),
    ...(inet6 !== undefined && { inet6 }),
    'ip-addresses': addresses.map(({ type, address, prefix }) => ({
      'ip-address-type': type,
      'ip-address': address,
      prefix,
    })),
  };
}

/** PVE asks inside the container's network namespace; there is none when it is stopped, and it answers null. */
function interfaces(guest: GuestState): Record<string, unknown>[] | null {
  if (!isRunning(guest)) return null;
  const nics = Object.keys(guest.config).filter(isNetKey).sort();
  return [
    row(loopback.name, loopback.hwaddr, loopback.addresses),
    ...nics.map((key) => {
      const net = parseProperty('lxc', key, guest.config[key] ?? '');
      const name = subkey(net, 'name') ?? key;
      return row(name, (subkey(net, 'hwaddr') ?? '').toLowerCase(), addressesOf(guest, name, key));
    }),
  ];
}

/** The network interfaces inside a container. */
export const interfaceEndpoints: readonly DemoEndpoint[] = [
  guestEndpoint('lxc', 'GET', '/interfaces', (_, guest) => interfaces(guest)),
];
