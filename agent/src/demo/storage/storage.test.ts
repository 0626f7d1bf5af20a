import { describe, expect, it } from 'vitest';
import { callerWith, fixture } from '../cluster/fixture.ts';
import { demoChecksum, knownUrls } from './download-catalogue.ts';
import { storageEndpoints } from './index.ts';

type Row = Record<string, unknown>;

const at = '/nodes/{node}/storage/{storage}';
const nas = { node: 'pve1', storage: 'nas' };

describe('storage content', () => {
  const content = (rights: Record<string, string[]>): Set<unknown> => {
    const world = fixture(storageEndpoints);
    const caller = callerWith('someone@pve', rights);
    const rows = world.call('GET', `${at}/content`, nas, { caller }) as Row[];
    return new Set(rows.map((row) => row.content));
  };

  it('hides backups and disks from an auditor, but not ISO images and templates', () => {
    const audit = { '/': ['Datastore.Audit', 'VM.Audit', 'Sys.Audit'] };
    expect(content(audit)).toEqual(new Set(['iso', 'vztmpl']));
  });

  it('shows backups with Datastore.AllocateSpace and VM.Backup on the owner', () => {
    expect(content({ '/': ['Datastore.AllocateSpace', 'VM.Backup'] })).toContain('backup');
    expect(content({ '/': ['Datastore.AllocateSpace'] })).not.toContain('backup');
  });

  it('shows everything with Datastore.Allocate', () => {
    const world = fixture(storageEndpoints);
    const caller = callerWith('s@pve', { '/storage/nas': ['Datastore.Allocate'] });
    const rows = world.call('GET', `${at}/content`, nas, { caller }) as Row[];
    expect(rows).toHaveLength(world.state.volumes.filter(({ storage }) => storage === 'nas').length);
  });

  it("keeps one node's local volumes from the other nodes", () => {
    const world = fixture(storageEndpoints);
    const lists = ['pve1', 'pve2'].map(
      (node) => world.call('GET', `${at}/content`, { node, storage: 'local-lvm' }) as Row[],
    );
    const [here = [], there = []] = lists.map((rows) => rows.map((row) => row.volid));
    expect(here).toContain('local-lvm:vm-142-disk-0');
    expect(there).not.toContain('local-lvm:vm-142-disk-0');
  });

  it('refuses a storage that is not on the node', () => {
    const world = fixture(storageEndpoints);
    expect(() => world.call('GET', `${at}/content`, { node: 'pve3', storage: 'tank' })).toThrow(
      "storage 'tank' is not available on node 'pve3'",
    );
  });

  it('will not delete a protected backup, and deletes an unprotected one', async () => {
    const world = fixture(storageEndpoints);
    const backup = world.state.volumes.find((v) => v.storage === 'nas' && v.protected);
    const params = { ...nas, volume: backup?.volid };
    const task = world.task(await world.call('DELETE', `${at}/content/{volume}`, params));
    expect(task.exitstatus).toMatch(/^cannot remove protected volume '.+' on 'nas'$/);
    world.call('PUT', `${at}/content/{volume}`, { ...params, protected: false, notes: 'old' });
    expect(backup).toMatchObject({ protected: false, notes: 'old' });
    const again = await world.call('DELETE', `${at}/content/{volume}`, { ...params, delay: 1 });
    expect(again).toBeNull();
    expect(world.state.volumes).not.toContain(backup);
  });

  it('allocates the next free disk name', () => {
    const world = fixture(storageEndpoints);
    const params = { node: 'pve1', storage: 'local-lvm', vmid: 900, filename: '', size: '4G' };
    expect(world.call('POST', `${at}/content`, params)).toBe('local-lvm:vm-900-disk-0');
    expect(world.call('POST', `${at}/content`, params)).toBe('local-lvm:vm-900-disk-1');
    expect(() => world.call('POST', `${at}/content`, { ...params, filename: 'vm-1-disk-0' })).toThrow(
      "illegal name 'vm-1-disk-0' - should be 'vm-900-*'",
    );
    expect(() => world.call('POST', `${at}/content`, { ...params, size: '4T' })).toThrow(
      'Parameter verification failed.',
    );
  });
});

describe('prunebackups', () => {
  it('lists every backup to a mere auditor when asked to keep all', () => {
    const world = fixture(storageEndpoints);
    const caller = callerWith('audit@pve', { '/': ['Datastore.Audit'] });
    const params = { ...nas, 'prune-backups': 'keep-all=1' };
    const rows = world.call('GET', `${at}/prunebackups`, params, { caller }) as Row[];
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row.mark))).toEqual(new Set(['keep', 'protected']));
  });

  it('removes what it marks, and nothing that is protected', () => {
    const world = fixture(storageEndpoints);
    const params = { ...nas, 'prune-backups': 'keep-last=1' };
    const marked = (world.call('GET', `${at}/prunebackups`, params) as Row[]).filter(
      (row) => row.mark === 'remove',
    );
    expect(marked.length).toBeGreaterThan(0);
    expect(world.task(world.call('DELETE', `${at}/prunebackups`, params)).exitstatus).toBe('OK');
    const left = world.call('GET', `${at}/prunebackups`, params) as Row[];
    expect(left.filter((row) => row.mark === 'remove')).toEqual([]);
    expect(left.some((row) => row.mark === 'protected')).toBe(true);
  });

  it('needs more than a look to prune', () => {
    const world = fixture(storageEndpoints);
    const caller = callerWith('audit@pve', { '/': ['Datastore.Audit'] });
    expect(() => world.call('DELETE', `${at}/prunebackups`, nas, { caller })).toThrow(
      'Permission check failed (/storage/nas, Datastore.Allocate)',
    );
  });
});

describe('download-url', () => {
  const url = knownUrls.find((entry) => entry.endsWith('.iso')) ?? '';
  const iso = { ...nas, content: 'iso', filename: 'my disc.iso', url };

  it('makes a volume of the right size under the normalised name', () => {
    const world = fixture(storageEndpoints);
    const checksum = demoChecksum(url, 'sha256');
    const params = { ...iso, checksum, 'checksum-algorithm': 'sha256' };
    const task = world.task(world.call('POST', `${at}/download-url`, params));
    expect(task.exitstatus).toBe('OK');
    expect(task.log).toContain('calculating checksum...OK, checksum verified');
    const volume = world.state.volumes.find(({ volid }) => volid === 'nas:iso/my_disc.iso');
    expect(volume).toMatchObject({ content: 'iso', format: 'iso', size: 69_206_016 });
    const second = world.task(world.call('POST', `${at}/download-url`, iso));
    expect(second.exitstatus).toBe(
      "refusing to override existing file '/mnt/pve/nas/template/iso/my_disc.iso'",
    );
  });

  it('fails on a wrong checksum and leaves nothing', () => {
    const world = fixture(storageEndpoints);
    const params = { ...iso, checksum: 'ab'.repeat(32), 'checksum-algorithm': 'sha256' };
    const task = world.task(world.call('POST', `${at}/download-url`, params));
    expect(task.exitstatus).toMatch(/^checksum mismatch: got '[0-9a-f]{64}' != expect '(ab){32}'$/);
    expect(world.state.volumes.some(({ volid }) => volid.includes('my_disc'))).toBe(false);
  });

  it('fails on a host that the demo does not know', () => {
    const world = fixture(storageEndpoints);
    const params = { ...iso, url: 'https://nowhere.example/x.iso' };
    const task = world.task(world.call('POST', `${at}/download-url`, params));
    expect(task.exitstatus).toBe('download failed: exit code 4');
    expect(() =>
      world.call('GET', '/nodes/{node}/query-url-metadata', { node: 'pve1', url: params.url }),
    ).toThrow('invalid server response');
  });

  it.each([
    [{ storage: 'local-lvm' }, "can't upload to storage type 'lvmthin', not a file based storage!"],
    [{ content: 'import', filename: 'a.qcow2' }, "storage 'nas' is not configured for content-type 'import'"],
  ])('refuses %j', (change, message) => {
    const world = fixture(storageEndpoints);
    expect(() => world.call('POST', `${at}/download-url`, { ...iso, ...change })).toThrow(message);
  });

  it('takes an uploaded file of the size that arrived', () => {
    const world = fixture(storageEndpoints);
    const params = { ...nas, content: 'iso', filename: 'up.iso', tmpfilename: '/var/tmp/pveupload-1' };
    const upid = world.call('POST', `${at}/upload`, params, { uploadBytes: 4321 });
    expect(world.task(upid).exitstatus).toBe('OK');
    expect(world.state.volumes.find(({ volid }) => volid === 'nas:iso/up.iso')?.size).toBe(4321);
  });
});

describe('file-restore', () => {
  const path = `${at}/file-restore/list`;

  it('walks a backup on a backup server, and no other', () => {
    const world = fixture(storageEndpoints);
    const on = (storage: string): string =>
      world.state.volumes.find((v) => v.storage === storage && v.content === 'backup')?.volid ?? '';
    const pbs = { node: 'pve1', storage: 'pbs-main', volume: on('pbs-main') };
    const top = world.call('GET', path, { ...pbs, filepath: '/' }) as Row[];
    expect(top.length).toBeGreaterThan(0);
    const inner = world.call('GET', path, { ...pbs, filepath: top[0]?.filepath }) as Row[];
    expect(inner.map((row) => row.text)).toContain('etc');
    expect(() => world.call('GET', path, { ...nas, volume: on('nas'), filepath: '/' })).toThrow(
      'non-PBS storages',
    );
  });
});

describe('/storage', () => {
  const dir = { storage: 'extra', type: 'dir', path: '/mnt/extra', content: 'iso,backup' };

  it('creates, changes with a fresh digest only, and removes', () => {
    const world = fixture(storageEndpoints);
    expect(world.call('POST', '/storage', dir)).toEqual({ storage: 'extra', type: 'dir' });
    const { digest } = world.call('GET', '/storage/{storage}', { storage: 'extra' }) as Row;
    world.call('PUT', '/storage/{storage}', { storage: 'extra', disable: true, digest });
    expect(world.state.storages.extra).toMatchObject({ disable: '1' });
    expect(() =>
      world.call('PUT', '/storage/{storage}', { storage: 'extra', delete: 'disable', digest }),
    ).toThrow('detected modified configuration');
    world.call('DELETE', '/storage/{storage}', { storage: 'extra' });
    expect(world.state.storages).not.toHaveProperty('extra');
  });

  it.each([
    [{ ...dir, storage: 'local' }, "storage ID 'local' already defined"],
    [{ storage: 'x', type: 'dir' }, "missing value for required option 'path'"],
    [{ ...dir, vgname: 'pve' }, "unexpected property 'vgname'"],
    [{ ...dir, content: 'iso,none' }, "unable to combine 'none' with other content types"],
    [{ ...dir, nodes: 'pve9' }, "no such cluster node 'pve9'"],
  ])('refuses %j', (params, message) => {
    const world = fixture(storageEndpoints);
    expect(() => world.call('POST', '/storage', params)).toThrow(message);
  });

  it('will not move a storage by changing what is fixed', () => {
    const world = fixture(storageEndpoints);
    expect(() => world.call('PUT', '/storage/{storage}', { storage: 'local', path: '/tmp' })).toThrow(
      "can't change value of fixed parameter 'path'",
    );
  });

  it('never stores or answers a password', () => {
    const world = fixture(storageEndpoints);
    const cifs = { storage: 'win', type: 'cifs', server: 'nas2', share: 's', password: 'hunter2' };
    world.call('POST', '/storage', cifs);
    expect(JSON.stringify(world.state.storages)).not.toContain('hunter2');
    expect(world.state.storages.win).toMatchObject({ path: '/mnt/pve/win' });
  });
});
