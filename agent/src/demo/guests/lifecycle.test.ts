import { describe, expect, it } from 'vitest';
import { fixtureUser } from './fixture.ts';
import { ct, demo, gib, vm } from './fixture-guests.ts';

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
    expect(post('qemu/100/status/start').exitstatus).toBe('VM 100 already running');
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
    expect(post('qemu/100/status/start').exitstatus).toBe("you can't start a vm if it's a template");
  });

  it('does not start a locked guest', () => {
    const { post } = demo({ config: { ...vm(100).config, lock: 'backup' } });
    expect(post('qemu/100/status/start').exitstatus).toBe('VM is locked (backup)');
  });

  const locked = (lock: string, status: 'running' | 'stopped' | 'paused') =>
    demo({ status, config: { ...vm(100).config, lock } }, { status, config: { ...ct(200).config, lock } });

  it.each([
    ['qemu/100/status/start', 'stopped', 'snapshot', 'VM is locked (snapshot)'],
    ['qemu/100/status/start', 'stopped', 'suspended', 'OK'],
    ['qemu/100/status/start', 'paused', 'backup', 'OK'],
    ['qemu/100/status/stop', 'running', 'backup', 'VM is locked (backup)'],
    ['qemu/100/status/stop', 'stopped', 'backup', 'OK'],
    ['qemu/100/status/shutdown', 'running', 'migrate', 'VM is locked (migrate)'],
    ['qemu/100/status/reboot', 'running', 'backup', 'VM is locked (backup)'],
    ['qemu/100/status/reset', 'running', 'backup', 'VM is locked (backup)'],
    ['qemu/100/status/suspend', 'running', 'backup', 'OK'],
    ['qemu/100/status/suspend', 'running', 'clone', 'VM is locked (clone)'],
    ['qemu/100/status/resume', 'paused', 'backup', 'OK'],
    ['qemu/100/status/resume', 'paused', 'rollback', 'VM is locked (rollback)'],
    ['qemu/100/status/resume', 'stopped', 'suspended', 'OK'],
    ['lxc/200/status/start', 'stopped', 'backup', 'CT is locked (backup)'],
    ['lxc/200/status/start', 'stopped', 'suspended', 'CT is locked (suspended)'],
    ['lxc/200/status/start', 'stopped', 'mounted', 'OK'],
    ['lxc/200/status/stop', 'running', 'mounted', 'OK'],
    ['lxc/200/status/stop', 'running', 'disk', 'CT is locked (disk)'],
    ['lxc/200/status/shutdown', 'running', 'mounted', 'CT is locked (mounted)'],
    ['lxc/200/status/suspend', 'running', 'backup', 'CT is locked (backup)'],
  ] as const)('%s of a %s guest under the lock %s ends with %s', (path, status, lock, end) => {
    expect(locked(lock, status).post(path).exitstatus).toBe(end);
  });

  it.each([
    ['start', 'stopped', 'running'],
    ['stop', 'running', 'stopped'],
    ['shutdown', 'running', 'stopped'],
    ['reset', 'running', 'running'],
    ['suspend', 'running', 'paused'],
    ['resume', 'paused', 'running'],
  ] as const)('lets root %s a locked VM by skiplock, and nobody else', (action, status, after) => {
    const { post, guest, refusal } = locked('migrate', status);
    const path = `qemu/100/status/${action}`;
    const other = fixtureUser(['/vms/100 VM.PowerMgmt']);
    expect(refusal('POST', `/nodes/pve1/${path}`, { skiplock: true }, other).errors).toEqual({
      skiplock: 'Only root may use this option.',
    });
    expect(post(path, { skiplock: true }).exitstatus).toBe('OK');
    expect(guest(100)).toMatchObject({ status: after, config: { lock: 'migrate' } });
  });

  it('brings a VM back that was suspended to disk, and does not suspend one that is being backed up', () => {
    const { post, guest } = demo({ status: 'running' });
    const toDisk = { todisk: true };
    expect(post('qemu/100/status/suspend', toDisk)).toMatchObject({ type: 'qmsuspend', exitstatus: 'OK' });
    expect(guest(100)).toMatchObject({ status: 'stopped', config: { lock: 'suspended' } });
    expect(post('qemu/100/status/resume').exitstatus).toBe('OK');
    expect(guest(100).status).toBe('running');
    expect(guest(100).config).not.toHaveProperty('lock');
    guest(100).config.lock = 'backup';
    expect(post('qemu/100/status/suspend', toDisk).exitstatus).toBe('cannot suspend to disk during backup');
  });

  it('pauses, refuses to shut a paused VM down, resumes and stops', () => {
    const { guest, post, refusal } = demo({ status: 'running' });
    expect(post('qemu/100/status/suspend').type).toBe('qmpause');
    expect(guest(100).status).toBe('paused');
    expect(refusal('POST', '/nodes/pve1/qemu/100/status/shutdown').message).toBe(
      'VM is paused - cannot shutdown',
    );
    post('qemu/100/status/resume');
    expect(guest(100).status).toBe('running');
    expect(post('qemu/100/status/shutdown').type).toBe('qmshutdown');
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
    expect(post('qemu/100/status/start').type).toBe('hastart');
    expect(state.haResources['vm:100'].state).toBe('started');
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
    expect(post('qemu/100/snapshot/before/rollback').exitstatus).toBe('OK');
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
    expect(post('qemu/100/snapshot', { snapname: 'one' }).exitstatus).toBe(
      "snapshot name 'one' already used",
    );
    state.storages['local-lvm'] = { type: 'lvm', content: 'images' };
    expect(post('qemu/100/snapshot', { snapname: 'x' }).exitstatus).toBe('snapshot feature is not available');
    expect(post('qemu/100/snapshot/nope/rollback').exitstatus).toBe("snapshot 'nope' does not exist");
  });

  it('on ZFS only roll back to the latest', () => {
    const { post, guest } = demo();
    post('lxc/200/snapshot', { snapname: 'a' });
    post('lxc/200/snapshot', { snapname: 'b' });
    const first = guest(200).snapshots.a;
    if (first) first.snaptime -= 100;
    expect(post('lxc/200/snapshot/a/rollback').exitstatus).toBe(
      "can't rollback, 'a' is not most recent snapshot on 'only1:subvol-200-disk-0'",
    );
  });
});
