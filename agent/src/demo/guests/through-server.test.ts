import { Agent, request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoAccounts } from '../accounts.ts';
import { startDemo, type DemoCluster } from '../start.ts';

interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly body: { data?: unknown; errors?: Record<string, string>; message?: string };
}

/** The guest and firewall calls as clients see them: validation, permissions, tasks and types included. */
let demo: DemoCluster;
let agent: Agent;
beforeAll(async () => {
  demo = await startDemo({ speed: Infinity });
  agent = new Agent({ ca: demo.caPem, keepAlive: true });
});
afterAll(async () => {
  agent.destroy();
  await demo.close();
});

type Auth = Readonly<Record<string, string>>;

function call(
  method: string,
  path: string,
  params: Record<string, string> = {},
  headers: Auth = {},
): Promise<Answer> {
  const form = new URLSearchParams(params).toString();
  const inUrl = method === 'GET' || method === 'DELETE';
  const url = `${demo.url}/api2/json${path}${inUrl && form !== '' ? `?${form}` : ''}`;
  const sent = inUrl ? '' : form;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method,
        agent,
        headers: {
          ...headers,
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(sent),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            reason: response.statusMessage ?? '',
            body: JSON.parse(text) as Answer['body'],
          });
        });
      },
    );
    outgoing.on('error', reject).end(sent);
  });
}

async function login({ userid, password }: { userid: string; password: string }): Promise<Auth> {
  const { body } = await call('POST', '/access/ticket', { username: userid, password });
  const { ticket, CSRFPreventionToken } = body.data as { ticket: string; CSRFPreventionToken: string };
  return { cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`, csrfpreventiontoken: CSRFPreventionToken };
}

async function finished(auth: Auth, upid: unknown): Promise<string> {
  const path = `/nodes/pve1/tasks/${encodeURIComponent(String(upid))}/status`;
  for (;;) {
    const { body } = await call('GET', path, {}, auth);
    const { status, exitstatus } = body.data as { status: string; exitstatus?: string };
    if (status === 'stopped') return exitstatus ?? '';
  }
}

describe('guests of the demo world', () => {
  it('answer every read without a defect', async () => {
    const auth = await login(demoAccounts.root);
    const reads = [
      'config',
      'pending',
      'status/current',
      'snapshot',
      'firewall/options',
      'firewall/rules',
      'firewall/ipset',
      'firewall/refs',
      'migrate',
      'rrddata?timeframe=hour',
      'feature?feature=snapshot',
    ];
    const failures: string[] = [];
    for (const { vmid, type, node, config } of Object.values(demo.state.guests)) {
      for (const read of reads) {
        if (read === 'migrate' && config.lock !== undefined) continue;
        const path = `/nodes/${node}/${type}/${vmid}/${read}`;
        const { status, reason } = await call('GET', path, {}, auth);
        if (status !== 200) failures.push(`${path}: ${status} ${reason}`);
      }
    }
    expect(failures).toEqual([]);
  });

  it('have a configuration whose volumes all exist', async () => {
    const auth = await login(demoAccounts.root);
    const { body } = await call('GET', '/nodes/pve1/qemu/105/config', {}, auth);
    expect(body.data).toMatchObject({ name: 'db-01', cores: 4, memory: '16384', onboot: 1 });
    const grown = await call('PUT', '/nodes/pve1/qemu/105/resize', { disk: 'scsi0', size: '+1G' }, auth);
    expect(await finished(auth, grown.body.data)).toBe('OK');
  });

  it('can be changed by those who may, with a digest only once', async () => {
    const operator = await login(demoAccounts.operator);
    const path = '/nodes/pve1/qemu/105/config';
    const { body } = await call('GET', path, {}, operator);
    const { digest } = body.data as { digest: string };
    expect((await call('PUT', path, { description: 'one', digest }, operator)).status).toBe(200);
    expect(await call('PUT', path, { description: 'two', digest }, operator)).toMatchObject({
      status: 500,
      reason: 'checksum mismatch (file change by other user?)',
    });
    const auditor = await login(demoAccounts.auditor);
    expect((await call('PUT', path, { description: 'x' }, auditor)).status).toBe(403);
    expect((await call('PUT', path, { cores: 'many' }, operator)).body.errors).toHaveProperty('cores');
    expect((await call('PUT', path, { args: '-x' }, operator)).reason).toBe(
      "only root can set 'args' config",
    );
  });

  it('are locked while a task holds them, and free afterwards', async () => {
    const root = await login(demoAccounts.root);
    const { body } = await call(
      'POST',
      '/nodes/pve1/qemu/105/snapshot',
      { snapname: 'via-http', vmstate: '0' },
      root,
    );
    expect(await finished(root, body.data)).toBe('OK');
    const rolled = await call('POST', '/nodes/pve1/qemu/105/snapshot/via-http/rollback', {}, root);
    expect(await finished(root, rolled.body.data)).toBe('OK');
    expect(demo.state.guests['105']?.config).not.toHaveProperty('lock');
    expect(demo.state.guests['105']?.status).toBe('stopped');
    const started = await call('POST', '/nodes/pve1/qemu/105/status/start', {}, root);
    expect(await finished(root, started.body.data)).toBe('OK');
    const again = await call('POST', '/nodes/pve1/qemu/105/status/start', {}, root);
    expect(await finished(root, again.body.data)).toBe('VM 105 already running');
  });

  it('start again after a suspend to disk, and for root by skiplock under any lock', async () => {
    const root = await login(demoAccounts.root);
    const power = async (action: string, params: Record<string, string> = {}): Promise<unknown> => {
      const { body } = await call('POST', `/nodes/pve1/qemu/105/status/${action}`, params, root);
      return finished(root, body.data);
    };
    const guest = demo.state.guests['105'];
    expect(guest?.status).toBe('running');
    expect(await power('suspend', { todisk: '1' })).toBe('OK');
    expect(guest).toMatchObject({ status: 'stopped', config: { lock: 'suspended' } });
    expect(await power('start')).toBe('OK');
    expect(guest?.config).not.toHaveProperty('lock');
    if (guest) guest.config.lock = 'migrate';
    expect(await power('stop')).toBe('VM is locked (migrate)');
    expect(await power('stop', { skiplock: '1' })).toBe('OK');
    expect(await power('start', { skiplock: '1' })).toBe('OK');
    if (guest) delete guest.config.lock;
  });

  it('are cloned from a template and destroyed', async () => {
    const root = await login(demoAccounts.root);
    const template = Object.values(demo.state.guests).find(
      ({ type, config }) => type === 'qemu' && config.template === '1',
    );
    if (!template) throw new Error('the demo world has no VM template');
    const base = `/nodes/${template.node}/qemu`;
    const made = await call(
      'POST',
      `${base}/${template.vmid}/clone`,
      { newid: '9999', name: 'linked' },
      root,
    );
    expect(made.reason).toBe('OK');
    await expect.poll(() => demo.state.guests['9999']?.config.name).toBe('linked');
    expect((await call('DELETE', `${base}/9999`, {}, root)).status).toBe(200);
    await expect.poll(() => demo.state.guests['9999']).toBeUndefined();
    expect(demo.state.volumes.filter(({ vmid }) => vmid === 9999)).toEqual([]);
  });
});

describe('the firewall over HTTP', () => {
  it('takes rules, and entries of IP sets by a path with a slash', async () => {
    const root = await login(demoAccounts.root);
    const base = '/nodes/pve1/qemu/105/firewall';
    expect((await call('PUT', `${base}/options`, { enable: '1', policy_in: 'DROP' }, root)).status).toBe(200);
    expect(
      (await call('POST', `${base}/rules`, { type: 'in', action: 'ACCEPT', macro: 'SSH', enable: '1' }, root))
        .status,
    ).toBe(200);
    expect((await call('GET', `${base}/rules`, {}, root)).body.data).toMatchObject([
      { pos: 0, macro: 'SSH', enable: 1 },
    ]);
    expect((await call('GET', `${base}/options`, {}, root)).body.data).toMatchObject({
      enable: 1,
      policy_in: 'DROP',
    });
    await call('POST', `${base}/ipset`, { name: 'admins' }, root);
    await call('POST', `${base}/ipset/admins`, { cidr: '10.9.0.0/16' }, root);
    const entry = await call('GET', `${base}/ipset/admins/${encodeURIComponent('10.9.0.0/16')}`, {}, root);
    expect(entry.body.data).toMatchObject({ cidr: '10.9.0.0/16' });
    const removed = await call('DELETE', `${base}/ipset/admins/10.9.0.0/16`, {}, root);
    expect(removed.status).toBe(200);
    expect((await call('GET', `${base}/ipset/admins`, {}, root)).body.data).toEqual([]);
  });

  it('refuses a rule that names a set which is not there', async () => {
    const root = await login(demoAccounts.root);
    const answer = await call(
      'POST',
      '/cluster/firewall/rules',
      { type: 'in', action: 'ACCEPT', source: '+gone' },
      root,
    );
    expect(answer).toMatchObject({ status: 400, body: { errors: { source: "no such ipset 'gone'" } } });
  });
});
