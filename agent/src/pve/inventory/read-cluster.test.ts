import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import { scriptedClient } from '../client/scripted-client.fixture.ts';
import { readClusterDetail } from './read-cluster.ts';
import type { Inventory, InventoryGuest } from './types.ts';

const guest = (vmid: number): InventoryGuest => ({
  vmid,
  name: `vm${vmid}`,
  type: 'qemu',
  node: 'pve1',
  status: 'running',
  template: vmid === 900,
  tags: [],
});
const inventory: Inventory = {
  collectedAt: '2026-01-01T00:00:00.000Z',
  target: 'https://pve1:8006',
  demo: false,
  version: { version: '9.1.1', release: '9.1' },
  cluster: {},
  nodes: [
    { name: 'pve1', online: true },
    { name: 'pve2', online: false },
  ],
  guests: [guest(100), guest(101), guest(900)],
  storages: [],
  pools: [],
  gaps: [],
};
const all = Object.fromEntries(
  ['Sys.Audit', 'VM.Audit', 'Datastore.Audit', 'Mapping.Audit', 'SDN.Audit'].map((name) => [name, 1]),
);
const answers = {
  '/access/permissions': (): unknown => ({
    '/': all,
    '/access': all,
    '/access/groups': all,
    '/storage': all,
    '/sdn': all,
  }),
  '/cluster/firewall/options': () => ({ enable: 1, digest: 'x' }),
  '/cluster/firewall/groups': () => [{ group: 'web', digest: 'x' }],
  '/cluster/firewall/groups/web': () => [{ pos: 0, type: 'in', action: 'ACCEPT', enable: 1, macro: 'HTTPS' }],
  '/cluster/backup': () => [
    { id: 'nightly', enabled: 0, all: 1, exclude: '101,102', storage: 'pbs', schedule: '01:00' },
    { id: 'b2', vmid: '100;101', node: null },
    { id: 'b3', vmid: 100, pool: 'prod' },
  ],
  '/cluster/backup-info/not-backed-up': () => [
    { vmid: 103, type: 'qemu' },
    { vmid: '102', type: 'lxc' },
  ],
  '/storage': () => [{ storage: 'local', type: 'dir', content: 'iso' }],
  '/access/acl': () => [
    { path: '/', type: 'user', ugid: 'a@pve', roleid: 'PVEAuditor', propagate: 1 },
    { path: '/vms', type: 'token', ugid: 'a@pve!t', roleid: 'X', propagate: '0' },
  ],
  '/access/roles': () => [
    { roleid: 'NoAccess', privs: '', special: 1 },
    { roleid: 'X', privs: 'VM.Audit,VM.Console' },
  ],
  '/access/users': () => [
    { userid: 'a@pve', enable: 1, expire: 0, groups: 'ops,dev', tokens: [{ tokenid: 't', privsep: 0 }] },
    { userid: 'b@pve', enable: 0 },
  ],
  '/cluster/mapping/dir': () => [
    { id: 'share', map: ['node=pve1,path=/srv/x', 'path=/srv/x,node=pve2', 'node=pve3,path=/srv/y'] },
  ],
  '/network': () => [
    {
      iface: 'vmbr0',
      type: 'bridge',
      bridge_vlan_aware: 1,
      cidr: '10.0.0.1/24',
      address: '10.0.0.1',
      active: 1,
    },
  ],
  '/nodes/pve1/status': () => ({ cpuinfo: { flags: 'vmx' }, ksm: { shared: 0 } }),
  '/capabilities/qemu/cpu-flags': () => [{ name: 'aes', description: 'x' }],
  '/apt/versions': () => [
    { Package: 'qemu-server', Version: '9.2', OldVersion: '9.1', CurrentState: 'Installed' },
    { Package: 'gone', Version: '1', CurrentState: 'NotInstalled' },
  ],
  '/qemu/100/config': (): unknown => ({ net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20', digest: 'x' }),
  '/qemu/101/config': (): unknown => ({
    net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
    net1: 'virtio=BC:24:11:00:00:02',
  }),
  '/qemu/900/config': (): unknown => ({ net0: 'e1000=BC:24:11:00:00:03,bridge=vmbr1', template: 1 }),
};
const notImplemented = (): never => {
  throw new ProxmoxAiError('pve-server', "Method 'GET …/cpu-flags' not implemented", {
    fields: { status: 501 },
  });
};
const refuse = (privilege: string) => (): never => {
  throw new ProxmoxAiError('pve-denied', 'no', { fields: { privilege } });
};

describe('readClusterDetail', () => {
  test('reads every part', async () => {
    const client = scriptedClient(answers);
    const detail = await readClusterDetail(client, inventory);
    expect(detail.firewallOptions).toEqual({ known: true, value: { enable: '1' } });
    expect(detail.securityGroups).toMatchObject({
      known: true,
      value: { web: [{ macro: 'HTTPS', enable: true }] },
    });
    expect(detail.backupJobs).toEqual({
      known: true,
      value: [
        {
          id: 'nightly',
          enabled: false,
          all: true,
          vmids: [],
          exclude: [101, 102],
          storage: 'pbs',
          schedule: '01:00',
        },
        { id: 'b2', enabled: true, all: false, vmids: [100, 101], exclude: [] },
        { id: 'b3', enabled: true, all: false, vmids: [100], exclude: [], pool: 'prod' },
      ],
    });
    expect(detail.notBackedUp).toEqual({ known: true, value: [102, 103] });
    expect(detail.acl).toMatchObject({
      known: true,
      value: [{ propagate: true }, { ugid: 'a@pve!t', propagate: false }],
    });
    expect(detail.roles).toEqual({ known: true, value: { NoAccess: [], X: ['VM.Audit', 'VM.Console'] } });
    expect(detail.users).toEqual({
      known: true,
      value: [
        { userid: 'a@pve', enabled: true, groups: ['ops', 'dev'], tokens: [{ id: 't', privsep: false }] },
        { userid: 'b@pve', enabled: false, groups: [], tokens: [] },
      ],
    });
    expect(detail.dirMappings).toEqual({ known: true, value: { share: ['/srv/x', '/srv/y'] } });
    expect(detail.networks.pve1).toEqual({
      known: true,
      value: [{ iface: 'vmbr0', type: 'bridge', vlanAware: true, cidr: '10.0.0.1/24', address: '10.0.0.1' }],
    });
    expect(detail.packages.pve1).toEqual({ known: true, value: { 'qemu-server': '9.1' } });
    expect(detail.cpuFlags.pve1).toEqual({ known: true, value: ['aes'] });
    expect(client.paths.filter((path) => path.endsWith('/config'))).toEqual([]);
    expect(detail.guestNics.known).toBe(false);
  });

  test('an offline node is not asked and its parts say why', async () => {
    const client = scriptedClient(answers);
    const detail = await readClusterDetail(client, inventory);
    for (const part of [detail.networks, detail.nodeStatus, detail.cpuFlags, detail.packages]) {
      expect(part.pve2).toEqual({ known: false, reason: 'Node pve2 is offline.' });
    }
    expect(client.paths.filter((path) => path.includes('pve2'))).toEqual([]);
  });

  test('a list that PVE would shorten without a word is unknown, with the privilege', async () => {
    const client = scriptedClient({
      ...answers,
      '/access/permissions': () => ({ '/vms': { 'VM.Audit': 1 } }),
    });
    const detail = await readClusterDetail(client, inventory);
    expect(detail.acl).toMatchObject({ known: false, privilege: 'Sys.Audit' });
    expect(detail.users).toMatchObject({ known: false, privilege: 'Sys.Audit' });
    expect(detail.storages).toMatchObject({ known: false, privilege: 'Datastore.Audit' });
    expect(detail.dirMappings).toMatchObject({ known: false, privilege: 'Mapping.Audit' });
    expect(detail.networks.pve1).toMatchObject({ known: false, privilege: 'SDN.Audit' });
    expect(detail.roles.known).toBe(true);
  });

  test('without the own privileges no such list is believed', async () => {
    const client = scriptedClient({ ...answers, '/access/permissions': refuse('Sys.Audit') });
    expect((await readClusterDetail(client, inventory)).acl).toMatchObject({ known: false });
  });

  test('a refusal and a call that PVE 8 does not have are reported, not thrown', async () => {
    const client = scriptedClient({
      ...answers,
      '/capabilities/qemu/cpu-flags': notImplemented,
      '/cluster/backup': refuse('Sys.Audit'),
      '/apt/versions': refuse('Sys.Audit'),
    });
    const detail = await readClusterDetail(client, inventory);
    expect(detail.backupJobs).toEqual({ known: false, reason: 'no', privilege: 'Sys.Audit' });
    expect(detail.packages.pve1).toEqual({ known: false, reason: 'no', privilege: 'Sys.Audit' });
    expect(detail.cpuFlags.pve1).toMatchObject({
      known: false,
      reason: expect.stringContaining('not implemented') as string,
    });
  });

  test('NICs of all guests, or of the asked ones only', async () => {
    const nic100 = { vmid: 100, template: false, mac: 'BC:24:11:00:00:01', bridge: 'vmbr0', tag: 20 };
    const nic101 = { vmid: 101, template: false, mac: 'BC:24:11:00:00:01', bridge: 'vmbr0' };
    const nic900 = { vmid: 900, template: true, mac: 'BC:24:11:00:00:03', bridge: 'vmbr1' };
    const every = await readClusterDetail(scriptedClient(answers), inventory, { guestNics: 'all' });
    expect(every.guestNics).toEqual({ known: true, value: [nic100, nic101, nic900] });
    const client = scriptedClient(answers);
    const some = await readClusterDetail(client, inventory, { guestNics: [900] });
    expect(some.guestNics).toEqual({ known: true, value: [nic900] });
    expect(client.paths.filter((path) => path.endsWith('/config'))).toEqual(['/nodes/pve1/qemu/900/config']);
  });

  test('one unreadable configuration makes the NICs unknown; a guest that is gone does not', async () => {
    const denied = scriptedClient({ ...answers, '/qemu/101/config': refuse('VM.Audit') });
    expect((await readClusterDetail(denied, inventory, { guestNics: 'all' })).guestNics).toMatchObject({
      known: false,
      privilege: 'VM.Audit',
      reason: expect.stringContaining('1 of 3 guests') as string,
    });
    const gone = (): never => {
      throw new ProxmoxAiError('pve-not-found', "Configuration file '…/101.conf' does not exist");
    };
    const removed = scriptedClient({ ...answers, '/qemu/101/config': gone });
    expect((await readClusterDetail(removed, inventory, { guestNics: 'all' })).guestNics.known).toBe(true);
  });

  test('a lost connection stops everything, an abort too, and progress ends at its total', async () => {
    const lost = (): never => {
      throw new ProxmoxAiError('pve-unreachable', 'gone', { fields: { reason: 'ECONNREFUSED' } });
    };
    await expect(
      readClusterDetail(scriptedClient({ ...answers, '/storage': lost }), inventory),
    ).rejects.toMatchObject({ code: 'pve-unreachable' });
    await expect(
      readClusterDetail(scriptedClient(answers), inventory, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    let last = '';
    await readClusterDetail(scriptedClient(answers), inventory, {
      onProgress: ({ done, total }) => (last = `${done}/${total}`),
    });
    expect(last).toMatch(/^(\d+)\/\1$/);
  });
});
