import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';
import { startDemo, type DemoCluster } from '../../agent/src/demo/start.ts';
import { connect, type ConnectOptions } from '../../agent/src/pve/client/connect.ts';
import { probeFingerprint } from '../../agent/src/pve/client/probe.ts';
import type { Auth } from '../../agent/src/pve/client/auth.ts';
import { readInventory } from '../../agent/src/pve/inventory/read.ts';
import { readClusterDetail } from '../../agent/src/pve/inventory/read-cluster.ts';
import { readGuestDetail, readGuestDetails } from '../../agent/src/pve/inventory/read-guest.ts';
import type { GuestDetail, Inventory } from '../../agent/src/pve/inventory/types.ts';
import { pvePath } from '../../agent/src/pve/path.ts';
import { followTask } from '../../agent/src/pve/tasks/follow.ts';
import { parseUpid } from '../../agent/src/pve/tasks/upid.ts';
import type { PveClient } from '../../agent/src/pve/types.ts';

const { root, auditor, operator, secured, scanToken } = demoAccounts;
let demo: DemoCluster;
/** Seconds that the demo's clock is ahead of ours. */
let ahead = 0;
const open: PveClient[] = [];

beforeAll(async () => {
  demo = await startDemo({ speed: Infinity, authDelayMs: 0, now: () => Date.now() / 1000 + ahead });
});
afterEach(() => {
  ahead = 0;
  demo.clearFaults();
  for (const client of open.splice(0)) client.close();
});
afterAll(() => demo.close());

async function login(auth: Auth, options: Partial<ConnectOptions> = {}): Promise<PveClient> {
  const trust = { kind: 'fingerprint', sha256: demo.fingerprint } as const;
  const client = await connect({ target: demo.url, auth, trust, backoffMs: 1, ...options });
  open.push(client);
  return client;
}
const asRoot = (options?: Partial<ConnectOptions>) => login({ kind: 'password', ...root }, options);
const version = { method: 'GET', path: '/version' } as const;

describe('login at the demo cluster', () => {
  test('by password, with the CA of the cluster', async () => {
    const client = await asRoot({ trust: { kind: 'ca', pem: demo.caPem } });
    await expect(client.call(version)).resolves.toMatchObject({ release: expect.any(String) as string });
  });

  test('by password and second factor, which alone is not enough', async () => {
    const { userid, password, totp } = secured;
    await expect(login({ kind: 'password', userid, password })).rejects.toMatchObject({
      code: 'pve-auth',
      fields: { secondFactor: expect.arrayContaining(['totp']) as string[] },
    });
    const client = await login({ kind: 'password', userid, password, totp: totpOf(totp) });
    await expect(client.call(version)).resolves.toBeDefined();
    await expect(login({ kind: 'password', userid, password, totp: '000000' })).rejects.toMatchObject({
      code: 'pve-auth',
    });
  });

  test('by API token', async () => {
    const client = await login({ kind: 'token', ...scanToken });
    expect(client.userid).toBe(scanToken.tokenid);
    await expect(client.call(version)).resolves.toBeDefined();
  });

  test('by ticket, until it has expired', async () => {
    const { ticket, CSRFPreventionToken: csrf } = (await (
      await asRoot()
    ).call({
      method: 'POST',
      path: '/access/ticket',
      params: { username: root.userid, password: root.password },
    })) as { ticket: string; CSRFPreventionToken: string };
    const auth = { kind: 'ticket', userid: root.userid, ticket, csrf } as const;
    const client = await login(auth);
    await expect(client.call(version)).resolves.toBeDefined();
    ahead = 3 * 3600;
    await expect(client.call(version)).rejects.toMatchObject({ code: 'pve-auth' });
    await expect(login(auth)).rejects.toMatchObject({ code: 'pve-auth' });
  });

  test('a session by password outlives its ticket', async () => {
    const client = await asRoot();
    ahead = 3 * 3600;
    await expect(client.call(version)).resolves.toBeDefined();
  });

  test('a wrong password, an unknown user and a wrong token are refused', async () => {
    for (const auth of [
      { kind: 'password', userid: root.userid, password: 'not this one' },
      { kind: 'password', userid: 'nobody@pve', password: root.password },
      { kind: 'token', tokenid: scanToken.tokenid, secret: '00000000-0000-4000-8000-000000000000' },
    ] as const) {
      await expect(login(auth)).rejects.toMatchObject({ code: 'pve-auth' });
    }
  });

  test('a wrong fingerprint is refused, the right one is what the probe shows', async () => {
    const sha256 = demo.fingerprint.replace(/^../, demo.fingerprint.startsWith('00') ? '01' : '00');
    await expect(asRoot({ trust: { kind: 'fingerprint', sha256 } })).rejects.toMatchObject({
      code: 'pve-tls',
    });
    await expect(asRoot({ trust: { kind: 'system' } })).rejects.toMatchObject({ code: 'pve-tls' });
    await expect(probeFingerprint(demo.url)).resolves.toMatchObject({
      fingerprint: demo.fingerprint,
      trusted: false,
    });
  });
});

describe('the inventory of the demo cluster', () => {
  test('holds every node, guest, storage and pool of its state, and no gaps for root', async () => {
    const inventory = await readInventory(await asRoot(), { demo: true });
    const { state } = demo;
    expect(inventory.gaps).toEqual([]);
    expect(inventory.nodes.map((node) => node.name)).toEqual(Object.keys(state.nodes).sort());
    expect(inventory.nodes.map((node) => node.ip)).toEqual(
      Object.keys(state.nodes)
        .sort()
        .map((name) => state.nodes[name]?.ip),
    );
    const guests = Object.values(state.guests).sort((a, b) => a.vmid - b.vmid);
    expect(inventory.guests.map(({ vmid, type, node, status }) => ({ vmid, type, node, status }))).toEqual(
      guests.map(({ vmid, type, node, status }) => ({ vmid, type, node, status })),
    );
    expect(inventory.pools).toEqual(Object.keys(state.pools).sort());
    expect(new Set(inventory.storages.map((storage) => storage.id))).toEqual(
      new Set(Object.keys(state.storages)),
    );
    expect(inventory.cluster).toEqual({ name: state.clusterName, quorate: true });
    expect(inventory.guests.find((guest) => guest.vmid === 105)).toMatchObject({
      name: 'db-01',
      node: 'pve1',
      pool: 'production',
      status: 'running',
      template: false,
    });
  });

  test('is whole for an auditor and for an audit token too', async () => {
    for (const auth of [
      { kind: 'password', ...auditor },
      { kind: 'token', ...scanToken },
    ] as const) {
      const inventory = await readInventory(await login(auth));
      expect(inventory.gaps).toEqual([]);
      expect(inventory.guests).toHaveLength(Object.keys(demo.state.guests).length);
    }
  });

  test('of an operator of one pool holds its guests and names what is missing', async () => {
    const inventory = await readInventory(await login({ kind: 'password', ...operator }));
    // An ACL entry on a guest itself takes the place of what its pool gives.
    const overridden = new Set(demo.state.acl.map((entry) => entry.path));
    expect(inventory.guests.map((guest) => guest.vmid)).toEqual(
      (demo.state.pools.production?.vmids ?? [])
        .filter((vmid) => !overridden.has(`/vms/${vmid}`))
        .sort((a, b) => a - b),
    );
    expect(inventory.gaps.map((gap) => [gap.what, gap.privilege])).toEqual(
      expect.arrayContaining([
        ['cluster name, quorum and node addresses', 'Sys.Audit'],
        ['guests', 'VM.Audit'],
        ['storages', 'Datastore.Audit'],
      ]),
    );
  });

  test('outlives a broken hop and a reset, and reports a list that stays broken', async () => {
    const client = await asRoot();
    demo.inject({
      kind: 'status',
      status: 596,
      message: 'Connection timed out',
      path: /^\/cluster\/resources$/,
    });
    demo.inject({ kind: 'hang-up', path: /^\/cluster\/status$/ });
    demo.inject({ kind: 'status', status: 500, message: 'boom', path: /^\/pools$/ });
    const { gaps, guests } = await readInventory(client);
    expect(guests).toHaveLength(Object.keys(demo.state.guests).length);
    expect(gaps).toEqual([{ what: 'pools', reason: expect.stringContaining('boom') as string }]);
    demo.inject({ kind: 'malformed-json', path: /^\/cluster\/resources$/ });
    await expect(readInventory(client)).rejects.toMatchObject({ code: 'pve-protocol' });
  });
});

describe('the details of the demo cluster', () => {
  const parts = (detail: GuestDetail) =>
    Object.entries(detail).filter(([name]) => name !== 'guest') as [string, { known: boolean }][];
  let inventory: Inventory;
  beforeAll(async () => {
    inventory = await readInventory(await asRoot());
  });

  test('every guest is read: configuration, firewall, snapshots, and what runs in it', async () => {
    const details = await readGuestDetails(await asRoot(), inventory.guests);
    expect(details.map((detail) => detail.guest.vmid)).toEqual(inventory.guests.map((guest) => guest.vmid));
    for (const detail of details) {
      const state = demo.state.guests[detail.guest.vmid];
      const always = [detail.config, detail.currentConfig, detail.firewall, detail.snapshots];
      expect([detail.guest.vmid, ...always.filter((part) => !part.known)]).toEqual([detail.guest.vmid]);
      if (detail.snapshots.known) {
        expect(detail.snapshots.value.map((snapshot) => snapshot.name).sort()).toEqual(
          Object.keys(state?.snapshots ?? {}).sort(),
        );
      }
      if (detail.guest.status === 'running') expect(detail.status).toMatchObject({ known: true });
      if (detail.guest.type === 'qemu' && state?.agent !== undefined && detail.osinfo.known) {
        expect(detail.osinfo.value.id).toBe(state.agent.osinfo.id);
      }
    }
    expect(details.filter((detail) => detail.osinfo.known).length).toBeGreaterThan(3);
    expect(details.filter((detail) => detail.addresses.known).length).toBeGreaterThan(3);
  });

  test('pending changes tell apart what a guest will run with from what it runs with', async () => {
    const details = await readGuestDetails(await asRoot(), inventory.guests);
    const differing = details.filter(
      ({ config, currentConfig }) =>
        config.known &&
        currentConfig.known &&
        JSON.stringify(config.value.values) !== JSON.stringify(currentConfig.value.values),
    );
    const pending = Object.values(demo.state.guests).filter(
      (guest) => Object.keys(guest.pending.set).length > 0 || guest.pending.delete.length > 0,
    );
    expect(pending.length).toBeGreaterThan(0);
    expect(differing.map((detail) => detail.guest.vmid).sort()).toEqual(
      pending.map((guest) => guest.vmid).sort(),
    );
  });

  test('of a guest that is not ours are refused part by part, with the privilege', async () => {
    const client = await login({ kind: 'password', ...operator });
    const foreign = inventory.guests.find((guest) => guest.pool === 'lab' && guest.type === 'qemu');
    expect(foreign).toBeDefined();
    if (foreign === undefined) return;
    const detail = await readGuestDetail(client, foreign);
    for (const [name, part] of parts(detail)) expect([name, part.known]).toEqual([name, false]);
    expect(detail.config).toMatchObject({ known: false, privilege: 'VM.Audit' });
  });

  test('an error in the middle costs only its own part', async () => {
    demo.inject({ kind: 'status', status: 500, message: 'unable to open file', path: /\/105\/snapshot$/ });
    demo.inject({
      kind: 'status',
      status: 595,
      message: 'No route to host',
      path: /\/106\/config$/,
      times: 2,
    });
    const wanted = inventory.guests.filter((guest) => [105, 106, 107].includes(guest.vmid));
    const details = await readGuestDetails(await asRoot(), wanted);
    expect(details.map(({ config, snapshots }) => [config.known, snapshots.known])).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ]);
  });

  test('the cluster is read as a whole by root, and every list withheld from an operator is named', async () => {
    const whole = await readClusterDetail(await asRoot(), inventory, { guestNics: 'all' });
    const { networks, nodeStatus, cpuFlags, packages, ...lists } = whole;
    const perNode = [networks, nodeStatus, cpuFlags, packages].flatMap((part) =>
      Object.values<unknown>(part),
    );
    for (const part of [...Object.values(lists), ...perNode]) expect(part).toMatchObject({ known: true });
    expect(Object.keys(networks).sort()).toEqual(inventory.nodes.map((node) => node.name));

    const part = await readClusterDetail(await login({ kind: 'password', ...operator }), inventory);
    for (const name of ['firewallOptions', 'backupJobs', 'notBackedUp', 'acl', 'users'] as const) {
      expect([name, part[name]]).toMatchObject([name, { known: false, privilege: 'Sys.Audit' }]);
    }
    expect(part.storages).toMatchObject({ known: false, privilege: 'Datastore.Audit' });
  });

  test('a write that broke after it was done says that it may have worked, and is not repeated', async () => {
    const client = await asRoot();
    const before = Object.keys(demo.state.pools).length;
    demo.inject({ kind: 'hang-up-after', method: 'POST', path: /^\/pools$/ });
    await expect(
      client.call({ method: 'POST', path: '/pools', params: { poolid: 'made-once' } }),
    ).rejects.toMatchObject({
      code: 'pve-unreachable',
      fields: { sent: true },
    });
    expect(Object.keys(demo.state.pools)).toHaveLength(before + 1);
  });
});

describe('tasks of the demo cluster', () => {
  const stopped = (): { vmid: number; node: string } => {
    const guest = Object.values(demo.state.guests).find(
      ({ type, status, config }) => type === 'qemu' && status === 'stopped' && config.template !== '1',
    );
    if (guest === undefined) throw new Error('The demo has no stopped VM.');
    return guest;
  };

  test('a start is followed to its end with its log, through a reset of the connection', async () => {
    const client = await asRoot();
    const { vmid, node } = stopped();
    const upid = await client.call({
      method: 'POST',
      path: pvePath`/nodes/${node}/qemu/${vmid}/status/start`,
    });
    expect(parseUpid(String(upid))).toMatchObject({
      node,
      type: 'qmstart',
      id: String(vmid),
      user: root.userid,
    });
    demo.inject({ kind: 'hang-up', path: /\/tasks\// });
    const lines: string[] = [];
    const end = await followTask(client, String(upid), { pollMs: 1, onLog: (line) => lines.push(line) });
    expect(end).toEqual({ exitstatus: 'OK', warnings: 0 });
    expect(lines.at(-1)).toBe('TASK OK');
    expect(demo.state.guests[vmid]?.status).toBe('running');
  });

  test('a task that fails is an error with the end of its log', async () => {
    const client = await asRoot();
    const failed = demo.state.tasks.find(
      ({ exitstatus }) =>
        exitstatus !== undefined && exitstatus !== 'OK' && !exitstatus.startsWith('WARNINGS'),
    );
    if (failed === undefined) throw new Error('The demo has no failed task.');
    await expect(followTask(client, failed.upid)).rejects.toMatchObject({
      code: 'task-failed',
      message: expect.stringContaining(String(failed.exitstatus)) as string,
      fields: { log: failed.log.slice(-20) },
    });
  });

  test('a task that does not exist is told by PVE', async () => {
    const upid = 'UPID:pve1:0000C530:001C9BEC:5E45C2A1:qmstart:105:root@pam:';
    await expect(followTask(await asRoot(), upid)).rejects.toMatchObject({
      code: 'pve-bad-request',
      fields: { errors: { upid: expect.stringContaining('no such task') as string } },
    });
  });
});

/** RFC 6238 with SHA-1, 30 s and six digits, as PVE's TOTP. */
function totpOf(secret: string): string {
  const bits = Array.from(secret)
    .map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
