import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connect, type ConnectOptions } from '../../agent/src/pve/client/connect.ts';
import type { PveClient } from '../../agent/src/pve/types.ts';
import { createAuthority, type Authority } from './client-certificates.ts';
import { answer, startFaultServer, type FaultServer } from './client-fault-server.ts';

const secret = '7c9d0a86-2f3e-4b51-9c1d-5e0f8a6b4d21';
const auth = { kind: 'token', tokenid: 'ops@pve!scan', secret } as const;

let authority: Authority;
let server: FaultServer;
const open: PveClient[] = [];

beforeAll(async () => {
  authority = await createAuthority();
  server = await startFaultServer(await authority.issue({ ip: ['127.0.0.1'] }));
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});
afterAll(() => server.close());

async function connected(options: Partial<ConnectOptions> = {}): Promise<PveClient> {
  server.behave((_request, socket) => answer(socket, 200, { data: { version: '9.1.1' } }));
  const client = await connect({
    target: server.url,
    auth,
    trust: { kind: 'ca', pem: authority.pem },
    backoffMs: 1,
    ...options,
  });
  open.push(client);
  server.requests.length = 0;
  return client;
}
const get = { method: 'GET', path: '/nodes' } as const;
const put = { method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { onboot: true } } as const;

describe('requests', () => {
  test('booleans go out as 1 and 0, arrays as repeated parameters, a GET in the query and a PUT in the body', async () => {
    const client = await connected();
    await client.call({ ...get, params: { full: true, name: 'ä &=' } });
    await client.call({ ...put, params: { onboot: false, delete: 'net1', list: ['a', 'b'] } });
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      path: '/api2/json/nodes?full=1&name=%C3%A4+%26%3D',
      body: '',
    });
    expect(server.requests[1]).toMatchObject({
      method: 'PUT',
      path: '/api2/json/nodes/pve1/qemu/105/config',
      body: 'onboot=0&delete=net1&list=a&list=b',
    });
    expect(server.requests[1]?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `PVEAPIToken=ops@pve!scan=${secret}`,
    });
    expect(server.requests[1]?.headers['transfer-encoding']).toBeUndefined();
  });

  test('GETs reuse a connection, a write never does', async () => {
    const client = await connected();
    await client.call(get);
    await client.call(get);
    await client.call(put);
    await client.call(put);
    const [first, second, third, fourth] = server.requests.map((request) => request.connection);
    expect(second).toBe(first);
    expect(new Set([first, third, fourth]).size).toBe(3);
  });

  test('no more calls than sockets are under way, and the others wait their turn', async () => {
    const client = await connected({ maxSockets: 2 });
    const waiting: (() => void)[] = [];
    let most = 0;
    server.behave((_request, socket) => {
      waiting.push(() => answer(socket, 200, { data: 'fine' }));
      most = Math.max(most, waiting.length);
      setImmediate(() => waiting.shift()?.());
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.call(get)));
    expect(answers).toEqual(Array.from({ length: 20 }, () => 'fine'));
    expect(most).toBeLessThanOrEqual(2);
  });

  test('a body larger than PVE takes is refused before it is sent', async () => {
    const client = await connected();
    const large = { ...put, params: { description: 'x'.repeat(2_000_000) } };
    await expect(client.call(large)).rejects.toMatchObject({ code: 'too-large' });
    expect(server.requests).toHaveLength(0);
  });

  test.each([
    'nodes',
    '/nodes/../access',
    '/nodes/%2e%2e/x',
    '/a?b=c',
    '/a#b',
    '/a//b',
    '/a b',
    '/a\n',
    '/%zz',
  ])('the path %j is refused before it is sent', async (path) => {
    const client = await connected();
    await expect(client.call({ method: 'GET', path })).rejects.toMatchObject({ code: 'usage' });
    expect(server.requests).toHaveLength(0);
  });
});

describe('answers of PVE', () => {
  const refusals = [
    [400, 'Parameter verification failed.', 'pve-bad-request'],
    [401, 'permission denied - invalid PVE ticket', 'pve-auth'],
    [403, 'Permission check failed (/vms/105, VM.Audit)', 'pve-denied'],
    [404, 'no such file', 'pve-not-found'],
    [500, "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist\n", 'pve-not-found'],
    [500, "no such VM ('999')\n", 'pve-not-found'],
    [500, 'detected modified configuration - file changed by other user? Try again.\n', 'pve-conflict'],
    [500, 'checksum mismatch (file change by other user?)\n', 'pve-conflict'],
    [500, 'VM is locked (backup)', 'pve-conflict'],
    [500, "can't lock file '/var/lock/qemu-server/lock-105.conf' - got timeout", 'pve-conflict'],
    [500, 'unable to read tail (got 0 bytes)', 'pve-server'],
    [501, "Method 'GET /x' not implemented", 'pve-server'],
    [595, 'Connection refused', 'pve-unreachable'],
    [597, 'read error', 'pve-unreachable'],
  ] as const;
  test.each(refusals)('%i "%s" is %s', async (status, message, code) => {
    const client = await connected();
    server.behave((_request, socket) =>
      answer(socket, status, { data: null, message }, { reason: message.trim() }),
    );
    const error: unknown = await client
      .call({ method: 'GET', path: '/nodes/pve2/qemu/105/config' })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, fields: { status, pveMessage: message.trim() } });
    expect(String(error)).toContain(message.trim());
  });

  test('the message is read from the reason phrase where the body has none, as in PVE 7', async () => {
    const client = await connected();
    server.behave((_request, socket) =>
      answer(socket, 500, { data: null }, { reason: 'VM is locked (clone)' }),
    );
    await expect(client.call(put)).rejects.toMatchObject({
      code: 'pve-conflict',
      fields: { pveMessage: 'VM is locked (clone)' },
    });
  });

  test('a refused parameter is told by name', async () => {
    const client = await connected();
    const errors = { net0: 'invalid format - format error\n' };
    server.behave((_request, socket) =>
      answer(socket, 400, { data: null, message: 'Parameter verification failed.\n', errors }),
    );
    await expect(client.call(put)).rejects.toMatchObject({
      code: 'pve-bad-request',
      message: expect.stringContaining('net0: invalid format') as string,
      fields: { errors: { net0: 'invalid format - format error' } },
    });
  });

  test('a missing privilege and its path are told', async () => {
    const client = await connected();
    const message = 'Permission check failed (/vms/105, VM.GuestAgent.Audit|VM.GuestAgent.Unrestricted)';
    server.behave((_request, socket) => answer(socket, 403, { data: null, message }));
    await expect(client.call(get)).rejects.toMatchObject({
      fields: { privilege: 'VM.GuestAgent.Audit|VM.GuestAgent.Unrestricted', aclPath: '/vms/105' },
    });
  });

  test('the node behind which the hop broke is named', async () => {
    const client = await connected({ retries: 0 });
    server.behave((_request, socket) => answer(socket, 596, '', { reason: 'Broken pipe' }));
    await expect(client.call({ method: 'GET', path: '/nodes/pve3/status' })).rejects.toMatchObject({
      code: 'pve-unreachable',
      message: expect.stringContaining('node pve3') as string,
      fields: { node: 'pve3', status: 596 },
    });
  });

  test('an answer of another shape names path and field, and not the value', async () => {
    const client = await connected();
    server.behave((_request, socket) => answer(socket, 200, { data: [{ vmid: 'surprise' }] }));
    const error: unknown = await client
      .get('/cluster/resources', z.array(z.object({ vmid: z.number() })))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'pve-protocol',
      fields: { path: '/cluster/resources', field: '0.vmid' },
    });
    expect(String(error)).not.toContain('surprise');
  });
});

describe('answers that PVE never gives', () => {
  const html = '<!DOCTYPE html><html><body>Please log in</body></html>';
  const odd = [
    ['a web page', 200, html, 'text/html', 'pve-protocol', 'a web page'],
    ['malformed JSON', 200, '{"data": [1, 2', 'application/json', 'pve-protocol', 'malformed JSON'],
    ['JSON without data', 200, '{"result": 1}', 'application/json', 'pve-protocol', 'no "data"'],
    ['JSON that is a list', 200, '[1]', 'application/json', 'pve-protocol', 'something else'],
    ['an empty answer', 200, '', 'application/json', 'pve-protocol', 'malformed JSON'],
    ['a redirect', 302, '', 'text/html', 'pve-protocol', '302'],
    ["a proxy's 502", 502, html, 'text/html', 'pve-server', '502'],
  ] as const;
  test.each(odd)('%s', async (_name, status, body, type, code, words) => {
    const client = await connected();
    server.behave((_request, socket) => answer(socket, status, body, { type, reason: 'Whatever' }));
    await expect(client.call(get)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words) as string,
    });
  });

  test('bytes that are not HTTP', async () => {
    const client = await connected();
    server.behave((_request, socket) => void socket.write('\x00\x01SSH-2.0-OpenSSH_9\r\n\r\n'));
    await expect(client.call(get)).rejects.toMatchObject({ code: 'pve-protocol' });
  });

  test('an answer that announces too much, and one that sends too much', async () => {
    const client = await connected({ maxAnswerBytes: 10_000 });
    server.behave((_request, socket) => answer(socket, 200, { data: 'x'.repeat(20_000) }));
    await expect(client.call(get)).rejects.toMatchObject({
      code: 'pve-protocol',
      fields: { limitBytes: 10_000 },
    });
    server.behave((_request, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
      const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
      const more = setInterval(() => (socket.destroyed ? clearInterval(more) : void socket.write(chunk)), 1);
    });
    await expect(client.call(get)).rejects.toMatchObject({
      code: 'pve-protocol',
      fields: { limitBytes: 10_000 },
    });
  });
});

describe('compressed answers', () => {
  const compressed = (bytes: Buffer, encoding = 'gzip', announced = bytes.length): Buffer =>
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${announced}\r\n\r\n`,
      ),
      bytes,
    ]);

  test('are read, and asked for as PVE offers them', async () => {
    const client = await connected();
    server.behave((_request, socket) => void socket.write(compressed(gzipSync('{"data":"ünter Druck"}'))));
    await expect(client.call(get)).resolves.toBe('ünter Druck');
    expect(server.requests[0]?.headers['accept-encoding']).toBe('gzip');
  });

  test('count by what comes out of them', async () => {
    const client = await connected({ maxAnswerBytes: 100_000 });
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect(bomb.length).toBeLessThan(100_000);
    server.behave((_request, socket) => void socket.write(compressed(bomb)));
    await expect(client.call(get)).rejects.toMatchObject({
      code: 'pve-protocol',
      fields: { limitBytes: 100_000 },
    });
  });

  test('that are broken, cut off, or of another kind, are errors', async () => {
    const client = await connected({ retries: 0 });
    const whole = gzipSync(JSON.stringify({ data: 'x'.repeat(1000) }));
    server.behave((_request, socket) => void socket.write(compressed(Buffer.from('no gzip at all'))));
    await expect(client.call(get)).rejects.toMatchObject({ code: 'pve-protocol' });
    server.behave((_request, socket) => void socket.write(compressed(Buffer.from('{}'), 'br')));
    await expect(client.call(get)).rejects.toMatchObject({ code: 'pve-protocol' });
    server.behave(
      (_request, socket) => void socket.end(compressed(whole.subarray(0, 20), 'gzip', whole.length)),
    );
    await expect(client.call(get)).rejects.toMatchObject({ code: 'pve-unreachable' });
  });
});

describe('lost connections', () => {
  test('a GET is tried again after a reset, a cut-off answer and a 596', async () => {
    const client = await connected({ retries: 3 });
    server.behave((_request, socket) => {
      const tried = server.requests.length;
      if (tried === 1) socket.destroy();
      else if (tried === 2)
        socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"da');
      else if (tried === 3) answer(socket, 596, '', { reason: 'Connection timed out' });
      else answer(socket, 200, { data: 'at last' });
    });
    await expect(client.call(get)).resolves.toBe('at last');
    expect(server.requests).toHaveLength(4);
  });

  test('after its tries a GET fails as unreachable', async () => {
    const client = await connected({ retries: 2 });
    server.behave((_request, socket) => void socket.destroy());
    await expect(client.call(get)).rejects.toMatchObject({ code: 'pve-unreachable' });
    expect(server.requests).toHaveLength(3);
  });

  test('an error of PVE is not tried again', async () => {
    const client = await connected();
    server.behave((_request, socket) => answer(socket, 500, { data: null, message: 'boom' }));
    await expect(client.call(get)).rejects.toMatchObject({ code: 'pve-server' });
    expect(server.requests).toHaveLength(1);
  });

  test.each(['POST', 'PUT', 'DELETE'] as const)(
    'a %s is sent once only, and says that it may have worked',
    async (method) => {
      const client = await connected();
      server.behave((_request, socket) => void socket.destroy());
      await expect(client.call({ ...put, method })).rejects.toMatchObject({
        code: 'pve-unreachable',
        hint: expect.stringContaining('task list') as string,
        fields: { sent: true },
      });
      expect(server.requests).toHaveLength(1);
      server.behave((_request, socket) => answer(socket, 596, '', { reason: 'Connection timed out' }));
      await expect(client.call({ ...put, method })).rejects.toMatchObject({ code: 'pve-unreachable' });
      expect(server.requests).toHaveLength(2);
    },
  );

  test('a write to a server that is gone says that it was not sent', async () => {
    const gone = await startFaultServer(await authority.issue({ ip: ['127.0.0.1'] }));
    gone.behave((_request, socket) => answer(socket, 200, { data: {} }));
    const client = await connect({ target: gone.url, auth, trust: { kind: 'ca', pem: authority.pem } });
    open.push(client);
    await gone.close();
    await expect(client.call(put)).rejects.toMatchObject({
      code: 'pve-unreachable',
      message: expect.stringContaining('connection refused') as string,
      fields: { sent: false },
    });
  });

  test('a server that hangs, and one that trickles, end with the time limit', async () => {
    const client = await connected();
    server.behave(() => undefined);
    await expect(client.call(get, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'pve-unreachable',
      fields: { reason: 'timeout', sent: true },
    });
    server.behave((_request, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n');
      const more = setInterval(() => (socket.destroyed ? clearInterval(more) : void socket.write(' ')), 5);
    });
    await expect(client.call(get, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'pve-unreachable' });
  });

  test('an abort ends a call under way, one that waits for a socket, and one that waits to try again', async () => {
    const client = await connected({ maxSockets: 1, backoffMs: 60_000, retries: 5, timeoutMs: 600_000 });
    const stop = new AbortController();
    server.behave(() => stop.abort());
    const both = [client.call(get, { signal: stop.signal }), client.call(get, { signal: stop.signal })];
    for (const outcome of await Promise.allSettled(both)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    }
    expect(server.requests).toHaveLength(1);
    const later = new AbortController();
    server.behave((_request, socket) => {
      socket.destroy();
      setTimeout(() => later.abort(), 20);
    });
    await expect(client.call(get, { signal: later.signal })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.call(get, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  test('an aborted write says that it was sent already', async () => {
    const client = await connected();
    const stop = new AbortController();
    server.behave(() => stop.abort());
    await expect(client.call(put, { signal: stop.signal })).rejects.toMatchObject({
      code: 'cancelled',
      hint: expect.stringContaining('may have carried it out') as string,
      fields: { sent: true },
    });
  });

  test('closing the client ends its calls', async () => {
    const client = await connected();
    server.behave(() => client.close());
    await expect(client.call(get)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.call(get)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
