import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../agent/src/pve/client/connect.ts';
import { probeFingerprint } from '../../agent/src/pve/client/probe.ts';
import type { Trust } from '../../agent/src/pve/client/trust.ts';
import { createAuthority, type Authority, type ServerCertificate } from './client-certificates.ts';
import { answer, startFaultServer, type FaultServer } from './client-fault-server.ts';

const auth = { kind: 'token', tokenid: 'ops@pve!scan', secret: 'not-for-everybody' } as const;
let authority: Authority;
let own: ServerCertificate;
let server: FaultServer;

beforeAll(async () => {
  authority = await createAuthority();
  own = await authority.issue({ ip: ['127.0.0.1'], dns: ['pve1'] });
  server = await startFaultServer(own);
  server.behave((_request, socket) => answer(socket, 200, { data: { version: '9.1.1' } }));
});
beforeEach(() => server.present(own));
afterAll(() => server.close());

const attempt = (trust: Trust, target = server.url) => connect({ target, auth, trust, retries: 0 });
const pinned = (sha256: string): Trust => ({ kind: 'fingerprint', sha256 });

/** Runs it and expects a refusal before anything of ours was written to the server. */
async function refused(work: () => Promise<unknown>): Promise<unknown> {
  const before = server.bytes();
  const error: unknown = await work().then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(server.bytes()).toBe(before);
  return error;
}

describe('trust', () => {
  test("the cluster's CA is enough", async () => {
    const client = await attempt({ kind: 'ca', pem: authority.pem });
    client.close();
  });

  test('another CA is not, and neither are those of this machine', async () => {
    const other = await createAuthority('Somebody Else');
    expect(await refused(() => attempt({ kind: 'ca', pem: other.pem }))).toMatchObject({
      code: 'pve-tls',
      message: expect.stringContaining('not signed by a CA') as string,
    });
    expect(await refused(() => attempt({ kind: 'system' }))).toMatchObject({ code: 'pve-tls' });
  });

  test('a certificate for other names is refused with a clear sentence', async () => {
    server.present(await authority.issue({ dns: ['pve9.example.com'] }));
    expect(await refused(() => attempt({ kind: 'ca', pem: authority.pem }))).toMatchObject({
      code: 'pve-tls',
      message: expect.stringContaining('was made for other names than 127.0.0.1') as string,
    });
  });

  test('an expired certificate is refused, pinned or not', async () => {
    const expired = await authority.issue({ ip: ['127.0.0.1'] }, -1);
    server.present(expired);
    for (const trust of [{ kind: 'ca', pem: authority.pem } as const, pinned(expired.fingerprint)]) {
      expect(await refused(() => attempt(trust))).toMatchObject({
        code: 'pve-tls',
        message: expect.stringContaining('has expired') as string,
      });
    }
  });

  test('a pinned fingerprint is enough, whatever CA and names, in any spelling', async () => {
    const foreign = await authority.issue({ dns: ['somewhere.else'] });
    server.present(foreign);
    for (const text of [foreign.fingerprint, foreign.fingerprint.replaceAll(':', '').toLowerCase()]) {
      const client = await attempt(pinned(text));
      client.close();
    }
  });

  test('another fingerprint is refused and both are shown', async () => {
    const other = await authority.issue({ ip: ['127.0.0.1'] });
    expect(await refused(() => attempt(pinned(other.fingerprint)))).toMatchObject({
      code: 'pve-tls',
      fields: { expected: other.fingerprint, presented: own.fingerprint },
    });
  });

  test('every new socket is held to the pin: a certificate of the same CA swapped in later gets nothing', async () => {
    const client = await attempt(pinned(own.fingerprint));
    server.present(await authority.issue({ ip: ['127.0.0.1'], dns: ['pve1'] }));
    const write = { method: 'POST', path: '/nodes/pve1/startall' } as const;
    expect(await refused(() => client.call(write))).toMatchObject({ code: 'pve-tls' });
    client.close();
  });

  test('a swap between probe and use gets nothing either', async () => {
    server.swapAfterNext(await authority.issue({ ip: ['127.0.0.1'], dns: ['pve1'] }));
    const error = await refused(() => attempt(pinned(own.fingerprint)));
    expect(error).toMatchObject({ code: 'pve-tls' });
    // The probe itself saw the right certificate: this is the refusal of the connection after it.
    expect(error).not.toHaveProperty('fields.presented');
  });

  test.each(['', 'AB:CD', 'zz'.repeat(32)])('the fingerprint %j is refused as malformed', async (sha256) => {
    expect(await refused(() => attempt(pinned(sha256)))).toMatchObject({ code: 'config-invalid' });
  });

  test('a CA that is no certificate is refused as malformed', async () => {
    const trust = { kind: 'ca', pem: '-----BEGIN CERTIFICATE-----\nnonsense\n' } as const;
    expect(await refused(() => attempt(trust))).toMatchObject({ code: 'config-invalid' });
  });
});

describe('probeFingerprint', () => {
  test('shows the certificate and sends nothing', async () => {
    const before = server.bytes();
    const seen = await probeFingerprint(server.url);
    expect(seen).toMatchObject({
      fingerprint: own.fingerprint,
      subject: 'CN=pve1',
      issuer: 'CN=PVE Cluster Manager CA',
      trusted: false,
    });
    expect(new Date(seen.validTo).getTime()).toBeGreaterThan(Date.now());
    expect(server.bytes()).toBe(before);
  });

  test('shows an expired certificate too', async () => {
    const expired = await authority.issue({ ip: ['127.0.0.1'] }, -1);
    server.present(expired);
    await expect(probeFingerprint(server.url)).resolves.toMatchObject({
      fingerprint: expired.fingerprint,
      trusted: false,
    });
  });

  test.each([
    ['nobody listens', 'closed', 'connection refused'],
    ['the server speaks no TLS', 'plain', 'does not speak TLS'],
    ['the server says nothing', 'silent', 'did not answer within'],
    ['the server hangs up', 'hangup', 'closed the connection'],
  ] as const)('%s', async (_name, kind, words) => {
    const sockets: net.Socket[] = [];
    const plain = net.createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      if (kind === 'plain') socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
      if (kind === 'hangup') socket.destroy();
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    if (kind === 'closed') await new Promise((resolve) => plain.close(resolve));
    await expect(
      probeFingerprint(`127.0.0.1:${port}`, { timeoutMs: kind === 'silent' ? 50 : 5000 }),
    ).rejects.toMatchObject({
      code: 'pve-unreachable',
      message: expect.stringContaining(words) as string,
    });
    for (const socket of sockets) socket.destroy();
    plain.close();
  });

  test('an unknown name is told as such', async () => {
    await expect(probeFingerprint('https://no-such-host.invalid')).rejects.toMatchObject({
      code: 'pve-unreachable',
      message: expect.stringContaining('no-such-host.invalid') as string,
    });
  });

  test('an abort ends it', async () => {
    await expect(probeFingerprint(server.url, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
