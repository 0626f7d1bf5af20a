import { describe, expect, it } from 'vitest';
import type { GuestState, VolumeState } from '../state.ts';
import { fixture, fixtureGuest, fixtureNow, fixtureUser } from './fixture.ts';
import { guestsEndpoints } from './index.ts';
import { modifiedConfiguration } from '../refuse.ts';

const gib = 2 ** 30;
const disk = (vmid: number, index: number, size = 32 * gib): VolumeState => ({
  volid: `local-lvm:vm-${vmid}-disk-${index}`,
  storage: 'local-lvm',
  node: 'pve1',
  content: 'images',
  format: 'raw',
  size,
  vmid,
  ctime: 1,
});
const vm = (changes: Partial<GuestState> = {}): GuestState =>
  fixtureGuest({
    vmid: 105,
    config: {
      boot: 'order=scsi0;net0',
      cores: '4',
      memory: '4096',
      name: 'db-01',
      net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
      ostype: 'l26',
      scsi0: 'local-lvm:vm-105-disk-0,iothread=1,size=32G',
      cipassword: 'secret',
    },
    ...changes,
  });
const path = '/nodes/pve1/qemu/105';
const demo = (changes: Partial<GuestState> = {}) => {
  const made = fixture(guestsEndpoints, [vm(changes)]);
  made.state.volumes.push(disk(105, 0));
  const guest = () => made.state.guests['105'] ?? vm();
  const put = (params: Record<string, unknown>) => made.call('PUT', `${path}/config`, params);
  const config = (params: Record<string, unknown> = {}) =>
    made.call('GET', `${path}/config`, params) as Record<string, unknown> & { digest: string };
  return { ...made, guest, put, config };
};

describe('reading a VM configuration', () => {
  it('types integers as numbers, keeps property strings, hides the password', () => {
    expect(demo().config()).toMatchObject({ cores: 4, memory: '4096', cipassword: '**********' });
  });

  it('merges pending changes unless the current ones are asked for', () => {
    const { config } = demo({ status: 'running', pending: { set: { cores: '8' }, delete: ['name'] } });
    expect(config()).toMatchObject({ cores: 8 });
    expect(config()).not.toHaveProperty('name');
    expect(config({ current: true })).toMatchObject({ cores: 4, name: 'db-01' });
  });

  it('lists value, pending value and deletion of each key', () => {
    const { call } = demo({
      status: 'running',
      pending: { set: { cores: '8', bios: 'ovmf' }, delete: ['name', '!scsi0'] },
    });
    const rows = call('GET', `${path}/pending`) as { key: string }[];
    const row = (key: string) => rows.find((candidate) => candidate.key === key);
    expect(row('cores')).toEqual({ key: 'cores', value: 4, pending: '8' });
    expect(row('bios')).toEqual({ key: 'bios', pending: 'ovmf' });
    expect(row('name')).toEqual({ key: 'name', value: 'db-01', delete: 1 });
    expect(row('scsi0')).toMatchObject({ delete: 2 });
  });

  it('refuses a VM that the node in the path does not have', () => {
    expect(demo().refusal('GET', '/nodes/pve2/qemu/105/config')).toEqual({
      status: 500,
      message: "Configuration file 'nodes/pve2/qemu-server/105.conf' does not exist",
    });
  });

  it('refuses a snapshot together with the current configuration', () => {
    const errors = demo().refusal('GET', `${path}/config`, { snapshot: 's', current: true }).errors;
    expect(Object.keys(errors ?? {})).toEqual(['snapshot', 'current']);
  });
});

describe('changing a VM', () => {
  it('refuses an outdated digest with the text of qemu-server', () => {
    const { config, put, refusal } = demo();
    const { digest } = config();
    put({ cores: 8, digest });
    expect(refusal('PUT', `${path}/config`, { cores: 2, digest }).message).toBe(
      'checksum mismatch (file change by other user?)',
    );
    expect(config()).toMatchObject({ cores: 8 });
  });

  it('applies everything at once while the VM is stopped', () => {
    const { guest, put } = demo();
    put({ cores: 8, bios: 'ovmf', delete: 'name' });
    expect(guest().config).toMatchObject({ cores: '8', bios: 'ovmf' });
    expect(guest().config).not.toHaveProperty('name');
    expect(guest().pending).toEqual({ set: {}, delete: [] });
  });

  it.each([
    [{ cores: 8 }],
    [{ bios: 'ovmf' }],
    [{ cpu: 'x86-64-v2-AES' }],
    [{ memory: '8192' }],
    [{ agent: '1' }],
    [{ scsi0: 'local-lvm:vm-105-disk-0,iothread=0,size=32G' }],
    [{ balloon: 0 }],
  ])('keeps %j of a running VM pending', (params) => {
    const { guest, put } = demo({ status: 'running' });
    put(params);
    expect(Object.keys(guest().pending.set)).toEqual(Object.keys(params));
  });

  it.each([
    [{ name: 'db-02' }],
    [{ protection: true }],
    [{ description: 'x' }],
    [{ cpuunits: 200 }],
    [{ balloon: 2048 }],
    [{ net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1' }],
    [{ scsi0: 'local-lvm:vm-105-disk-0,backup=0,iothread=1,size=32G' }],
  ])('gives %j to a running VM at once', (params) => {
    const { guest, put } = demo({ status: 'running' });
    put(params);
    expect(guest().pending.set).toEqual({});
    for (const [key, value] of Object.entries(params)) {
      expect(guest().config[key]).toBe(value === true ? '1' : String(value));
    }
  });

  it('re-plugs a NIC whose model changes only where `network` is in hotplug', () => {
    const e1000 = 'e1000=BC:24:11:00:00:01,bridge=vmbr0';
    const live = demo({ status: 'running' });
    live.put({ net0: e1000 });
    expect(live.guest().config.net0).toBe(e1000);
    const cold = demo({ status: 'running', config: { ...vm().config, hotplug: 'disk,usb' } });
    cold.put({ net0: e1000 });
    expect(cold.guest().pending.set).toEqual({ net0: e1000 });
  });

  it('makes up a MAC address with the prefix of Proxmox', () => {
    const { guest, put } = demo();
    put({ net1: 'virtio,bridge=vmbr1,tag=7' });
    expect(guest().config.net1).toMatch(/^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr1,tag=7$/);
  });

  it('allocates `storage:GiB`, detaches to unused[n], and deletes the volume with it', () => {
    const { guest, put, state } = demo();
    put({ scsi1: 'local-lvm:20,discard=on' });
    expect(guest().config.scsi1).toBe('local-lvm:vm-105-disk-1,discard=on,size=20G');
    put({ delete: 'scsi1' });
    expect(guest().config).toMatchObject({ unused0: 'local-lvm:vm-105-disk-1' });
    put({ delete: 'unused0' });
    expect(state.volumes.map(({ volid }) => volid)).toEqual(['local-lvm:vm-105-disk-0']);
  });

  it('takes a deleted drive out of the boot order', () => {
    const { guest, put } = demo();
    put({ delete: 'scsi0' });
    expect(guest().config.boot).toBe('order=net0');
  });

  it('adds the cloud-init drive once, as a CD', () => {
    const { guest, put, refusal } = demo();
    put({ ide2: 'local-lvm:cloudinit' });
    expect(guest().config.ide2).toBe('local-lvm:vm-105-cloudinit,media=cdrom');
    expect(refusal('PUT', `${path}/config`, { ide0: 'local-lvm:cloudinit' }).message).toBe(
      "ide0 - cloud-init drive is already attached at 'ide2'",
    );
  });

  it('refuses a volume that does not exist, and one without space for images', () => {
    const { refusal } = demo();
    expect(refusal('PUT', `${path}/config`, { scsi1: 'local-lvm:vm-105-disk-9' }).message).toBe(
      'volume local-lvm:vm-105-disk-9 does not exist',
    );
    expect(refusal('PUT', `${path}/config`, { scsi1: 'backup:8' }).message).toBe(
      "storage 'backup' does not exist",
    );
  });

  it('refuses to remove drives of a protected VM', () => {
    const { refusal } = demo({ config: { ...vm().config, protection: '1' } });
    expect(refusal('PUT', `${path}/config`, { delete: 'scsi0' }).message).toBe(
      "can't remove drive 'scsi0' - protection mode enabled",
    );
  });

  it('refuses a locked VM; root may skip the lock, others may not', () => {
    const { put, refusal, guest } = demo({ config: { ...vm().config, lock: 'backup' } });
    expect(refusal('PUT', `${path}/config`, { cores: 1 }).message).toBe('VM is locked (backup)');
    put({ cores: 1, skiplock: true });
    expect(guest().config.cores).toBe('1');
    const user = fixtureUser(['/vms/105 VM.Config.CPU']);
    expect(refusal('PUT', `${path}/config`, { cores: 1, skiplock: true }, user).errors).toEqual({
      skiplock: 'Only root may use this option.',
    });
  });

  it('reverts pending changes', () => {
    const { guest, put } = demo({ status: 'running', pending: { set: { cores: '8' }, delete: ['name'] } });
    put({ revert: 'cores,name' });
    expect(guest().pending).toEqual({ set: {}, delete: [] });
    expect(guest().config).toMatchObject({ cores: '4', name: 'db-01' });
  });

  it('forgets a pending value that is set back to the present one', () => {
    const { guest, put } = demo({ status: 'running' });
    put({ cores: 8 });
    put({ cores: 4 });
    expect(guest().pending.set).toEqual({});
  });

  it('refuses balloon above memory, unknown keys, and nothing at all', () => {
    const { refusal } = demo();
    expect(refusal('PUT', `${path}/config`, { balloon: 8192 }).message).toBe(
      'balloon value too large (must be smaller than assigned memory)',
    );
    expect(refusal('PUT', `${path}/config`, { delete: 'nope' }).errors).toEqual({
      delete: "unknown option 'nope'",
    });
    expect(refusal('PUT', `${path}/config`, {}).message).toBe('no options specified');
  });

  it('runs the asynchronous form as a task and answers its UPID', () => {
    const { call, tasks, guest } = demo();
    expect(call('POST', `${path}/config`, { cores: 2 })).toMatch(/^UPID:pve1:.*:qmconfig:105:root@pam:$/);
    expect(tasks).toMatchObject([{ exitstatus: 'OK', steps: [{ log: 'update VM 105: -cores 2' }] }]);
    expect(guest().config.cores).toBe('2');
  });
});

describe('privileges on VM keys', () => {
  it.each([
    ['VM.Config.CPU', { cores: 1 }],
    ['VM.Config.Memory', { memory: '1024' }],
    ['VM.Config.HWType', { machine: 'q35' }],
    ['VM.Config.Options', { onboot: true }],
    ['VM.Config.Cloudinit', { ciuser: 'a' }],
    ['VM.Config.Network', { ciuser: 'a' }],
    ['VM.Config.Disk', { boot: 'order=scsi0' }],
  ])('%s is enough for %j and nothing less', (privilege, params) => {
    const { call, refusal } = demo();
    const allowed = fixtureUser([`/vms/105 ${privilege}`]);
    expect(() => call('PUT', `${path}/config`, params, allowed)).not.toThrow();
    expect(refusal('PUT', `${path}/config`, params, fixtureUser(['/vms/105 VM.Config.CDROM'])).status).toBe(
      403,
    );
  });

  it.each([
    [{ args: '-cpu x' }],
    [{ affinity: '0-1' }],
    [{ hookscript: 'local:snippets/x.sh' }],
    [{ vmgenid: '0' }],
  ])('keeps %j for root@pam with the message of PVE', (params) => {
    const { refusal, state } = demo();
    state.volumes.push({
      ...disk(0, 0),
      volid: 'local:snippets/x.sh',
      storage: 'local',
      content: 'snippets',
    });
    const admin = fixtureUser(['/vms/105 VM.Config.Options', '/vms/105 VM.Config.HWType', '/ Sys.Modify']);
    const [key = ''] = Object.keys(params);
    expect(refusal('PUT', `${path}/config`, params, admin).message).toBe(`only root can set '${key}' config`);
  });

  it('keeps raw devices for root@pam, and lets mapped ones be used with the mapping', () => {
    const { refusal, call } = demo();
    const user = fixtureUser(['/vms/105 VM.Config.HWType', '/mapping/pci/gpu Mapping.Use']);
    expect(refusal('PUT', `${path}/config`, { hostpci0: '0000:01:00.0' }, user).message).toBe(
      "only root can set 'hostpci0' config for non-mapped devices",
    );
    expect(refusal('PUT', `${path}/config`, { usb0: 'host=1234:5678' }, user).message).toBe(
      "only root can set 'usb0' config for real devices",
    );
    expect(() => call('PUT', `${path}/config`, { hostpci0: 'mapping=gpu' }, user)).not.toThrow();
  });

  it('needs SDN.Use on the bridge or the VLAN of a NIC', () => {
    const { refusal, call } = demo();
    const net1 = { net1: 'virtio,bridge=vmbr1,tag=7' };
    const user = fixtureUser(['/vms/105 VM.Config.Network']);
    expect(refusal('PUT', `${path}/config`, net1, user).message).toContain('/sdn/zones/localnetwork/vmbr1/7');
    const allowed = fixtureUser(['/vms/105 VM.Config.Network', '/sdn/zones/localnetwork/vmbr1/7 SDN.Use']);
    expect(() => call('PUT', `${path}/config`, net1, allowed)).not.toThrow();
  });

  it('needs space on the storage to allocate there', () => {
    const user = fixtureUser(['/vms/105 VM.Config.Disk']);
    expect(demo().refusal('PUT', `${path}/config`, { scsi1: 'local-lvm:8' }, user).message).toContain(
      'Datastore.AllocateSpace',
    );
  });
});

describe('cloud-init', () => {
  it('shows what the image still has until it is made anew', () => {
    const { call, put } = demo({ status: 'running', config: { ...vm().config, ciuser: 'old' } });
    put({ ciuser: 'new', ipconfig0: 'ip=dhcp' });
    const rows = () => call('GET', `${path}/cloudinit`) as { key: string }[];
    expect(rows()).toContainEqual({ key: 'ciuser', value: 'old', pending: 'new' });
    expect(rows()).toContainEqual({ key: 'ipconfig0', pending: 'ip=dhcp' });
    call('PUT', `${path}/cloudinit`);
    expect(rows()).toContainEqual({ key: 'ciuser', value: 'new' });
    expect(rows().map(({ key }) => key)).not.toContain('ipconfig0');
  });

  it('dumps user data without the password for those who may not change it', () => {
    const { call } = demo({ config: { ...vm().config, ciuser: 'ops', sshkeys: 'ssh-ed25519%20AAAA%20me' } });
    const dump = call('GET', `${path}/cloudinit/dump`, { type: 'user' }, fixtureUser([])) as string;
    expect(dump).toContain('user: ops\n');
    expect(dump).toContain('  - ssh-ed25519 AAAA me\n');
    expect(dump).toContain('password: **********\n');
  });
});

describe('containers', () => {
  const ct = (changes: Partial<GuestState> = {}) =>
    fixture(guestsEndpoints, [
      fixtureGuest({
        vmid: 200,
        type: 'lxc',
        config: {
          hostname: 'web',
          memory: '512',
          net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:09,ip=dhcp,type=veth',
          ostype: 'debian',
          rootfs: 'local-lvm:vm-200-disk-0,size=8G',
          unprivileged: '1',
        },
        ...changes,
      }),
    ]);
  const ctPath = '/nodes/pve1/lxc/200/config';

  it('refuse an outdated digest with the text of pve-common', () => {
    const { call, refusal } = ct();
    const { digest } = call('GET', ctPath) as { digest: string };
    call('PUT', ctPath, { memory: 1024, digest });
    expect(refusal('PUT', ctPath, { memory: 2048, digest }).message).toBe(modifiedConfiguration);
  });

  it('take memory, cores and NICs while running, features only at the next start', () => {
    const { call, state } = ct({ status: 'running' });
    call('PUT', ctPath, { memory: 1024, cores: 2, features: 'nesting=1', nameserver: '10.0.0.1' });
    expect(state.guests['200']?.config).toMatchObject({ memory: '1024', cores: '2' });
    expect(state.guests['200']?.pending.set).toEqual({ features: 'nesting=1', nameserver: '10.0.0.1' });
  });

  it('keep features, devices and hook scripts for root@pam', () => {
    const { refusal, call } = ct();
    const user = fixtureUser([
      '/vms/200 VM.Config.Options',
      '/vms/200 VM.Allocate',
      '/vms/200 VM.Config.Disk',
    ]);
    const message = (params: object) => refusal('PUT', ctPath, { ...params }, user).message;
    expect(message({ features: 'keyctl=1' })).toBe(
      'Permission check failed (changing feature flags (except nesting) is only allowed for root@pam)',
    );
    expect(message({ dev0: '/dev/ttyUSB0' })).toContain('device passthrough is only allowed for root@pam');
    expect(message({ mp0: '/srv,mp=/srv' })).toContain('mount point type bind is only allowed for root@pam');
    expect(() => call('PUT', ctPath, { features: 'nesting=1' }, user)).not.toThrow();
  });

  it('never become privileged by a change', () => {
    expect(ct().refusal('PUT', ctPath, { unprivileged: false }).message).toBe(
      "unable to modify read-only option: 'unprivileged'",
    );
  });

  it('get volumes for new mount points and keep removed ones as unused', () => {
    const { call, state } = ct();
    state.volumes.push({ ...disk(200, 0), content: 'rootdir' });
    call('PUT', ctPath, { mp0: 'local-lvm:4,mp=/data' });
    expect(state.guests['200']?.config.mp0).toBe('local-lvm:vm-200-disk-1,mp=/data,size=4G');
    call('PUT', ctPath, { delete: 'mp0' });
    expect(state.guests['200']?.config).toMatchObject({ unused0: 'local-lvm:vm-200-disk-1' });
  });

  it('change nothing when one of several settings is refused', () => {
    const { call, refusal, state } = ct();
    const before = JSON.stringify(state.guests['200']);
    refusal('PUT', ctPath, { hostname: 'other', unprivileged: false });
    expect(JSON.stringify(state.guests['200'])).toBe(before);
    expect(call('GET', ctPath)).toMatchObject({ hostname: 'web' });
  });
});

it('uses the clock of the demo', () => {
  const { put, state } = demo();
  put({ scsi1: 'local-lvm:1' });
  expect(state.volumes.at(-1)?.ctime).toBe(fixtureNow);
});
