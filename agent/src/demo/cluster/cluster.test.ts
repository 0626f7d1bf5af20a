import { describe, expect, it } from 'vitest';
import { callerWith, fixture, FIXTURE_NOW } from './fixture.ts';
import { clusterEndpoints } from './index.ts';

type Row = Record<string, unknown>;
const world = (): ReturnType<typeof fixture> => fixture(clusterEndpoints);

describe('backup jobs', () => {
  const coveredBy = (job: Row): ((vmid: number) => boolean) => {
    const w = world();
    w.state.backupJobs = {};
    w.call('POST', '/cluster/backup', { schedule: '02:00', storage: 'nas', ...job });
    const missing = w.call('GET', '/cluster/backup-info/not-backed-up') as Row[];
    return (vmid) => !missing.some((row) => row.vmid === vmid);
  };

  it('count as coverage even when they are disabled', () => {
    expect(coveredBy({ vmid: '105', enabled: false })(105)).toBe(true);
    expect(coveredBy({ vmid: '104' })(105)).toBe(false);
  });

  it('cover all but the excluded, a pool, or one node', () => {
    const all = coveredBy({ all: true, exclude: '105' });
    expect([all(104), all(105)]).toEqual([true, false]);
    expect(coveredBy({ pool: 'production' })(105)).toBe(true);
    expect(coveredBy({ all: true, node: 'pve2' })(105)).toBe(false);
  });

  it('hide guests from whom may not audit them', () => {
    const w = world();
    w.state.backupJobs = {};
    const caller = callerWith('u@pve', { '/vms/105': ['VM.Audit'] });
    const rows = w.call('GET', '/cluster/backup-info/not-backed-up', {}, { caller });
    expect(rows).toEqual([{ vmid: 105, name: 'db-01', type: 'qemu' }]);
  });

  it('list with their next run and a parsed retention', () => {
    const jobs = world().call('GET', '/cluster/backup') as Row[];
    expect(jobs.find((job) => job.id === 'backup-nightly')).toMatchObject({
      'next-run': Date.parse('2026-06-02T01:00Z') / 1000,
      'prune-backups': { 'keep-daily': 7, 'keep-weekly': 4, 'keep-monthly': 6 },
      enabled: 1,
    });
  });

  it('turn the older start time into a schedule', () => {
    const w = world();
    w.call('POST', '/cluster/backup', { id: 'old', vmid: '105', starttime: '3:00', dow: 'sat,sun' });
    expect(w.state.backupJobs.old).toMatchObject({ schedule: 'sat,sun 3:00', enabled: '1' });
  });

  it('switch their selection on update', () => {
    const w = world();
    w.call('PUT', '/cluster/backup/{id}', { id: 'backup-nightly', all: true });
    expect(w.state.backupJobs['backup-nightly']).not.toHaveProperty('vmid');
    w.call('PUT', '/cluster/backup/{id}', { id: 'backup-nightly', vmid: '105', delete: 'comment' });
    const job = w.state.backupJobs['backup-nightly'];
    expect(job).toMatchObject({ vmid: '105' });
    expect(job).not.toHaveProperty('all');
    expect(job).not.toHaveProperty('comment');
  });

  it('say per volume why it is included', () => {
    const w = world();
    w.call('POST', '/cluster/backup', { id: 'one', vmid: '105,99999', schedule: '1:00' });
    const tree = w.call('GET', '/cluster/backup/{id}/included_volumes', { id: 'one' }) as {
      children: { id: number; type: string; children?: Row[] }[];
    };
    expect(tree.children.map(({ id, type }) => [id, type])).toEqual([
      [105, 'qemu'],
      [99_999, 'unknown'],
    ]);
    expect(tree.children[0]?.children?.find((row) => row.id === '105:scsi0')).toMatchObject({
      included: 1,
      reason: 'backup=yes',
    });
  });

  it.each([
    [{ vmid: '105' }, 'Parameter verification failed.'],
    [{ schedule: '1:00' }, 'Parameter verification failed.'],
    [{ id: 'backup-nightly', vmid: '105', schedule: '1:00' }, "Job 'backup-nightly' already exists"],
    [{ pool: 'nope', schedule: '1:00' }, "pool 'nope' does not exist"],
  ])('refuse %j', (params, message) => {
    expect(() => world().call('POST', '/cluster/backup', params)).toThrow(message);
  });

  it('keep root-only options from others', () => {
    const caller = callerWith('admin@pve', { '/': ['*'] });
    const params = { vmid: '105', schedule: '1:00', script: '/x' };
    expect(() => world().call('POST', '/cluster/backup', params, { caller })).toThrow(
      expect.objectContaining({ errors: { script: 'Only root may set this option.' } }) as Error,
    );
  });
});

describe('pools', () => {
  it.each(['/pools', '/pools/{poolid}'])('are changed by PUT %s, all or nothing', (path) => {
    const w = world();
    const params = { poolid: 'lab', vms: '105,99998' };
    expect(() => w.call('PUT', path, params)).toThrow(
      "VM 105 belongs already to pool 'production' and 'allow-move' is not set",
    );
    w.call('PUT', path, { poolid: 'lab', vms: '105', 'allow-move': true, comment: 'c' });
    expect(w.state.pools.lab).toMatchObject({ comment: 'c' });
    expect(w.state.pools.lab?.vmids).toContain(105);
    expect(w.state.pools.production?.vmids).not.toContain(105);
    const before = structuredClone(w.state.pools);
    expect(() => w.call('PUT', path, { poolid: 'lab', vms: '105,4711', delete: true })).toThrow(
      'VM 4711 is not a pool member',
    );
    expect(w.state.pools).toEqual(before);
  });

  it('nest below an existing parent, and go only when they are empty', () => {
    const w = world();
    expect(() => w.call('POST', '/pools', { poolid: 'no/child' })).toThrow("parent 'no' of pool");
    w.call('POST', '/pools', { poolid: 'lab/child' });
    w.call('PUT', '/pools', { poolid: 'lab', delete: true, vms: w.state.pools.lab?.vmids.join(',') });
    expect(() => w.call('DELETE', '/pools', { poolid: 'lab' })).toThrow("contains pool 'lab/child'");
    w.call('DELETE', '/pools', { poolid: 'lab/child' });
    expect(() => w.call('DELETE', '/pools/{poolid}', { poolid: 'production' })).toThrow(
      'is not empty (contains VM',
    );
  });

  it('show members of the type asked for', () => {
    const [pool] = world().call('GET', '/pools', { poolid: 'production', type: 'lxc' }) as {
      members: Row[];
    }[];
    expect(new Set(pool?.members.map((row) => row.type))).toEqual(new Set(['lxc']));
  });
});

describe('high availability', () => {
  it('manages guests that exist, each once, without groups', () => {
    const w = world();
    const path = '/cluster/ha/resources';
    w.call('POST', path, { sid: '105', state: 'started' });
    expect(w.state.haResources['vm:105']).toEqual({ state: 'started' });
    expect(() => w.call('POST', path, { sid: 'vm:105' })).toThrow("'vm:105' already defined");
    expect(() => w.call('POST', path, { sid: 'vm:4711' })).toThrow('does not exists in cluster');
    expect(() => w.call('POST', path, { sid: 'ct:105' })).toThrow('does not exists in cluster');
    expect(() => w.call('POST', path, { sid: '104', group: 'g' })).toThrow(
      'ha groups have been migrated to rules',
    );
    expect(() => w.call('GET', '/cluster/ha/groups')).toThrow('cannot index groups');
  });

  it('takes a removed resource out of its rules', () => {
    const w = world();
    w.call('DELETE', '/cluster/ha/resources/{sid}', { sid: 'vm:108' });
    expect(w.state.haRules).not.toHaveProperty('k8s-apart');
    expect(w.state.haRules).toHaveProperty('app-near-db');
  });

  it('checks the members of a rule', () => {
    const rule = { rule: 'r', type: 'node-affinity', resources: 'vm:105', nodes: 'pve1' };
    expect(() => world().call('POST', '/cluster/ha/rules', rule)).toThrow(
      'cannot use unmanaged resource(s) vm:105.',
    );
    const far = { ...rule, resources: 'vm:102', nodes: 'pve1,pve7' };
    expect(() => world().call('POST', '/cluster/ha/rules', far)).toThrow(
      'cannot use non-existent node(s) pve7.',
    );
  });

  it('will not migrate next to a guest that must stay apart', () => {
    const w = world();
    const [a, b] = [w.state.guests[108], w.state.guests[109]];
    if (a && b) [a.node, b.node] = ['pve1', 'pve2'];
    const answer = w.call('POST', '/cluster/ha/resources/{sid}/migrate', { sid: 'vm:108', node: 'pve2' });
    expect(answer).toMatchObject({ 'blocking-resources': [{ sid: 'vm:109' }] });
    expect(a?.node).toBe('pve1');
    w.call('POST', '/cluster/ha/resources/{sid}/migrate', { sid: 'vm:108', node: 'pve3' });
    expect(a?.node).toBe('pve3');
  });

  it('loses quorum with the majority', () => {
    const w = world();
    for (const name of ['pve2', 'pve3']) {
      const node = w.state.nodes[name];
      if (node) node.online = false;
    }
    const rows = w.call('GET', '/cluster/ha/status/current') as Row[];
    expect(rows[0]).toMatchObject({ quorate: 0, status: "No quorum on node 'pve1'!" });
    expect((w.call('GET', '/cluster/status') as Row[])[0]).toMatchObject({ quorate: 0 });
  });
});

describe('the rest of /cluster', () => {
  it('gives the next free id, and says which one is taken', () => {
    const w = world();
    const next = Number(w.call('GET', '/cluster/nextid'));
    expect(w.state.guests).not.toHaveProperty(String(next));
    expect(() => w.call('GET', '/cluster/nextid', { vmid: 105 })).toThrow(
      expect.objectContaining({ errors: { vmid: 'VM 105 already exists' } }) as Error,
    );
  });

  it('keeps most options from whom may not audit', () => {
    const w = world();
    const caller = callerWith('u@pve', {});
    const seen = w.call('GET', '/cluster/options', {}, { caller }) as Row;
    expect(Object.keys(seen).sort()).toEqual(['allowed-tags', 'tag-style']);
    expect(w.call('GET', '/cluster/options')).toMatchObject({ migration: { type: 'secure' } });
  });

  it('replicates only what lies on ZFS, and not to where it is', () => {
    const w = world();
    const post = (params: Row): unknown =>
      w.call('POST', '/cluster/replication', { type: 'local', ...params });
    expect(() => post({ id: '105-0', target: 'pve1' })).toThrow('Source and target must not be identical');
    expect(() => post({ id: '105-0', target: 'pve2' })).toThrow('missing replicate feature');
    expect(() => post({ id: '4711-0', target: 'pve2' })).toThrow("Guest '4711' does not exist.");
    w.call('DELETE', '/cluster/replication/{id}', { id: '101-0' });
    expect(w.state.replication).not.toHaveProperty('101-0');
  });

  it('keeps the secrets of metric servers', () => {
    const w = world();
    const id = { id: 'm' };
    w.call('POST', '/cluster/metrics/server/{id}', {
      ...id,
      type: 'influxdb',
      server: 'h',
      port: 8086,
      token: 't0p',
    });
    expect(JSON.stringify(w.call('GET', '/cluster/metrics/server/{id}', id))).not.toContain('t0p');
  });

  it('exports metrics of one node only when asked to', () => {
    const { data } = world().call('GET', '/cluster/metrics/export', { 'local-only': true }) as {
      data: Row[];
    };
    const nodes = new Set(data.filter(({ id }) => String(id).startsWith('node/')).map(({ id }) => id));
    expect(nodes).toEqual(new Set(['node/pve1']));
    expect(data.every((row) => Number(row.timestamp) <= FIXTURE_NOW)).toBe(true);
  });

  it('maps a device and guards the file by digest', () => {
    const w = world();
    const map = ['node=pve1,path=0000:01:00.0,id=8086:1533'];
    w.call('POST', '/cluster/mapping/pci', { id: 'nic', map, description: 'd' });
    const read = w.call('GET', '/cluster/mapping/pci/{id}', { id: 'nic' }) as Row;
    expect(read).toMatchObject({ description: 'd', map: ['id=8086:1533,node=pve1,path=0000:01:00.0'] });
    w.call('PUT', '/cluster/mapping/pci/{id}', { id: 'nic', delete: 'description', digest: read.digest });
    expect(() =>
      w.call('PUT', '/cluster/mapping/pci/{id}', { id: 'nic', description: 'x', digest: read.digest }),
    ).toThrow('detected modified configuration');
    w.call('DELETE', '/cluster/mapping/pci/{id}', { id: 'nic' });
    expect(w.state.mappings.pci).not.toHaveProperty('nic');
  });
});
