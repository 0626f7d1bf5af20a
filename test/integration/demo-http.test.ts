import { connect } from 'node:tls';
import { X509Certificate, createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDemo } from '../../agent/src/demo/start.ts';
import type { DemoCluster } from '../../agent/src/demo/start.ts';
import { callApi, logInAsRoot } from './clients/api.ts';
import type { Session } from './clients/api.ts';

let demo: DemoCluster;
let root: Session;

beforeAll(async () => {
  demo = await startDemo({ authDelayMs: 0 });
  root = await logInAsRoot(demo);
});
afterAll(() => demo.close());

/** Sends bytes as they are and gives everything that comes back until the end of the connection. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: demo.host, port: demo.port, ca: demo.caPem }, () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });

describe('TLS', () => {
  test('the certificate is signed by the cluster’s CA, for localhost and every node', async () => {
    const pem = await new Promise<Buffer>((resolve, reject) => {
      const socket = connect(
        { host: 'localhost', port: demo.port, ca: demo.caPem, servername: 'localhost' },
        () => {
          resolve(socket.getPeerCertificate().raw);
          socket.destroy();
        },
      ).on('error', reject);
    });
    const certificate = new X509Certificate(pem);
    const ca = new X509Certificate(demo.caPem);
    expect(ca.subject).toContain('CN=Proxmox Virtual Environment');
    expect(certificate.verify(ca.publicKey)).toBe(true);
    for (const name of ['localhost', 'pve1', 'pve2', 'pve3']) expect(certificate.checkHost(name)).toBe(name);
    for (const ip of ['127.0.0.1', '::1']) expect(certificate.checkIP(ip)).toBe(ip);
    const hex = createHash('sha256').update(pem).digest('hex').toUpperCase();
    expect(demo.fingerprint).toBe(hex.match(/../g)?.join(':'));
  });

  test('the API tells of the very certificates that the server shows', async () => {
    const get = async (path: string): Promise<Record<string, unknown>[]> =>
      (await root.call({ path })).json?.data as Record<string, unknown>[];
    const nodes = await get('/nodes');
    expect(nodes.map(({ ssl_fingerprint }) => ssl_fingerprint)).toEqual(nodes.map(() => demo.fingerprint));
    const ca = new X509Certificate(demo.caPem);
    const [authority, leaf] = await get('/nodes/pve2/certificates/info');
    expect(authority).toMatchObject({
      filename: 'pve-root-ca.pem',
      fingerprint: ca.fingerprint256,
      subject: expect.stringMatching(
        /^\/CN=Proxmox Virtual Environment\/OU=[-0-9a-f]{36}\/O=PVE Cluster Manager CA$/,
      ) as string,
      san: [],
    });
    expect(leaf).toMatchObject({
      filename: 'pve-ssl.pem',
      fingerprint: demo.fingerprint,
      issuer: authority?.subject,
      'public-key-type': 'id-ecPublicKey',
      'public-key-bits': 256,
      notbefore: expect.any(Number) as number,
    });
    expect(leaf?.san).toEqual(
      expect.arrayContaining(['127.0.0.1', '0000:0000:0000:0000:0000:0000:0000:0001', 'localhost', 'pve2']),
    );
    expect(new X509Certificate(String(leaf?.pem)).verify(ca.publicKey)).toBe(true);
    const joining = (await root.call({ path: '/cluster/config/join' })).json?.data as {
      nodelist: { pve_fp: string }[];
    };
    expect(joining.nodelist.map(({ pve_fp }) => pve_fp)).toEqual(nodes.map(() => demo.fingerprint));
  });
});

describe('answers', () => {
  test('json carries data, extjs success, htmljs escaped text', async () => {
    expect((await root.call({ path: '/version' })).json).toEqual({
      data: {
        version: expect.stringMatching(/^9\./) as string,
        release: expect.stringMatching(/^9\.\d+$/) as string,
        repoid: expect.any(String) as string,
      },
    });
    expect((await root.call({ path: '/access/groups/none', format: 'extjs' })).json).toEqual({
      data: null,
      message: "group 'none' does not exist\n",
      status: 500,
      success: 0,
    });
    const html = await root.call({ path: '/version', format: 'htmljs' });
    expect(html.headers['content-type']).toBe('text/html;charset=UTF-8');
    expect(html.text).toContain('&quot;data&quot;');
  });

  test('an error is in the status line, and ends the connection', async () => {
    const answer = await root.call({ path: '/access/groups/none' });
    expect(answer).toMatchObject({ status: 500, reason: "group 'none' does not exist" });
    expect(answer.headers.connection).toBe('close');
    expect(answer.headers.server).toBe('pve-api-daemon/3.0');
  });

  test('big answers are compressed for those who can read them', async () => {
    const answer = await root.call({ path: '/access/roles', headers: { 'Accept-Encoding': 'gzip' } });
    expect(answer.headers['content-encoding']).toBe('gzip');
    const plain = await root.call({ path: '/access/roles' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(Number(answer.headers['content-length'])).toBeLessThan(plain.text.length);
  });

  test('what is not served is 501, unknown formats too', async () => {
    expect(await root.call({ path: '/nodes/pve1/nonsense' })).toMatchObject({
      status: 501,
      reason: "Method 'GET /nodes/pve1/nonsense' not implemented",
    });
    expect((await root.call({ path: '/version', method: 'POST' })).status).toBe(501);
    expect((await root.call({ path: '/version', format: 'yaml' })).reason).toBe(
      'no formatter for uri /version, yaml',
    );
    expect(await root.call({ path: '/version', method: 'PATCH' })).toMatchObject({
      status: 501,
      reason: "method 'PATCH' not available",
    });
  });

  test('the root lists the top level', async () => {
    expect((await root.call({ path: '/' })).json?.data).toContainEqual({ subdir: 'nodes' });
    expect((await callApi(demo, { path: '/' })).status).toBe(401);
  });
});

describe('requests', () => {
  test('parameters come as form, as JSON and as query', async () => {
    const json = { 'Content-Type': 'application/json' };
    const create = { method: 'POST', path: '/access/groups' };
    expect((await root.call({ ...create, params: { groupid: 'form', comment: 'a & ü+b' } })).status).toBe(
      200,
    );
    expect(
      (await root.call({ ...create, body: '{"groupid":"json","comment":"ü"}', headers: json })).status,
    ).toBe(200);
    expect((await root.call({ method: 'POST', path: '/access/groups?groupid=query' })).status).toBe(200);
    const groups = (await root.call({ path: '/access/groups' })).json?.data as {
      groupid: string;
      comment?: string;
    }[];
    expect(groups.find(({ groupid }) => groupid === 'form')?.comment).toBe('a & ü+b');
    expect(groups.find(({ groupid }) => groupid === 'json')?.comment).toBe('ü');
    for (const group of ['form', 'json', 'query']) {
      expect((await root.call({ method: 'DELETE', path: `/access/groups/${group}` })).status).toBe(200);
    }
    expect((await root.call({ ...create, body: '{"groupid":', headers: json })).reason).toMatch(
      /^malformed JSON string/,
    );
  });

  test('a parameter that contradicts the path is refused', async () => {
    const answer = await root.call({
      method: 'PUT',
      path: '/access/groups/ops',
      params: { groupid: 'admins' },
    });
    expect(answer.status).toBe(400);
    expect(answer.json?.errors).toEqual({
      groupid: 'duplicate parameter (already defined in URI) with conflicting values!',
    });
  });

  test('a body above 512 KiB is refused, and so is content where none belongs', async () => {
    const big = `comment=${'x'.repeat(2 * 1024 * 1024)}`;
    expect(await root.call({ method: 'POST', path: '/access/groups', body: big })).toMatchObject({
      status: 501,
      reason: 'for data too large',
    });
    expect((await root.call({ method: 'DELETE', path: '/access/groups/ops', body: 'a=1' })).reason).toBe(
      "Unexpected content for method 'DELETE'",
    );
    expect(
      (
        await root.call({
          method: 'POST',
          path: '/access/groups',
          body: 'x',
          headers: { 'Content-Type': 'text/xml' },
        })
      ).status,
    ).toBe(506);
  });

  test('chunked bodies, too many and too long headers are refused as pveproxy does', async () => {
    const start = 'POST /api2/json/access/ticket HTTP/1.1\r\nHost: x\r\n';
    expect(await raw(`${start}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 501 chunked transfer encoding not supported\r\n/,
    );
    const many = Array.from({ length: 70 }, (_, i) => `X-${i}: 1\r\n`).join('');
    expect(await raw(`${start}${many}\r\n`)).toBe('');
    expect(await raw(`${start}X: ${'y'.repeat(9000)}\r\n\r\n`)).toBe('');
  });

  test('the loopback address is the only one it listens on', () => {
    expect(demo.url).toBe(`https://127.0.0.1:${demo.port}`);
  });
});

describe('nodes', () => {
  test('a node that is off gives 595, an unknown one a failed lookup, localhost the local one', async () => {
    const node = demo.state.nodes.pve3;
    if (!node) throw new Error('the demo has pve3');
    node.online = false;
    const off = await root.call({ path: '/nodes/pve3/status' });
    node.online = true;
    expect(off).toMatchObject({ status: 595, reason: 'No route to host', text: '' });
    expect((await root.call({ path: '/nodes/pve9/status' })).reason).toMatch(
      /^hostname lookup 'pve9' failed/,
    );
    expect((await root.call({ path: '/nodes/localhost/status' })).status).toBe(200);
  });
});
