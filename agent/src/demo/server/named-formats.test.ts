import { describe, expect, test } from 'vitest';
import { FormatError } from './format-error.ts';
import { namedFormats } from './named-formats.ts';
import { perlPattern } from './perl-regex.ts';
import { propertyFormat } from './property-string.ts';
import { apiMethods } from './schema.ts';
import type { ParamSchema } from './schema.ts';

const valid = (format: string, text: string): boolean => {
  try {
    namedFormats[format]?.(text);
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
};

/** Every schema of a parameter or sub-key, property strings opened. */
const allSchemas = (schema: ParamSchema): ParamSchema[] => [
  schema,
  ...(schema.items ? allSchemas(schema.items) : []),
  ...Object.values(propertyFormat(schema.format) ?? {}).flatMap(allSchemas),
];

const schemas = apiMethods.flatMap(({ params }) => Object.values(params).flatMap(allSchemas));

/** Formats that the demo takes as text: SDN, ACME, and what PVE itself hardly checks. */
const uncheckedFormats = [
  'graphite-path',
  'pem-certificate-chain',
  'pem-string',
  'pve-acme-alias',
  'pve-acme-domain',
  'pve-command-batch',
  'pve-ha-node',
  'pve-ha-resource-id',
  'pve-ha-resource-or-vm-id',
  'pve-priv',
  'pve-sdn-bgp-rt',
  'pve-sdn-controller-id',
  'pve-sdn-dhcp-range',
  'pve-sdn-dns-id',
  'pve-sdn-fabric-id',
  'pve-sdn-ipam-id',
  'pve-sdn-isis-net',
  'pve-sdn-subnet-id',
  'pve-sdn-vnet-id',
  'pve-sdn-zone-id',
  'pve-storage-path-in-property-string',
];

describe('the formats of the schema', () => {
  test('are all checked, save for those listed here', () => {
    const named = schemas.flatMap(({ format }) =>
      typeof format === 'string' && !propertyFormat(format) ? [format.replace(/-(?:list|opt)$/, '')] : [],
    );
    const unchecked = [...new Set(named)].filter((name) => !(name in namedFormats)).sort();
    expect(unchecked.filter((name) => !uncheckedFormats.includes(name))).toEqual([]);
  });

  test('have patterns that JavaScript understands', () => {
    const patterns = new Set(schemas.flatMap(({ pattern }) => pattern ?? []));
    expect(patterns.size).toBeGreaterThan(40);
    for (const pattern of patterns) expect(() => perlPattern(pattern)).not.toThrow();
  });
});

describe('namedFormats', () => {
  test.each([
    ['pve-vmid', ['100', '999999999'], ['99', '0100', '1000000000', 'abc']],
    ['pve-node', ['pve1', 'a', 'node-7'], ['-pve', 'pve_1', 'pve.local', '']],
    ['pve-configid', ['net0', 'snap_1', 'A-b'], ['1a', 'a', 'a.b', '']],
    [
      'mac-addr',
      ['BC:24:11:00:00:01', 'bc:24:11:aa:bb:cc'],
      ['01:00:5E:00:00:01', 'BC-24-11-00-00-01', 'BC:24:11'],
    ],
    ['ipv4', ['10.0.0.1'], ['10.0.0', '10.0.0.256', '::1']],
    ['CIDR', ['10.0.0.0/24', '2001:db8::/32'], ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/7']],
    ['ipv4mask', ['255.255.255.0', '0.0.0.0'], ['255.0.255.0', '24']],
    ['pve-volume-id', ['local:iso/debian.iso', 'local-zfs:vm-1-disk-0'], ['local', '-a:b', 'a:']],
    ['pve-volume-id-or-qm-path', ['none', 'cdrom', '/dev/sda', 'local:1'], ['sda']],
    ['disk-size', ['32G', '1.5T', '512', '4MiB'], ['32GB', '-1G', 'big']],
    ['pve-userid', ['root@pam', 'a.b@corp'], ['root', '@pam', 'a b@pve', 'a/b@pve']],
    ['pve-tokenid', ['root@pam!ci'], ['root@pam', 'root!ci']],
    ['pve-bridge-id', ['vmbr0', 'vnet-1'], ['vm br', '']],
    ['pve-vlan-id-or-range', ['2', '10-20'], ['1', '4095', '20-10', 'x']],
    ['pve-startup-order', ['order=1', '3', 'up=1,down=2'], ['', 'first']],
    ['pve-cpuset', ['0', '0-3,5'], ['3-0', 'a']],
    [
      'pve-fw-dport-spec',
      ['22', '80,443', '1:1024', 'ssh', 'echo-request'],
      ['70000', '20:10', 'nonsense', '22,'],
    ],
    ['pve-fw-sport-spec', ['22'], ['echo-request']],
    [
      'pve-fw-addr-spec',
      ['10.0.0.0/8', '10.0.0.1-10.0.0.9', '+dc/blocked', 'dc/lan', '10.0.0.1,10.0.0.2'],
      ['10.0.0.1,::1', '10.0.0.1-10.0.0.9,10.1.0.1', '300.1.1.1'],
    ],
    ['pve-poolid', ['lab', 'a/b/c'], ['a/b/c/d', 'a b']],
    ['pve-iface', ['vmbr0', 'eth0.100', 'bond0'], ['0eth', 'x']],
    ['dns-name', ['db-01', 'a.example.com'], ['-a', 'a_b', '']],
    ['storage-pair', ['local:nas', 'local', '1'], ['a']],
  ])('%s', (format, good, bad) => {
    expect(good.filter((text) => !valid(format, text))).toEqual([]);
    expect(bad.filter((text) => valid(format, text))).toEqual([]);
  });
});
