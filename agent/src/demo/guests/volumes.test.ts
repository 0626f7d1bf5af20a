import { describe, expect, it } from 'vitest';
import type { GuestState } from '../state.ts';
import { fixtureUser } from './fixture.ts';
import { demo, gib, vm, volume } from './fixture-guests.ts';

describe('clones and templates', () => {
  it('copy disks and firewall and get their own identity', () => {
    const { post, guest, state } = demo();
    guest(100).firewall.options.enable = '1';
    expect(post('qemu/100/clone', { newid: 101, name: 'copy', pool: 'production' }).exitstatus).toBe('OK');
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
    expect(post('qemu/100/migrate', { target: 'pve2', online: true }).exitstatus).toBe('migration aborted');
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
      post('qemu/100/move_disk', { disk: 'scsi0', 'target-vmid': 101, 'target-disk': 'virtio0' }).exitstatus,
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
    expect(task.exitstatus).toBe('unable to create VM 300 - volume local-lvm:vm-300-disk-7 does not exist');
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
    expect(post('qemu', { vmid: 100, archive, force: true }).exitstatus).toBe(
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
