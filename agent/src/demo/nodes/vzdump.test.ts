import { describe, expect, it } from 'vitest';
import { callerWith, fixture, FIXTURE_NOW } from '../cluster/fixture.ts';
import { nodesEndpoints } from './index.ts';

const dump = '/nodes/{node}/vzdump';
const params = { node: 'pve1', vmid: '105', storage: 'nas', compress: 'zstd' };

describe('vzdump', () => {
  it('makes a backup volume with notes, log and the configuration in it', () => {
    const world = fixture(nodesEndpoints);
    const asked = { ...params, 'notes-template': '{{guestname}} on {{node}}\\n{{vmid}}', protected: true };
    const task = world.task(world.call('POST', dump, asked));
    expect(task).toMatchObject({ exitstatus: 'OK', type: 'vzdump', id: '105' });
    const volid = 'nas:backup/vzdump-qemu-105-2026_06_01-10_00_00.vma.zst';
    const volume = world.state.volumes.find((entry) => entry.volid === volid);
    expect(volume).toMatchObject({
      content: 'backup',
      format: 'vma.zst',
      vmid: 105,
      ctime: FIXTURE_NOW,
      notes: 'db-01 on pve1\n105',
      protected: true,
    });
    expect(task.log).toContain('INFO: Starting Backup of VM 105 (qemu)');
    expect(task.log.some((line) => line.startsWith("INFO: include disk 'scsi0'"))).toBe(true);
    expect(task.log).not.toContain('');
    const text = world.call('GET', `${dump}/extractconfig`, { node: 'pve1', volume: volid });
    expect(text).toMatch(/^name: db-01$/m);
    expect(text).not.toMatch(/^lock:/m);
  });

  it('prunes older backups by the retention given, and says how many', () => {
    const world = fixture(nodesEndpoints);
    const own = (): number =>
      world.state.volumes.filter((v) => v.storage === 'nas' && v.vmid === 104 && v.content === 'backup')
        .length;
    expect(own()).toBeGreaterThan(0);
    const asked = { ...params, node: world.state.guests[104]?.node, vmid: '104' };
    const task = world.task(world.call('POST', dump, { ...asked, 'prune-backups': 'keep-last=1' }));
    expect(own()).toBe(1);
    expect(task.log.some((line) => /^INFO: pruned [1-9]\d* backup\(s\) not covered/.test(line))).toBe(true);
  });

  it('goes on after a guest that fails, and ends with job errors', () => {
    const world = fixture(nodesEndpoints);
    const guest = world.state.guests[105];
    if (guest) guest.config.lock = 'snapshot';
    const other = Object.values(world.state.guests).find((g) => g.node === 'pve1' && g.vmid !== 105);
    const vmid = `105,${other?.vmid ?? ''},99999`;
    const task = world.task(world.call('POST', dump, { ...params, vmid }));
    expect(task.exitstatus).toBe('job errors');
    expect(task.log).toContain('ERROR: Backup of VM 105 failed - VM is locked (snapshot)');
    expect(task.log).toContain("ERROR: Backup of VM 99999 failed - unable to find VM '99999'");
    expect(task.log).toContain(`INFO: Finished Backup of VM ${other?.vmid ?? ''} (00:00:03)`);
    expect(other?.config).not.toHaveProperty('lock');
    expect(guest?.config.lock).toBe('snapshot');
  });

  it('leaves guests on other nodes to those nodes', () => {
    const world = fixture(nodesEndpoints);
    const far = Object.values(world.state.guests).find((guest) => guest.node === 'pve2');
    expect(world.call('POST', dump, { ...params, vmid: String(far?.vmid) })).toBe('OK');
  });

  it('asks for VM.Backup on the guest and space on the storage', () => {
    const world = fixture(nodesEndpoints);
    const noSpace = callerWith('u@pve', { '/vms/105': ['VM.Backup'] });
    expect(() => world.call('POST', dump, params, { caller: noSpace })).toThrow(
      'Permission check failed (/storage/nas, Datastore.AllocateSpace)',
    );
    const noGuest = callerWith('u@pve', { '/storage/nas': ['Datastore.AllocateSpace'] });
    const task = world.task(world.call('POST', dump, params, { caller: noGuest }));
    expect(task.log).toContain(
      'ERROR: Backup of VM 105 failed - Permission check failed (/vms/105, VM.Backup)',
    );
    const bandwidth = { ...params, bwlimit: 1000 };
    expect(() => world.call('POST', dump, bandwidth, { caller: noGuest })).toThrow('(/, Sys.Modify)');
  });

  it.each([
    [{ all: true }, { all: "option conflicts with option 'vmid'" }],
    [{ 'notes-template': '{{nope}}' }, { 'notes-template': "found unknown: variable 'nope' at char 2" }],
    [
      { 'prune-backups': 'keep-all=1,keep-last=3' },
      { 'prune-backups': 'keep-all cannot be set together with other options.' },
    ],
  ])('refuses %j', (change, errors) => {
    const world = fixture(nodesEndpoints);
    expect(() => world.call('POST', dump, { ...params, ...change })).toThrow(
      expect.objectContaining({ status: 400, errors }) as Error,
    );
  });

  it('refuses a storage that holds no backups', () => {
    const world = fixture(nodesEndpoints);
    expect(() => world.call('POST', dump, { ...params, storage: 'local-lvm' })).toThrow(
      "can't use storage 'local-lvm' for backups - wrong content type",
    );
  });

  it('writes to a backup server under its own names', () => {
    const world = fixture(nodesEndpoints);
    world.call('POST', dump, { ...params, storage: 'pbs-main' });
    expect(world.state.volumes.at(-1)).toMatchObject({
      volid: 'pbs-main:backup/vm/105/2026-06-01T10:00:00Z',
      format: 'pbs-vm',
    });
  });
});
