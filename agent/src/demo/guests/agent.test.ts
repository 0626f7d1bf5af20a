import { describe, expect, it } from 'vitest';
import type { AgentState, GuestState } from '../state.ts';
import { fixture, fixtureGuest, fixtureNow } from './fixture.ts';
import { guestsEndpoints } from './index.ts';

const agent: AgentState = {
  osinfo: {
    id: 'debian',
    'pretty-name': 'Debian GNU/Linux 12 (bookworm)',
    'version-id': '12',
    'kernel-release': '6.1.0-37-amd64',
  },
  hostname: 'db-01',
  interfaces: [
    {
      name: 'eth0',
      mac: 'BC:24:11:00:00:01',
      addresses: [{ type: 'ipv4', address: '10.0.0.5', prefix: 24 }],
    },
  ],
  filesystems: [{ name: 'sda1', mountpoint: '/', type: 'ext4', totalBytes: 100, usedBytes: 60 }],
  users: ['admin'],
};
const path = '/nodes/pve1/qemu/100/agent';
const demo = (changes: Partial<GuestState> = {}) =>
  fixture(guestsEndpoints, [
    fixtureGuest({
      vmid: 100,
      status: 'running',
      startedAt: fixtureNow - 60,
      config: { agent: '1', memory: '1024' },
      agent,
      ...changes,
    }),
    fixtureGuest({
      vmid: 200,
      type: 'lxc',
      status: 'running',
      config: { net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:AA:00:02,ip=10.0.0.7/24' },
    }),
  ]);

describe('the guest agent', () => {
  it.each([
    ['No QEMU guest agent configured', { config: {} }],
    ['VM 100 is not running', { status: 'stopped' }],
    ['QEMU guest agent is not running', { config: { agent: '0' } }],
    ['QEMU guest agent is not running', { status: 'paused' }],
  ] as const)('answers "%s" for %j', (message, changes) => {
    expect(demo(changes).refusal('GET', `${path}/get-osinfo`)).toEqual({ status: 500, message });
  });

  it('tells system, addresses and file systems in the form of QEMU', () => {
    const { call } = demo();
    expect(call('GET', `${path}/get-osinfo`)).toEqual({ result: agent.osinfo });
    expect(call('GET', `${path}/network-get-interfaces`)).toMatchObject({
      result: [
        {
          name: 'eth0',
          'hardware-address': 'bc:24:11:00:00:01',
          'ip-addresses': [{ 'ip-address': '10.0.0.5', 'ip-address-type': 'ipv4', prefix: 24 }],
        },
      ],
    });
    expect(call('GET', `${path}/get-fsinfo`)).toMatchObject({
      result: [{ mountpoint: '/', 'used-bytes': 60 }],
    });
    expect(call('POST', `${path}/ping`)).toEqual({ result: {} });
    expect(call('POST', path, { command: 'get-host-name' })).toEqual({ result: { 'host-name': 'db-01' } });
    expect(call('GET', `${path}/get-memory-blocks`)).toMatchObject({ result: { length: 8 } });
  });

  it('freezes and thaws', () => {
    const { call } = demo();
    expect(call('POST', `${path}/fsfreeze-freeze`)).toEqual({ result: 1 });
    expect(call('POST', `${path}/fsfreeze-status`)).toEqual({ result: 'frozen' });
    expect(call('POST', `${path}/fsfreeze-thaw`)).toEqual({ result: 1 });
    expect(call('POST', `${path}/fsfreeze-status`)).toEqual({ result: 'thawed' });
  });

  it('runs the programs that the guest has, and gives each result once', () => {
    const { call, refusal } = demo();
    const { pid } = call('POST', `${path}/exec`, { command: ['cat', '/etc/hostname'] }) as { pid: number };
    expect(call('GET', `${path}/exec-status`, { pid })).toEqual({
      exited: 1,
      exitcode: 0,
      'out-data': 'db-01\n',
    });
    expect(refusal('GET', `${path}/exec-status`, { pid }).message).toBe(
      `Agent error: PID ${pid} does not exist`,
    );
    expect(refusal('POST', `${path}/exec`, { command: ['rm', '-rf', '/'] }).message).toContain(
      'Failed to execute child process "rm"',
    );
  });

  it('reads files in parts', () => {
    const { call, refusal } = demo();
    expect(call('GET', `${path}/file-read`, { file: '/etc/os-release' })).toMatchObject({
      content: expect.stringContaining('VERSION_ID="12"') as string,
    });
    expect(call('GET', `${path}/file-read`, { file: '/etc/hostname', count: 2 })).toEqual({
      content: 'db',
      'bytes-read': 2,
      truncated: 1,
    });
    expect(refusal('GET', `${path}/file-read`, { file: '/etc/shadow' }).message).toContain(
      'No such file or directory',
    );
  });
});

it('lists the interfaces inside a container', () => {
  expect(demo().call('GET', '/nodes/pve1/lxc/200/interfaces')).toMatchObject([
    { name: 'lo', inet: '127.0.0.1/8' },
    {
      name: 'eth0',
      inet: '10.0.0.7/24',
      inet6: 'fe80::be24:11ff:feaa:2/64',
      'hardware-address': 'bc:24:11:aa:00:02',
    },
  ]);
});
