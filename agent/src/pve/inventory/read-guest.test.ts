import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import { scriptedClient } from '../client/scripted-client.fixture.ts';
import { readGuestDetail, readGuestDetails } from './read-guest.ts';
import type { InventoryGuest } from './types.ts';

const vm: InventoryGuest = {
  vmid: 105,
  name: 'db-01',
  type: 'qemu',
  node: 'pve1',
  status: 'running',
  template: false,
  tags: [],
};
const ct: InventoryGuest = { ...vm, vmid: 200, name: 'web', type: 'lxc' };
const deny = (privilege?: string) => (): never => {
  throw new ProxmoxAiError('pve-denied', 'Permission check failed', {
    fields: privilege === undefined ? {} : { privilege },
  });
};

const answers = {
  '/config': ({ current }: { current?: unknown }) => ({
    name: 'db-01',
    cores: current === undefined ? 8 : 4,
    agent: '1,fstrim_cloned_disks=1',
    net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
    digest: 'd'.repeat(40),
  }),
  '/firewall/options': () => ({ enable: 1, policy_in: 'DROP', digest: 'e'.repeat(40) }),
  '/firewall/rules': () => [
    { pos: 1, type: 'in', action: 'ACCEPT', enable: 1, macro: 'SSH', source: '10.0.0.0/8', dport: 22 },
    { pos: 0, type: 'group', action: 'base', enable: '0', comment: null },
  ],
  '/firewall/ipset': () => [{ name: 'ipfilter-net0', digest: 'x' }],
  '/snapshot': () => [
    { name: 'before', snaptime: 1_700_000_000, vmstate: 1, parent: 'x' },
    { name: 'current', running: 1, digest: 'x', description: 'You are here!' },
  ],
  '/status/current': () => ({ status: 'running', 'running-qemu': '10.1.2', vmid: 105 }),
  '/agent/get-osinfo': () => ({
    result: { id: 'debian', 'version-id': '13', 'pretty-name': 'Debian GNU/Linux 13', kernel: 'x' },
  }),
  '/agent/network-get-interfaces': () => ({
    result: [
      {
        name: 'lo',
        'hardware-address': '00:00:00:00:00:00',
        'ip-addresses': [{ 'ip-address': '127.0.0.1', prefix: 8 }],
      },
      {
        name: 'eth0',
        'hardware-address': 'bc:24:11:00:00:01',
        'ip-addresses': [
          { 'ip-address': '10.0.0.5', prefix: 24 },
          { 'ip-address': 'fe80::1', prefix: 64 },
        ],
      },
      { name: 'tun0' },
    ],
  }),
  '/interfaces': () => [
    { name: 'lo', hwaddr: '00:00:00:00:00:00', inet: '127.0.0.1/8' },
    { name: 'eth0', hwaddr: 'bc:24:11:00:00:02', inet: '10.0.0.6/24', inet6: 'fe80::2/64' },
  ],
};

describe('readGuestDetail', () => {
  test('reads every part of a running VM', async () => {
    const detail = await readGuestDetail(scriptedClient(answers), vm);
    expect(detail.config).toMatchObject({
      known: true,
      value: { type: 'qemu', values: { cores: '8' }, digest: 'd'.repeat(40) },
    });
    expect(detail.currentConfig).toMatchObject({ known: true, value: { values: { cores: '4' } } });
    expect(detail.firewall).toEqual({
      known: true,
      value: {
        options: { enable: '1', policy_in: 'DROP' },
        optionsDigest: 'e'.repeat(40),
        rules: [
          { pos: 0, type: 'group', action: 'base', enable: false },
          {
            pos: 1,
            type: 'in',
            action: 'ACCEPT',
            enable: true,
            macro: 'SSH',
            source: '10.0.0.0/8',
            dport: '22',
          },
        ],
        ipsets: ['ipfilter-net0'],
      },
    });
    expect(detail.snapshots).toEqual({
      known: true,
      value: [{ name: 'before', vmstate: true, snaptime: 1_700_000_000 }],
    });
    expect(detail.osinfo).toEqual({
      known: true,
      value: { id: 'debian', versionId: '13', prettyName: 'Debian GNU/Linux 13' },
    });
    expect(detail.addresses).toEqual({
      known: true,
      value: { 'BC:24:11:00:00:01': ['10.0.0.5', 'fe80::1'] },
    });
  });

  test("reads a container's addresses from PVE, in the form of PVE 8 too", async () => {
    const detail = await readGuestDetail(scriptedClient(answers), ct);
    expect(detail.addresses).toEqual({
      known: true,
      value: { 'BC:24:11:00:00:02': ['10.0.0.6', 'fe80::2'] },
    });
    expect(detail.osinfo).toMatchObject({ known: false });
  });

  test('asks nothing of a guest that is stopped, nor of an agent that is off', async () => {
    const client = scriptedClient(answers);
    const detail = await readGuestDetail(client, { ...vm, status: 'stopped' });
    expect([detail.status, detail.osinfo, detail.addresses].map((part) => part.known)).toEqual([
      false,
      false,
      false,
    ]);
    const off = scriptedClient({ ...answers, '/config': () => ({ name: 'x' }) });
    const silent = await readGuestDetail(off, vm);
    expect(silent.osinfo).toMatchObject({
      known: false,
      reason: expect.stringContaining('not enabled') as string,
    });
    expect([...client.paths, ...off.paths].filter((path) => path.includes('/agent/'))).toEqual([]);
  });

  test("a refusal of the agent names PVE 8's privilege, or both where PVE names none", async () => {
    const eight = await readGuestDetail(
      scriptedClient({ ...answers, '/agent/get-osinfo': deny('VM.Monitor') }),
      vm,
    );
    expect(eight.osinfo).toMatchObject({ known: false, privilege: 'VM.Monitor' });
    const nine = await readGuestDetail(scriptedClient({ ...answers, '/agent/get-osinfo': deny() }), vm);
    expect(nine.osinfo).toMatchObject({
      known: false,
      privilege: expect.stringContaining('VM.GuestAgent.Audit') as string,
    });
    expect(nine.addresses.known).toBe(true);
  });

  test('parts that may not be read say so, and the others are there', async () => {
    const client = scriptedClient({
      ...answers,
      '/config': deny('VM.Audit'),
      '/firewall/rules': deny('VM.Audit'),
    });
    const detail = await readGuestDetail(client, vm);
    for (const part of [detail.config, detail.currentConfig, detail.firewall]) {
      expect(part).toEqual({ known: false, reason: 'Permission check failed', privilege: 'VM.Audit' });
    }
    expect(detail.osinfo).toMatchObject({
      known: false,
      reason: expect.stringContaining('not known') as string,
    });
    expect(detail.snapshots.known).toBe(true);
  });

  test('a lost connection ends it', async () => {
    const lost = (): never => {
      throw new ProxmoxAiError('pve-unreachable', 'gone', { fields: { reason: 'ECONNREFUSED' } });
    };
    await expect(
      readGuestDetail(scriptedClient({ ...answers, '/snapshot': lost }), vm),
    ).rejects.toMatchObject({ code: 'pve-unreachable' });
  });
});

test('many guests come back in their order, with progress', async () => {
  const guests = Array.from({ length: 25 }, (_, n): InventoryGuest => ({ ...vm, vmid: 1000 - n }));
  const seen: number[] = [];
  const details = await readGuestDetails(scriptedClient(answers), guests, {
    onProgress: ({ done }) => seen.push(done),
  });
  expect(details.map((detail) => detail.guest.vmid)).toEqual(guests.map((guest) => guest.vmid));
  expect(seen).toEqual(guests.map((_, n) => n + 1));
});
