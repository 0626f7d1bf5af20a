import { of, type Case } from './cases.ts';
import { rule, twoTenants } from './world.ts';

const nic = 'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr1,tag=20';
const walled = `${nic},firewall=1`;
const on = { options: { enable: '1' } };
const sshIn = [rule({ type: 'in', action: 'ACCEPT', proto: 'tcp', dport: '22', source: '+dc/management' })];

/** VM-SEC-001 to 005. */
export const vmFirewallCases: readonly Case[] = [
  ...of(
    'VM-SEC-001',
    ['a NIC without firewall=1', nic, 'fail', { severity: 'medium', keys: ['net0'], fix: true }],
    ['an exposed guest, high', nic, 'fail', { severity: 'high', world: { tags: ['DMZ'] } }],
    ['firewall=0 spelled out', `${nic},firewall=0`, 'fail'],
    [
      'only the open one of two NICs',
      `${walled}\nnet1: e1000=BC:24:11:00:00:02,bridge=vmbr1,tag=3`,
      'fail',
      { keys: ['net1'] },
    ],
    ['every NIC attached', walled, 'pass'],
    ['the datacenter firewall off', nic, 'na', { world: { firewallOptions: {} } }],
    ['the datacenter firewall off by 0', nic, 'na', { world: { firewallOptions: { enable: '0' } } }],
    ['no NIC at all', 'memory: 512', 'na'],
    ['a router accepted by tag', nic, 'accepted', { world: { tags: ['router'] } }],
    ['attaching would cut everything', nic, 'fail', { fix: false, world: { firewall: on } }],
    [
      'attaching with rules is offered',
      nic,
      'fail',
      { fix: true, world: { firewall: { ...on, rules: sshIn } } },
    ],
    ['a locked guest gets no step', nic, 'fail', { fix: false, world: { lock: 'backup' } }],
    [
      'mended, waiting for a restart',
      `${nic}\n[PENDING]\n${walled}`,
      'fixed-pending-restart',
      { keys: ['net0'] },
    ],
  ),
  ...of(
    'VM-SEC-002',
    ['firewall options empty', walled, 'fail', { severity: 'high', keys: ['enable'], fix: false }],
    ['enable=0', walled, 'fail', { world: { firewall: { options: { enable: '0' } } } }],
    ['no rules: needs rules, no plan', walled, 'fail', { fix: false, world: { firewall: { rules: [] } } }],
    ['rules exist: may be turned on', walled, 'fail', { fix: true, world: { firewall: { rules: sshIn } } }],
    [
      'a disabled rule is no rule',
      walled,
      'fail',
      { fix: false, world: { firewall: { rules: [rule({ type: 'in', action: 'ACCEPT', enable: false })] } } },
    ],
    [
      'a security group that lets something in counts',
      walled,
      'fail',
      {
        fix: true,
        world: {
          firewall: { rules: [rule({ type: 'group', action: 'web' })] },
          securityGroups: { web: sshIn },
        },
      },
    ],
    [
      'inbound ACCEPT cuts nothing',
      walled,
      'fail',
      { fix: true, world: { firewall: { options: { policy_in: 'ACCEPT' } } } },
    ],
    ['on', walled, 'pass', { world: { firewall: on } }],
    ['no NIC attached to it', nic, 'na'],
    ['datacenter firewall off', walled, 'na', { world: { firewallOptions: {} } }],
    ['accepted for a router', walled, 'accepted', { world: { tags: ['router'] } }],
  ),
  ...of(
    'VM-SEC-003',
    [
      'ACCEPT',
      walled,
      'fail',
      {
        severity: 'medium',
        keys: ['policy_in'],
        fix: false,
        world: { firewall: { options: { enable: '1', policy_in: 'ACCEPT' } } },
      },
    ],
    [
      'ACCEPT with rules',
      walled,
      'fail',
      {
        fix: true,
        severity: 'high',
        world: {
          tags: ['internet'],
          firewall: { options: { enable: '1', policy_in: 'ACCEPT' }, rules: sshIn },
        },
      },
    ],
    ['missing means DROP', walled, 'pass', { world: { firewall: on } }],
    ['firewall off', walled, 'na', { world: { firewall: { options: { policy_in: 'ACCEPT' } } } }],
    [
      'accepted for a router',
      walled,
      'accepted',
      { world: { tags: ['router'], firewall: { options: { enable: '1', policy_in: 'ACCEPT' } } } },
    ],
  ),
  ...of(
    'VM-SEC-004',
    [
      'exposed and free to go anywhere',
      walled,
      'fail',
      { severity: 'medium', fix: false, keys: ['policy_out'], world: { tags: ['dmz'], firewall: on } },
    ],
    [
      'internet alone is low',
      walled,
      'fail',
      { severity: 'low', world: { tags: ['internet'], firewall: on } },
    ],
    [
      'policy_out=DROP',
      walled,
      'pass',
      { world: { tags: ['dmz'], firewall: { options: { enable: '1', policy_out: 'DROP' } } } },
    ],
    [
      'a rule that rejects',
      walled,
      'pass',
      { world: { tags: ['dmz'], firewall: { ...on, rules: [rule({ type: 'out', action: 'REJECT' })] } } },
    ],
    ['not exposed', walled, 'na', { world: { firewall: on } }],
    ['firewall off', walled, 'na', { world: { tags: ['dmz'] } }],
  ),
  ...of(
    'VM-SEC-005',
    [
      'macfilter=0',
      walled,
      'fail',
      {
        severity: 'medium',
        fix: true,
        keys: ['macfilter'],
        world: { firewall: { options: { macfilter: '0' } } },
      },
    ],
    [
      'several tenants: high',
      walled,
      'fail',
      { severity: 'high', world: { ...twoTenants, firewall: { options: { macfilter: '0' } } } },
    ],
    ['missing means on', walled, 'pass'],
    [
      'a nested hypervisor',
      walled,
      'accepted',
      { world: { tags: ['nested'], firewall: { options: { macfilter: '0' } } } },
    ],
  ),
];
