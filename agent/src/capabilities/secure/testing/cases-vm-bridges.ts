import { of, type Case } from './cases.ts';
import { rule, twoTenants, vmid } from './world.ts';

const nic = 'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr1,tag=20';
const walled = `${nic},firewall=1`;
const on = { options: { enable: '1' } };
const sshIn = [rule({ type: 'in', action: 'ACCEPT', proto: 'tcp', dport: '22', source: '+dc/management' })];

/** VM-SEC-006 to 012. */
export const vmNetworkCases: readonly Case[] = [
  ...of(
    'VM-SEC-006',
    [
      'off, addresses unknown: by hand',
      walled,
      'fail',
      { severity: 'low', fix: false, keys: ['ipfilter'], world: { firewall: on } },
    ],
    [
      'off, static address by cloud-init',
      `${walled}\nipconfig0: ip=10.0.20.5/24,gw=10.0.20.1`,
      'fail',
      { fix: true, world: { firewall: on } },
    ],
    [
      'off, DHCP and agent silent',
      `${walled}\nipconfig0: ip=dhcp`,
      'fail',
      { fix: false, world: { firewall: on } },
    ],
    [
      'off, addresses from the agent',
      walled,
      'fail',
      {
        severity: 'medium',
        fix: true,
        world: { tags: ['dmz'], firewall: on, addresses: { 'BC:24:11:AA:BB:CC': ['10.0.20.5', 'fe80::1'] } },
      },
    ],
    [
      'an agent that knows only link-local',
      walled,
      'fail',
      { fix: false, world: { firewall: on, addresses: { 'BC:24:11:AA:BB:CC': ['fe80::1', '127.0.0.1'] } } },
    ],
    ['ipfilter=1', walled, 'pass', { world: { firewall: { options: { enable: '1', ipfilter: '1' } } } }],
    ['a set for every NIC', walled, 'pass', { world: { firewall: { ...on, ipsets: ['ipfilter-net0'] } } }],
    ['a nested hypervisor', walled, 'accepted', { world: { tags: ['nested'], firewall: on } }],
    ['firewall off', walled, 'na'],
    ['no NIC attached', nic, 'na', { world: { firewall: on } }],
  ),
  ...of(
    'VM-SEC-007',
    [
      'radv=1',
      walled,
      'fail',
      { severity: 'low', fix: true, keys: ['radv'], world: { firewall: { options: { radv: '1' } } } },
    ],
    [
      'several tenants',
      walled,
      'fail',
      { severity: 'medium', world: { ...twoTenants, firewall: { options: { radv: '1' } } } },
    ],
    [
      'a rule for UDP 67 out',
      walled,
      'fail',
      {
        fix: false,
        keys: ['OUT ACCEPT proto=udp sport=67'],
        world: { firewall: { rules: [rule({ type: 'out', action: 'ACCEPT', proto: 'udp', sport: '67' })] } },
      },
    ],
    [
      'such a rule disabled',
      walled,
      'pass',
      {
        world: {
          firewall: {
            rules: [rule({ type: 'out', action: 'ACCEPT', proto: 'udp', sport: '67', enable: false })],
          },
        },
      },
    ],
    [
      'ndp=0 alone is info',
      walled,
      'fail',
      { severity: 'info', keys: ['ndp'], world: { firewall: { options: { ndp: '0' } } } },
    ],
    ['defaults', walled, 'pass'],
    [
      'a DHCP server',
      walled,
      'accepted',
      { world: { tags: ['dhcp'], firewall: { options: { radv: '1' } } } },
    ],
  ),
  ...of(
    'VM-SEC-008',
    [
      'SSH from anywhere',
      walled,
      'fail',
      {
        severity: 'high',
        fix: false,
        keys: ['IN ACCEPT proto=tcp dport=22'],
        world: { firewall: { rules: [rule({ type: 'in', action: 'ACCEPT', proto: 'tcp', dport: '22' })] } },
      },
    ],
    [
      'a macro from ::/0',
      walled,
      'fail',
      {
        severity: 'high',
        keys: ['IN SSH(ACCEPT) source=::/0'],
        world: {
          firewall: { rules: [rule({ type: 'in', action: 'ACCEPT', macro: 'SSH', source: '::/0' })] },
        },
      },
    ],
    [
      'everything from everywhere',
      walled,
      'fail',
      {
        severity: 'high',
        world: { firewall: { rules: [rule({ type: 'in', action: 'ACCEPT', source: '0.0.0.0/0' })] } },
      },
    ],
    [
      'all UDP',
      walled,
      'fail',
      {
        severity: 'medium',
        world: { firewall: { rules: [rule({ type: 'in', action: 'ACCEPT', proto: 'udp' })] } },
      },
    ],
    [
      'a range that holds VNC',
      walled,
      'fail',
      {
        severity: 'high',
        world: {
          firewall: { rules: [rule({ type: 'in', action: 'ACCEPT', proto: 'tcp', dport: '5000:6000' })] },
        },
      },
    ],
    [
      'a security group',
      walled,
      'fail',
      {
        keys: ['IN ACCEPT proto=tcp dport=3306'],
        world: {
          firewall: { rules: [rule({ type: 'group', action: 'db' })] },
          securityGroups: { db: [rule({ type: 'in', action: 'ACCEPT', proto: 'tcp', dport: '3306' })] },
        },
      },
    ],
    [
      'a web server',
      walled,
      'pass',
      {
        world: {
          firewall: { rules: [rule({ type: 'in', action: 'ACCEPT', proto: 'tcp', dport: '80,443' })] },
        },
      },
    ],
    [
      'ping',
      walled,
      'pass',
      { world: { firewall: { rules: [rule({ type: 'in', action: 'ACCEPT', proto: 'icmp' })] } } },
    ],
    ['a source', walled, 'pass', { world: { firewall: { rules: sshIn } } }],
    [
      'disabled',
      walled,
      'pass',
      { world: { firewall: { rules: [rule({ type: 'in', action: 'ACCEPT', enable: false })] } } },
    ],
    [
      'a rule that drops',
      walled,
      'pass',
      { world: { firewall: { rules: [rule({ type: 'in', action: 'DROP' })] } } },
    ],
  ),
  ...of(
    'VM-SEC-009',
    [
      'no level',
      walled,
      'fail',
      { severity: 'info', fix: true, keys: ['log_level_in'], world: { firewall: on } },
    ],
    ['nolog', walled, 'fail', { world: { firewall: { options: { enable: '1', log_level_in: 'nolog' } } } }],
    ['info', walled, 'pass', { world: { firewall: { options: { enable: '1', log_level_in: 'info' } } } }],
    ['firewall off', walled, 'na'],
  ),
  ...of(
    'VM-SEC-010',
    [
      'untagged on the management bridge',
      'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr0',
      'fail',
      { severity: 'high', keys: ['net0'], fix: false },
    ],
    [
      'firewalled: medium',
      'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,firewall=1',
      'fail',
      { severity: 'medium', world: { firewall: on } },
    ],
    [
      'a lab: info',
      'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr0',
      'fail',
      { severity: 'info', world: { tags: ['lab'] } },
    ],
    ['tagged', 'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,tag=20', 'pass'],
    ['another bridge', 'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr1', 'pass'],
    ['no NIC', 'memory: 512', 'na'],
  ),
  ...of(
    'VM-SEC-011',
    [
      'no tag on a VLAN-aware bridge',
      'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr2',
      'fail',
      { severity: 'medium', keys: ['net0'], fix: false },
    ],
    [
      'in the dmz',
      'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr2',
      'fail',
      { severity: 'high', world: { tags: ['dmz'] } },
    ],
    ['a tag', 'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr2,tag=20', 'pass'],
    ['trunks', 'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr2,trunks=10;20', 'pass'],
    ['a tag on a bridge that is not VLAN-aware works', nic, 'pass'],
    ['a bridge that is not listed', 'net0: virtio=BC:24:11:AA:BB:CC,bridge=vnet7', 'unknown'],
    ['a router', 'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr2', 'accepted', { world: { tags: ['router'] } }],
  ),
  ...of(
    'VM-SEC-012',
    [
      'the same MAC in the same VLAN',
      nic,
      'fail',
      {
        severity: 'high',
        keys: ['net0'],
        fix: false,
        world: {
          guestNics: [
            { vmid, template: false, mac: 'BC:24:11:AA:BB:CC', bridge: 'vmbr1', tag: 20 },
            { vmid: 106, template: false, mac: 'bc:24:11:aa:bb:cc', bridge: 'vmbr1', tag: 20 },
          ],
        },
      },
    ],
    [
      'the same MAC in another VLAN',
      nic,
      'pass',
      {
        world: {
          guestNics: [{ vmid: 106, template: false, mac: 'BC:24:11:AA:BB:CC', bridge: 'vmbr1', tag: 21 }],
        },
      },
    ],
    [
      'a template has it',
      nic,
      'pass',
      {
        world: {
          guestNics: [{ vmid: 106, template: true, mac: 'BC:24:11:AA:BB:CC', bridge: 'vmbr1', tag: 20 }],
        },
      },
    ],
    [
      'guests that one may not see',
      nic,
      'unknown',
      { world: { gaps: [{ what: 'guests', reason: 'PVE shows only some.' }] } },
    ],
    [
      'only itself',
      nic,
      'pass',
      {
        world: { guestNics: [{ vmid, template: false, mac: 'BC:24:11:AA:BB:CC', bridge: 'vmbr1', tag: 20 }] },
      },
    ],
    ['is a template', nic, 'na', { world: { template: true } }],
  ),
];
