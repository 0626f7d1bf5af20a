import { describe, expect, it } from 'vitest';
import { callerWith, fixture, FIXTURE_NOW } from '../cluster/fixture.ts';
import { nodesEndpoints } from './index.ts';
import type { TaskState } from '../state.ts';

type Row = Record<string, unknown>;

const pve1 = { node: 'pve1' };

describe('node', () => {
  const world = fixture(nodesEndpoints);

  it('tells its CPU flags, memory and KSM', () => {
    const status = world.call('GET', '/nodes/{node}/status', { node: 'pve3' }) as Row;
    const cpuinfo = status.cpuinfo as Row;
    expect(String(cpuinfo.flags).split(' ')).toContain('aes');
    expect(status.ksm).toEqual({ shared: 3_221_225_472 });
    const memory = status.memory as Record<string, number>;
    expect((memory.used ?? 0) + (memory.free ?? 0)).toBe(memory.total);
  });

  it('does not know a node that is not in the cluster', () => {
    expect(() => world.call('GET', '/nodes/{node}/status', { node: 'pve9' })).toThrow(
      "hostname lookup 'pve9' failed",
    );
  });

  it('offers the mitigation flags a VM may set', () => {
    const flags = world.call('GET', '/nodes/{node}/capabilities/qemu/cpu-flags', pve1) as Row[];
    expect(flags.map((flag) => flag.name)).toEqual(
      expect.arrayContaining(['md-clear', 'pcid', 'spec-ctrl', 'ssbd', 'ibpb', 'virt-ssbd']),
    );
  });

  it('lists bridges only to whom may use them', () => {
    const caller = callerWith('u@pve', { '/sdn/zones/localnetwork/vmbr1': ['SDN.Use'] });
    const rows = world.call('GET', '/nodes/{node}/network', pve1, { caller }) as Row[];
    const bridges = rows.filter((row) => row.type === 'bridge').map((row) => row.iface);
    expect(bridges).toEqual(['vmbr1']);
    const all = world.call('GET', '/nodes/{node}/network', { ...pve1, type: 'any_bridge' }) as Row[];
    expect(all.map((row) => row.iface)).toEqual(['vmbr0', 'vmbr1']);
  });

  it('hides the subscription key from whom may not audit the node', () => {
    const caller = callerWith('u@pve', {});
    const seen = world.call('GET', '/nodes/{node}/subscription', pve1, { caller });
    expect(seen).not.toHaveProperty('key');
    expect(world.call('GET', '/nodes/{node}/subscription', pve1)).toHaveProperty('key');
  });

  it('knows every unit of its own by the name that PVE lists', () => {
    const rows = world.call('GET', '/nodes/{node}/services', pve1) as Row[];
    const names = rows.map(({ service }) => service);
    expect(
      Object.keys(world.state.nodes.pve1?.services ?? {}).filter((name) => !names.includes(name)),
    ).toEqual([]);
    expect(rows.find(({ service }) => service === 'pvefw-logger')).toMatchObject({ state: 'running' });
  });

  it('stops a service, but none that it lives from', () => {
    const own = fixture(nodesEndpoints);
    const stop = (service: string): TaskState =>
      own.task(own.call('POST', '/nodes/{node}/services/{service}/stop', { ...pve1, service }));
    expect(stop('postfix').exitstatus).toBe('OK');
    expect(stop('pveproxy').exitstatus).toContain('refusing to stop essential service');
    const state = own.call('GET', '/nodes/{node}/services/{service}/state', { ...pve1, service: 'postfix' });
    expect(state).toMatchObject({ 'active-state': 'inactive', state: 'dead' });
  });

  it('warns of the repository for testing and switches it off', () => {
    const own = fixture(nodesEndpoints);
    const path = '/nodes/{node}/apt/repositories';
    own.call('PUT', path, { ...pve1, handle: 'no-subscription' });
    const before = own.call('GET', path, pve1) as { digest: string; infos: Row[] };
    const warned = before.infos.find((info) => info.kind === 'warning');
    expect(warned?.path).toBe('/etc/apt/sources.list.d/proxmox.sources');
    own.call('POST', path, { ...pve1, path: warned?.path, index: 0, enabled: false, digest: before.digest });
    const after = own.call('GET', path, pve1) as { infos: Row[] };
    expect(after.infos.filter((info) => info.kind === 'warning')).toEqual([]);
    expect(() =>
      own.call('POST', path, { ...pve1, path: warned?.path, index: 0, enabled: true, digest: before.digest }),
    ).toThrow('detected modified configuration');
  });

  it('keeps its own settings with a digest', () => {
    const own = fixture(nodesEndpoints);
    own.call('PUT', '/nodes/{node}/config', { ...pve1, description: 'rack 3' });
    const config = own.call('GET', '/nodes/{node}/config', pve1) as Row;
    expect(config.description).toBe('rack 3');
    own.call('PUT', '/nodes/{node}/config', { ...pve1, delete: 'description', digest: config.digest });
    expect(own.call('GET', '/nodes/{node}/config', pve1)).not.toHaveProperty('description');
  });

  it('filters its journal by time and continues after a cursor', () => {
    const lines = world.call('GET', '/nodes/{node}/journal', { ...pve1, lastentries: 5 }) as string[];
    expect(lines).toHaveLength(7);
    const rest = world.call('GET', '/nodes/{node}/journal', {
      ...pve1,
      since: 0,
      startcursor: lines.at(-1),
    });
    expect(rest).toEqual([]);
  });

  it('gives local time by its time zone, summer time included', () => {
    world.call('PUT', '/nodes/{node}/time', { ...pve1, timezone: 'Europe/Vienna' });
    const time = world.call('GET', '/nodes/{node}/time', pve1) as Record<string, number>;
    expect((time.localtime ?? 0) - (time.time ?? 0)).toBe(7200);
  });
});

describe('node tasks', () => {
  const world = fixture(nodesEndpoints);
  const list = (params: Row, options = {}): Row[] =>
    world.call('GET', '/nodes/{node}/tasks', { ...pve1, ...params }, options) as Row[];

  it('pages from the newest end, and filters by type, guest and status', () => {
    const all = list({ limit: 1000 });
    expect(all.length).toBeGreaterThan(10);
    expect(list({ start: 2, limit: 3 })).toEqual(all.slice(2, 5));
    const type = String(all[0]?.type);
    expect(new Set(list({ typefilter: type }).map((row) => row.type))).toEqual(new Set([type]));
    const failed = list({ errors: true, limit: 1000 });
    expect(failed.every((row) => row.status !== 'OK')).toBe(true);
    expect(list({ statusfilter: 'ok', limit: 1000 }).every((row) => row.status === 'OK')).toBe(true);
  });

  it('shows others tasks only with Sys.Audit on the node', () => {
    const stranger = callerWith('stranger@pve', {});
    expect(list({}, { caller: stranger })).toEqual([]);
    const upid = list({})[0]?.upid;
    const path = '/nodes/{node}/tasks/{upid}/status';
    expect(() => world.call('GET', path, { ...pve1, upid }, { caller: stranger })).toThrow(
      'Permission check failed (/nodes/pve1, Sys.Audit)',
    );
    expect(world.call('GET', path, { ...pve1, upid })).toMatchObject({ status: 'stopped', upid });
  });

  it('reads a log by lines and refuses what is no task id', () => {
    const upid = list({})[0]?.upid;
    const path = '/nodes/{node}/tasks/{upid}/log';
    const rows = world.call('GET', path, { ...pve1, upid, start: 0, limit: 1 }) as Row[];
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ n: 1 });
    expect(() => world.call('GET', path, { ...pve1, upid: 'UPID:x' })).toThrow(
      'Parameter verification failed.',
    );
  });
});

describe('bulk actions', () => {
  it('stops and starts the guests of one node', () => {
    const world = fixture(nodesEndpoints);
    const running = (): number =>
      Object.values(world.state.guests).filter((g) => g.node === 'pve1' && g.status === 'running').length;
    const before = running();
    expect(world.task(world.call('POST', '/nodes/{node}/stopall', pve1)).exitstatus).toBe('OK');
    expect(running()).toBe(0);
    world.call('POST', '/nodes/{node}/startall', pve1);
    expect(running()).toBeGreaterThan(0);
    expect(running()).toBeLessThanOrEqual(before);
  });

  it('migrates guests on shared storage and leaves those with local disks', () => {
    const world = fixture(nodesEndpoints);
    const task = world.task(world.call('POST', '/nodes/{node}/migrateall', { ...pve1, target: 'pve2' }));
    const left = Object.values(world.state.guests).filter((g) => g.node === 'pve1' && !g.config.template);
    expect(left.map((g) => g.vmid)).toContain(105);
    expect(task.log.filter((line) => line.startsWith('skip '))).toHaveLength(left.length);
    expect(() => world.call('POST', '/nodes/{node}/migrateall', { ...pve1, target: 'pve1' })).toThrow(
      'Parameter verification failed.',
    );
  });

  it('goes down and comes back with the guests that start on boot', () => {
    const world = fixture(nodesEndpoints);
    world.call('POST', '/nodes/{node}/status', { ...pve1, command: 'reboot' });
    expect(world.state.nodes.pve1).toMatchObject({ online: true, bootedAt: FIXTURE_NOW });
    const running = Object.values(world.state.guests).filter(
      (g) => g.node === 'pve1' && g.status === 'running',
    );
    expect(running.every((g) => g.config.onboot === '1')).toBe(true);
    world.call('POST', '/nodes/{node}/status', { ...pve1, command: 'shutdown' });
    expect(world.state.nodes.pve1?.online).toBe(false);
  });

  it('asks for the right on every named guest', () => {
    const world = fixture(nodesEndpoints);
    const caller = callerWith('u@pve', { '/vms/105': ['VM.PowerMgmt'] });
    const call = (vms?: string): unknown =>
      world.call('POST', '/nodes/{node}/stopall', { ...pve1, ...(vms ? { vms } : {}) }, { caller });
    expect(() => call()).toThrow('Permission check failed (/, VM.PowerMgmt)');
    expect(() => call('105,106')).toThrow('/vms/106');
    expect(world.task(call('105')).exitstatus).toBe('OK');
    expect(world.state.guests[105]?.status).toBe('stopped');
  });
});

describe('replication of a node', () => {
  it('lists its jobs with the last run, and runs one at once', () => {
    const world = fixture(nodesEndpoints);
    const node = world.state.guests[118]?.node;
    const row = (): Row =>
      (world.call('GET', '/nodes/{node}/replication', { node }) as Row[]).find(
        (entry) => entry.id === '118-0',
      ) ?? {};
    expect(row()).toMatchObject({ guest: 118, fail_count: 41 });
    world.call('POST', '/nodes/{node}/replication/{id}/schedule_now', { node, id: '118-0' });
    expect(row()).toMatchObject({ fail_count: 42, last_try: FIXTURE_NOW });
  });
});
