import { describe, expect, it } from 'vitest';
import type { GuestState, VolumeState } from '../state.ts';
import { fixture, fixtureGuest, fixtureUser } from './fixture.ts';
import { guestsEndpoints } from './index.ts';

const gib = 2 ** 30;
const volume = (volid: string, vmid: number, changes: Partial<VolumeState> = {}): VolumeState => ({
  volid,
  storage: volid.split(':')[0] ?? '',
  ...(volid.startsWith('nfs:') ? {} : { node: 'pve1' }),
  content: 'images',
  format: 'raw',
  size: 32 * gib,
  vmid,
  ctime: 1,
  ...changes,
});
const vm = (vmid: number, changes: Partial<GuestState> = {}): GuestState =>
  fixtureGuest({
    vmid,
    config: {
      boot: 'order=scsi0',
      memory: '2048',
      name: `vm-${vmid}`,
      net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
      scsi0: `local-lvm:vm-${vmid}-disk-0,size=32G`,
      smbios1: 'uuid=11111111-1111-1111-1111-111111111111',
      vmgenid: '22222222-2222-2222-2222-222222222222',
    },
    ...changes,
  });
const ct = (vmid: number, changes: Partial<GuestState> = {}): GuestState =>
  fixtureGuest({
    vmid,
    type: 'lxc',
    config: { hostname: `ct-${vmid}`, memory: '512', rootfs: `only1:subvol-${vmid}-disk-0,size=8G` },
    ...changes,
  });
const demo = (changes: Partial<GuestState> = {}, ctChanges: Partial<GuestState> = {}) => {
  const made = fixture(guestsEndpoints, [vm(100, changes), ct(200, ctChanges)]);
  made.state.volumes.push(
    volume('local-lvm:vm-100-disk-0', 100),
    volume('only1:subvol-200-disk-0', 200, { content: 'rootdir', format: 'subvol', size: 8 * gib }),
  );
  const guest = (vmid: number) => {
    const found = made.state.guests[String(vmid)];
    if (!found) throw new Error(`no guest ${vmid}`);
    return found;
  };
  const post = (path: string, params: Record<string, unknown> = {}) => {
    made.call('POST', `/nodes/pve1/${path}`, params);
    return made.tasks.at(-1);
  };
  const volids = () => made.state.volumes.map(({ volid }) => volid);
  return { ...made, guest, post, volids };
};

describe('power', () => {
  it('starts a VM as a task, makes its pending changes and pins the QEMU version', () => {
    const { guest, post } = demo({ pending: { set: { cores: '8' }, delete: ['name'] } });
    expect(post('qemu/100/status/start')).toMatchObject({ type: 'qmstart', id: '100', exitstatus: 'OK' });
    expect(guest(100)).toMatchObject({
      status: 'running',
      runningQemu: '10.1.2',
      pending: { set: {}, delete: [] },
    });
    expect(guest(100).config).toMatchObject({ cores: '8' });
    expect(guest(100).config).not.toHaveProperty('name');
  });

  it('lets the task of a VM fail that already runs, but refuses the call for a container', () => {
    const { post, refusal } = demo({ status: 'running' }, { status: 'running' });
    expect(post('qemu/100/status/start')?.exitstatus).toBe('VM 100 already running');
    expect(refusal('POST', '/nodes/pve1/lxc/200/status/start')).toEqual({
      status: 500,
      message: 'CT 200 already running',
    });
  });

  it.each([
    ['qemu/100/status/reset', 'VM 100 not running'],
    ['qemu/100/status/reboot', 'VM 100 not running'],
    ['qemu/100/status/suspend', 'VM 100 not running'],
    ['lxc/200/status/stop', 'CT 200 not running'],
    ['lxc/200/status/shutdown', 'CT 200 not running'],
    ['lxc/200/status/reboot', 'VM 200 not running'],
  ])('refuses %s of a stopped guest', (path, message) => {
    expect(demo().refusal('POST', `/nodes/pve1/${path}`).message).toBe(message);
  });

  it('never starts a template', () => {
    const { post } = demo({ config: { ...vm(100).config, template: '1' } });
    expect(post('qemu/100/status/start')?.exitstatus).toBe("you can't start a vm if it's a template");
  });

  it('does not start a locked guest', () => {
    const { post } = demo({ config: { ...vm(100).config, lock: 'backup' } });
    expect(post('qemu/100/status/start')?.exitstatus).toBe('VM is locked (backup)');
  });

  it('pauses, refuses to shut a paused VM down, resumes and stops', () => {
    const { guest, post, refusal } = demo({ status: 'running' });
    expect(post('qemu/100/status/suspend')?.type).toBe('qmpause');
    expect(guest(100).status).toBe('paused');
    expect(refusal('POST', '/nodes/pve1/qemu/100/status/shutdown').message).toBe(
      'VM is paused - cannot shutdown',
    );
    post('qemu/100/status/resume');
    expect(guest(100).status).toBe('running');
    expect(post('qemu/100/status/shutdown')?.type).toBe('qmshutdown');
    expect(guest(100)).toMatchObject({ status: 'stopped', startedAt: null });
  });

  it('makes pending changes on reboot', () => {
    const { guest, post } = demo({ status: 'running', pending: { set: { cores: '8' }, delete: [] } });
    post('qemu/100/status/reboot');
    expect(guest(100)).toMatchObject({ status: 'running', pending: { set: {}, delete: [] } });
    expect(guest(100).config.cores).toBe('8');
  });

  it('asks HA for guests that it manages', () => {
    const { post, state } = demo();
    state.haResources['vm:100'] = { type: 'vm', state: 'stopped' };
    expect(post('qemu/100/status/start')?.type).toBe('hastart');
    expect(state.haResources['vm:100']?.state).toBe('started');
  });
});

describe('live state', () => {
  it('answers status, HA and agent of a running VM with numbers', () => {
    const { call } = demo({
      status: 'running',
      startedAt: 1_763_999_000,
      runningQemu: '10.0.2',
      config: { ...vm(100).config, agent: '1' },
    });
    expect(call('GET', '/nodes/pve1/qemu/100/status/current')).toMatchObject({
      vmid: 100,
      name: 'vm-100',
      status: 'running',
      qmpstatus: 'running',
      maxmem: 2 * gib,
      uptime: 1000,
      'running-qemu': '10.0.2',
      ha: { managed: 0 },
      agent: 1,
    });
  });

  it('lists only the guests of the node that the caller may see', () => {
    const { call } = demo();
    expect(call('GET', '/nodes/pve1/qemu', {}, fixtureUser(['/vms/100 VM.Audit']))).toMatchObject([
      { vmid: 100, status: 'stopped' },
    ]);
    expect(call('GET', '/nodes/pve1/lxc', {}, fixtureUser(['/vms/100 VM.Audit']))).toEqual([]);
    expect(call('GET', '/nodes/pve2/qemu')).toEqual([]);
  });

  it('has RRD history in the shape of PVE', () => {
    const { call } = demo({ status: 'running', startedAt: 1 });
    const points = call('GET', '/nodes/pve1/qemu/100/rrddata', { timeframe: 'hour' }) as { time: number }[];
    expect(points.length).toBeGreaterThan(50);
    expect(points.at(-1)).toHaveProperty('cpu');
  });
});

describe('snapshots', () => {
  it('form a chain that ends in `current`, and heal when a link is deleted', () => {
    const { call, post, guest } = demo();
    post('qemu/100/snapshot', { snapname: 'one', description: 'first' });
    post('qemu/100/snapshot', { snapname: 'two' });
    expect(call('GET', '/nodes/pve1/qemu/100/snapshot')).toMatchObject([
      { name: 'one', description: 'first', vmstate: 0 },
      { name: 'two', parent: 'one' },
      { name: 'current', parent: 'two', running: 0 },
    ]);
    call('DELETE', '/nodes/pve1/qemu/100/snapshot/two');
    expect(guest(100).config.parent).toBe('one');
    call('DELETE', '/nodes/pve1/qemu/100/snapshot/one');
    expect(guest(100).config).not.toHaveProperty('parent');
    expect(guest(100).config).not.toHaveProperty('lock');
  });

  it('bring the configuration back and keep volumes they do not know as unused', () => {
    const { call, post, guest } = demo();
    post('qemu/100/snapshot', { snapname: 'before' });
    call('PUT', '/nodes/pve1/qemu/100/config', { cores: 8, scsi1: 'local-lvm:4', description: 'note' });
    expect(post('qemu/100/snapshot/before/rollback')?.exitstatus).toBe('OK');
    expect(guest(100).config).toMatchObject({
      parent: 'before',
      description: 'note',
      unused0: 'local-lvm:vm-100-disk-1',
    });
    expect(guest(100).config).not.toHaveProperty('cores');
    expect(guest(100).config).not.toHaveProperty('scsi1');
  });

  it('with RAM need a state volume, which goes with them, and start the VM on rollback', () => {
    const { call, post, guest, volids } = demo({ status: 'running' });
    post('qemu/100/snapshot', { snapname: 'ram', vmstate: true });
    expect(volids()).toContain('local-lvm:vm-100-state-ram');
    post('qemu/100/status/stop');
    post('qemu/100/snapshot/ram/rollback');
    expect(guest(100).status).toBe('running');
    call('DELETE', '/nodes/pve1/qemu/100/snapshot/ram');
    expect(volids()).not.toContain('local-lvm:vm-100-state-ram');
  });

  it('refuse reserved and used names, and storages that cannot', () => {
    const { refusal, post, state } = demo();
    expect(refusal('POST', '/nodes/pve1/qemu/100/snapshot', { snapname: 'current' }).message).toContain(
      'reserved name',
    );
    post('qemu/100/snapshot', { snapname: 'one' });
    expect(post('qemu/100/snapshot', { snapname: 'one' })?.exitstatus).toBe(
      "snapshot name 'one' already used",
    );
    state.storages['local-lvm'] = { type: 'lvm', content: 'images' };
    expect(post('qemu/100/snapshot', { snapname: 'x' })?.exitstatus).toBe(
      'snapshot feature is not available',
    );
    expect(post('qemu/100/snapshot/nope/rollback')?.exitstatus).toBe("snapshot 'nope' does not exist");
  });

  it('on ZFS only roll back to the latest', () => {
    const { post, guest } = demo();
    post('lxc/200/snapshot', { snapname: 'a' });
    post('lxc/200/snapshot', { snapname: 'b' });
    const first = guest(200).snapshots.a;
    if (first) first.snaptime -= 100;
    expect(post('lxc/200/snapshot/a/rollback')?.exitstatus).toBe(
      "can't rollback, 'a' is not most recent snapshot on 'only1:subvol-200-disk-0'",
    );
  });
});

describe('clones and templates', () => {
  it('copy disks and firewall and get their own identity', () => {
    const { post, guest, state } = demo();
    guest(100).firewall.options.enable = '1';
    expect(post('qemu/100/clone', { newid: 101, name: 'copy', pool: 'production' })?.exitstatus).toBe('OK');
    const { config, firewall } = guest(101);
    expect(config).toMatchObject({ name: 'copy', scsi0: 'local-lvm:vm-101-disk-0,size=32G' });
    for (const key of ['net0', 'smbios1', 'vmgenid'] as const)
      expect(config[key]).not.toBe(guest(100).config[key]);
    expect(firewall.options.enable).toBe('1');
    expect(state.pools.production?.vmids).toEqual([101]);
  });

  it('refuse a used VMID, linking to what is no base volume, and leaving local storage', () => {
    const { refusal } = demo();
    const message = (params: object) =>
      refusal('POST', '/nodes/pve1/qemu/100/clone', { newid: 101, ...params }).message;
    expect(message({ newid: 200 })).toBe('unable to create VM 200: config file already exists');
    expect(message({ full: false })).toContain('Linked clone feature is not supported');
    expect(message({ target: 'pve2' })).toBe("can't clone VM to node 'pve2' (VM uses local storage)");
    expect(message({ snapname: 'nope' })).toBe("snapshot 'nope' does not exist");
  });

  it('of a template are linked to its base volume, which then cannot be removed', () => {
    const { call, post, guest, state, tasks } = demo();
    post('qemu/100/template');
    expect(guest(100).config).toMatchObject({ template: '1', scsi0: 'local-lvm:base-100-disk-0,size=32G' });
    post('qemu/100/clone', { newid: 101 });
    expect(state.volumes.find(({ vmid }) => vmid === 101)).toMatchObject({ parent: 'base-100-disk-0' });
    call('DELETE', '/nodes/pve1/qemu/100');
    expect(tasks.at(-1)?.exitstatus).toBe(
      "base volume 'local-lvm:base-100-disk-0' is still in use by linked cloned",
    );
    expect(guest(100).vmid).toBe(100);
  });

  it('convert neither running guests nor those with snapshots', () => {
    const running = demo({ status: 'running' });
    expect(running.refusal('POST', '/nodes/pve1/qemu/100/template').message).toBe(
      "you can't convert a VM to template if VM is running",
    );
    const snapshot = demo();
    snapshot.post('qemu/100/snapshot', { snapname: 's' });
    expect(snapshot.refusal('POST', '/nodes/pve1/qemu/100/template').message).toBe(
      'unable to create template, because VM contains snapshots',
    );
  });
});

describe('migration', () => {
  it('moves a stopped VM with its local disks', () => {
    const { post, guest, state } = demo();
    expect(post('qemu/100/migrate', { target: 'pve2' })).toMatchObject({
      type: 'qmigrate',
      exitstatus: 'OK',
    });
    expect(guest(100).node).toBe('pve2');
    expect(state.volumes.find(({ vmid }) => vmid === 100)?.node).toBe('pve2');
  });

  it('says what stands in the way and aborts on it', () => {
    const { call, post, refusal, guest } = demo({
      status: 'running',
      config: { ...vm(100).config, usb0: 'host=1:2' },
    });
    expect(call('GET', '/nodes/pve1/qemu/100/migrate')).toMatchObject({
      running: 1,
      allowed_nodes: ['pve2', 'pve3'],
      local_resources: ['usb0'],
      local_disks: [{ volid: 'local-lvm:vm-100-disk-0', drivename: 'scsi0' }],
    });
    expect(refusal('POST', '/nodes/pve1/qemu/100/migrate', { target: 'pve2' }).message).toBe(
      "can't migrate running VM without --online",
    );
    expect(post('qemu/100/migrate', { target: 'pve2', online: true })?.exitstatus).toBe('migration aborted');
    expect(guest(100).node).toBe('pve1');
  });

  it('refuses its own node and nodes without the storage', () => {
    const { refusal, guest, state } = demo();
    expect(refusal('POST', '/nodes/pve1/qemu/100/migrate', { target: 'pve1' }).errors).toEqual({
      target: 'target is local node.',
    });
    guest(100).config.scsi1 = 'only1:vm-100-disk-0,size=1G';
    state.volumes.push(volume('only1:vm-100-disk-0', 100));
    expect(refusal('POST', '/nodes/pve1/qemu/100/migrate', { target: 'pve2' }).message).toBe(
      "storage 'only1' is not available on node 'pve2'",
    );
  });

  it('restarts a container on the other node, on another storage where asked', () => {
    const { post, guest, state } = demo({}, { status: 'running' });
    post('lxc/200/migrate', { target: 'pve2', restart: true, 'target-storage': 'local-lvm' });
    expect(guest(200)).toMatchObject({ node: 'pve2', status: 'running' });
    expect(guest(200).config.rootfs).toBe('local-lvm:vm-200-disk-0,size=8G');
    expect(state.volumes.filter(({ vmid }) => vmid === 200)).toMatchObject([
      { storage: 'local-lvm', node: 'pve2' },
    ]);
  });
});

describe('volumes', () => {
  it('move to another storage and stay as unused unless deleted', () => {
    const { post, guest, volids, refusal } = demo();
    post('qemu/100/move_disk', { disk: 'scsi0', storage: 'nfs', format: 'qcow2' });
    expect(guest(100).config).toMatchObject({
      scsi0: 'nfs:100/vm-100-disk-0.qcow2,size=32G',
      unused0: 'local-lvm:vm-100-disk-0',
    });
    post('qemu/100/move_disk', { disk: 'scsi0', storage: 'local-lvm', delete: true });
    expect(guest(100).config.scsi0).toBe('local-lvm:vm-100-disk-1,size=32G');
    expect(volids()).not.toContain('nfs:100/vm-100-disk-0.qcow2');
    expect(
      refusal('POST', '/nodes/pve1/qemu/100/move_disk', { disk: 'scsi0', storage: 'local-lvm' }).message,
    ).toBe("you can't move to the same storage with same format");
  });

  it('move to another VM', () => {
    const { post, guest, state } = demo();
    state.guests['101'] = vm(101, { config: { name: 'other' } });
    expect(
      post('qemu/100/move_disk', { disk: 'scsi0', 'target-vmid': 101, 'target-disk': 'virtio0' })?.exitstatus,
    ).toBe('OK');
    expect(guest(101).config.virtio0).toBe('local-lvm:vm-101-disk-0,size=32G');
    expect(guest(100).config).not.toHaveProperty('scsi0');
  });

  it('grow but never shrink', () => {
    const { call, guest, state, tasks, refusal } = demo();
    call('PUT', '/nodes/pve1/qemu/100/resize', { disk: 'scsi0', size: '+8G' });
    expect(guest(100).config.scsi0).toBe('local-lvm:vm-100-disk-0,size=40G');
    expect(state.volumes[0]?.size).toBe(40 * gib);
    call('PUT', '/nodes/pve1/qemu/100/resize', { disk: 'scsi0', size: '1G' });
    expect(tasks.at(-1)?.exitstatus).toBe('shrinking disks is not supported');
    expect(refusal('PUT', '/nodes/pve1/lxc/200/resize', { disk: 'rootfs', size: '1G' }).message).toBe(
      'unable to shrink disk size',
    );
  });

  it('are deleted by a forced unlink', () => {
    const { call, volids } = demo();
    call('PUT', '/nodes/pve1/qemu/100/unlink', { idlist: 'scsi0', force: true });
    expect(volids()).not.toContain('local-lvm:vm-100-disk-0');
  });
});

describe('creating', () => {
  it('makes a VM with disks, ids, a boot order, and starts it', () => {
    const { post, guest, volids } = demo();
    const task = post('qemu', {
      vmid: 300,
      name: 'new',
      scsi0: 'local-lvm:10',
      efidisk0: 'local-lvm:1,efitype=4m',
      ide2: 'none,media=cdrom',
      net0: 'virtio,bridge=vmbr0',
      start: true,
    });
    expect(task).toMatchObject({ type: 'qmcreate', exitstatus: 'OK' });
    expect(guest(300)).toMatchObject({ status: 'running', node: 'pve1' });
    expect(guest(300).config).toMatchObject({ boot: 'order=scsi0;ide2;net0', ide2: 'none,media=cdrom' });
    expect(guest(300).config.smbios1).toMatch(/^uuid=/);
    expect(volids().filter((volid) => volid.includes('300'))).toHaveLength(2);
  });

  it('refuses a VMID in use with the words of PVE', () => {
    const { refusal } = demo();
    expect(refusal('POST', '/nodes/pve1/qemu', { vmid: 200 }).message).toBe(
      "unable to create VM 200 - CT 200 already exists on node 'pve1'",
    );
    expect(refusal('POST', '/nodes/pve2/lxc', { vmid: 100, ostemplate: 'local:vztmpl/x' }).message).toBe(
      "VM 100 already exists on node 'pve1'",
    );
  });

  it('leaves nothing behind when a volume cannot be made', () => {
    const { post, state, volids } = demo();
    const before = volids();
    const task = post('qemu', { vmid: 300, scsi0: 'local-lvm:10', scsi1: 'local-lvm:vm-300-disk-7' });
    expect(task?.exitstatus).toBe('unable to create VM 300 - volume local-lvm:vm-300-disk-7 does not exist');
    expect(state.guests['300']).toBeUndefined();
    expect(volids()).toEqual(before);
  });

  it('needs VM.Allocate on the VMID or the pool', () => {
    const { refusal, call } = demo();
    const nobody = fixtureUser([]);
    expect(refusal('POST', '/nodes/pve1/qemu', { vmid: 300 }, nobody)).toEqual({
      status: 403,
      message: 'Permission check failed',
    });
    const user = fixtureUser(['/pool/production VM.Allocate']);
    expect(() => call('POST', '/nodes/pve1/qemu', { vmid: 300, pool: 'production' }, user)).not.toThrow();
  });

  it('makes an unprivileged container from a template by default', () => {
    const { post, guest, state } = demo();
    state.volumes.push(
      volume('local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst', 0, { content: 'vztmpl' }),
    );
    const task = post('lxc', {
      vmid: 301,
      ostemplate: 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst',
      storage: 'local-lvm',
      rootfs: '8',
      net0: 'name=eth0,bridge=vmbr0,ip=dhcp',
    });
    expect(task).toMatchObject({ type: 'vzcreate', exitstatus: 'OK' });
    expect(guest(301).config).toMatchObject({
      arch: 'amd64',
      ostype: 'debian',
      unprivileged: '1',
      rootfs: 'local-lvm:vm-301-disk-0,size=8G',
      hostname: 'CT301',
    });
    expect(guest(301).config.net0).toMatch(/^name=eth0,bridge=vmbr0,hwaddr=BC:24:11:.*,ip=dhcp,type=veth$/);
  });

  it('restores a backup over the stopped guest, and only with force', () => {
    const { post, guest, refusal, state, volids } = demo();
    const archive = 'nfs:backup/vzdump-qemu-100-2025_11_01-00_00_00.vma.zst';
    state.volumes.push(
      volume(archive, 100, {
        content: 'backup',
        format: 'vma.zst',
        guestConfig: 'cores: 2\nname: from-backup\nscsi0: local-lvm:vm-100-disk-0,size=16G\n',
      }),
    );
    expect(refusal('POST', '/nodes/pve1/qemu', { vmid: 100, archive }).message).toBe(
      "unable to restore VM 100 - VM 100 already exists on node 'pve1'",
    );
    expect(post('qemu', { vmid: 100, archive, force: true, storage: 'nfs' })).toMatchObject({
      type: 'qmrestore',
      exitstatus: 'OK',
    });
    expect(guest(100).config).toMatchObject({
      name: 'from-backup',
      scsi0: 'nfs:100/vm-100-disk-0.raw,size=16G',
    });
    expect(volids()).not.toContain('local-lvm:vm-100-disk-0');
    guest(100).status = 'running';
    expect(post('qemu', { vmid: 100, archive, force: true })?.exitstatus).toBe(
      'unable to restore VM 100 - vm is running',
    );
    expect(volids()).toContain('nfs:100/vm-100-disk-0.raw');
  });
});

describe('destroying', () => {
  it('refuses protected and running guests, and those in HA or replication without purge', () => {
    const refusalOf = (changes: Partial<GuestState>) =>
      demo(changes).refusal('DELETE', '/nodes/pve1/qemu/100').message;
    expect(refusalOf({ config: { ...vm(100).config, protection: '1' } })).toBe(
      "can't remove VM 100 - protection mode enabled",
    );
    expect(refusalOf({ status: 'running' })).toBe('VM 100 is running - destroy failed');
    const { state, refusal } = demo();
    state.haResources['vm:100'] = { type: 'vm' };
    expect(refusal('DELETE', '/nodes/pve1/qemu/100').message).toBe(
      'unable to remove VM 100 - used in HA resources and purge parameter not set.',
    );
  });

  it('takes volumes, ACLs and pool membership along, and jobs with purge', () => {
    const { call, state, volids } = demo();
    state.backupJobs.daily = { vmid: '100,200' };
    state.replication['100-0'] = { target: 'pve2' };
    state.acl.push({ path: '/vms/100', type: 'user', ugid: 'a@pve', roleid: 'PVEVMUser', propagate: true });
    state.pools.production?.vmids.push(100);
    call('DELETE', '/nodes/pve1/qemu/100', { purge: true });
    expect(state.guests['100']).toBeUndefined();
    expect(volids()).toEqual(['only1:subvol-200-disk-0']);
    expect(state).toMatchObject({ backupJobs: { daily: { vmid: '200' } }, replication: {}, acl: [] });
    expect(state.pools.production?.vmids).toEqual([]);
  });
});
