import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Auth } from '../../agent/src/pve/client/auth.ts';
import { connect, type ConnectOptions } from '../../agent/src/pve/client/connect.ts';
import type { PveClient } from '../../agent/src/pve/types.ts';
import { createAuthority, type Authority } from './client-certificates.ts';
import { answer, startFaultServer, type FaultServer, type WireRequest } from './client-fault-server.ts';

const password = 'correct horse & battery';
const csrf = '66A1B2C3:csrf+token/value=';
const minute = 60_000;

let authority: Authority;
let server: FaultServer;
/** How many tickets were issued, which of them PVE still takes, and what it wants besides the password. */
let issued: number;
let valid: Set<string>;
let code: string | undefined;
const open: PveClient[] = [];

const hex = (ms: number): string =>
  Math.floor(ms / 1000)
    .toString(16)
    .toUpperCase()
    .padStart(8, '0');
const born = Date.now();
const ticketOf = (n: number): string => `PVE:root@pam:${hex(born)}::signature+number/${n}==`;
const halfTicket = `PVE:!tfa!${encodeURIComponent('{"totp":true,"recovery":{}}')}:66A1B2C3::half+signature==`;

beforeAll(async () => {
  authority = await createAuthority();
  server = await startFaultServer(await authority.issue({ ip: ['127.0.0.1'] }));
});
beforeEach(() => {
  issued = 0;
  valid = new Set();
  code = undefined;
  server.requests.length = 0;
  server.behave((request, socket) => {
    const refuse = (message: string): void => answer(socket, 401, { data: null, message });
    if (request.path === '/api2/json/access/ticket') {
      const form = new URLSearchParams(request.body);
      const given = form.get('password') ?? '';
      const renewal = valid.has(given);
      const second = form.get('tfa-challenge') === halfTicket && given === `totp:${code ?? ''}`;
      if (form.get('username') !== 'root@pam') {
        refuse('authentication failure');
        return;
      }
      if (!renewal && !second && given !== password) {
        refuse('authentication failure');
        return;
      }
      if (code !== undefined && !renewal && !second) {
        answer(socket, 200, { data: { ticket: halfTicket, CSRFPreventionToken: csrf, NeedTFA: 1 } });
        return;
      }
      issued += 1;
      valid.add(ticketOf(issued));
      answer(socket, 200, {
        data: { ticket: ticketOf(issued), CSRFPreventionToken: csrf, username: 'root@pam' },
      });
      return;
    }
    if (!valid.has(cookieOf(request))) {
      refuse('permission denied - invalid PVE ticket');
      return;
    }
    if (request.method !== 'GET' && request.headers.csrfpreventiontoken !== csrf) {
      refuse('invalid csrf token');
      return;
    }
    answer(socket, 200, { data: 'fine' });
  });
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});
afterAll(() => server.close());

const cookieOf = (request: WireRequest | undefined): string =>
  decodeURIComponent(/^PVEAuthCookie=(.*)$/.exec(request?.headers.cookie ?? '')?.[1] ?? '');
const logins = (): URLSearchParams[] =>
  server.requests
    .filter((request) => request.path.endsWith('/access/ticket'))
    .map(({ body }) => new URLSearchParams(body));

async function login(auth: Partial<Auth> = {}, options: Partial<ConnectOptions> = {}): Promise<PveClient> {
  const client = await connect({
    target: server.url,
    auth: { kind: 'password', userid: 'root@pam', password, ...auth } as Auth,
    trust: { kind: 'ca', pem: authority.pem },
    backoffMs: 1,
    ...options,
  });
  open.push(client);
  return client;
}
const get = { method: 'GET', path: '/nodes' } as const;
const post = { method: 'POST', path: '/nodes/pve1/startall' } as const;

describe('login', () => {
  test('by password, with the CSRF token on writes only', async () => {
    const client = await login();
    await expect(client.call(get)).resolves.toBe('fine');
    await expect(client.call(post)).resolves.toBe('fine');
    const [, read, write] = server.requests;
    expect(read?.headers.csrfpreventiontoken).toBeUndefined();
    expect(write?.headers.csrfpreventiontoken).toBe(csrf);
    expect(client.userid).toBe('root@pam');
  });

  test('by password and TOTP, the code going back with the challenge', async () => {
    code = '123456';
    const client = await login({ totp: '123 456' });
    await expect(client.call(get)).resolves.toBe('fine');
    expect(logins().map((form) => Object.fromEntries(form))).toEqual([
      { username: 'root@pam', password },
      { username: 'root@pam', password: 'totp:123456', 'tfa-challenge': halfTicket },
    ]);
  });

  test('a missing second factor is told with the kinds PVE takes', async () => {
    code = '123456';
    await expect(login()).rejects.toMatchObject({
      code: 'pve-auth',
      fields: { secondFactor: ['totp', 'recovery'] },
    });
  });

  test('a wrong second factor and a wrong password are told apart', async () => {
    code = '123456';
    await expect(login({ totp: '654321' })).rejects.toMatchObject({
      code: 'pve-auth',
      message: expect.stringContaining('second factor') as string,
    });
    await expect(login({ password: 'wrong one' })).rejects.toMatchObject({
      code: 'pve-auth',
      message: expect.stringContaining('password') as string,
    });
  });

  test.each([
    [{ userid: 'root' }],
    [{ password: '' }],
    [{ kind: 'token', tokenid: 'root@pam', secret: 'x' }],
    [{ kind: 'token', tokenid: 'root@pam!t', secret: 'a\r\nX-Evil: 1' }],
    [{ kind: 'ticket', ticket: '', csrf }],
  ])('%j is refused as malformed before anything is sent', async (auth) => {
    const before = server.bytes();
    await expect(login(auth as Partial<Auth>)).rejects.toMatchObject({ code: 'config-invalid' });
    expect(server.bytes()).toBe(before);
  });

  test('an answer without a ticket is no login', async () => {
    server.behave((_request, socket) => answer(socket, 200, { data: { hello: 'world' } }));
    await expect(login()).rejects.toMatchObject({ code: 'pve-protocol' });
  });

  test('an abort ends it', async () => {
    const stop = new AbortController();
    server.behave(() => stop.abort());
    await expect(login({}, { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('tickets', () => {
  test('are renewed with themselves before they end, once for all calls', async () => {
    let now = Date.now();
    const client = await login({}, { now: () => now });
    now += 91 * minute;
    await Promise.all([client.call(get), client.call(post), client.call(get)]);
    expect(logins()).toHaveLength(2);
    expect(logins()[1]?.get('password')).toBe(ticketOf(1));
    expect(cookieOf(server.requests.at(-1))).toBe(ticketOf(2));
  });

  test('that PVE no longer takes are replaced once, for a write too, which PVE had refused to do', async () => {
    const client = await login();
    valid.clear();
    await expect(client.call(post)).resolves.toBe('fine');
    expect(logins().map((form) => form.get('password'))).toEqual([password, ticketOf(1), password]);
  });

  test('a second refusal is final', async () => {
    const client = await login();
    server.behave((request, socket) =>
      request.path.endsWith('/access/ticket')
        ? answer(socket, 200, { data: { ticket: ticketOf(9), CSRFPreventionToken: csrf } })
        : answer(socket, 401, { data: null, message: 'no' }),
    );
    server.requests.length = 0;
    await expect(client.call(get)).rejects.toMatchObject({ code: 'pve-auth' });
    expect(server.requests.map((request) => request.path)).toEqual([
      '/api2/json/nodes',
      '/api2/json/access/ticket',
      '/api2/json/nodes',
    ]);
  });

  test('of an account with a second factor are not replaced by repeating the code', async () => {
    code = '123456';
    const client = await login({ totp: '123456' });
    valid.clear();
    await expect(client.call(get)).rejects.toMatchObject({ code: 'pve-auth' });
    expect(logins()).toHaveLength(3);
  });

  test('that exist already are proven, renewed by their own age, and expired ones refused', async () => {
    const old = `PVE:root@pam:${hex(Date.now() - 100 * minute)}::signature+old==`;
    valid.add(old);
    const client = await login({ kind: 'ticket', ticket: old, csrf });
    await expect(client.call(get)).resolves.toBe('fine');
    expect(logins().map((form) => form.get('password'))).toEqual([old]);
    const expired = `PVE:root@pam:${hex(Date.now() - 1000 * minute)}::signature+dead==`;
    await expect(login({ kind: 'ticket', ticket: expired, csrf })).rejects.toMatchObject({
      code: 'pve-auth',
    });
  });
});

describe('secrets', () => {
  const secrets = [password, encodeURIComponent(password), csrf, 'signature', '123456', 'cloud-init-secret'];
  const shown = (value: unknown): string =>
    inspect(value, { depth: Infinity, showHidden: true, getters: true }) +
    String(value) +
    JSON.stringify(value);
  const expectNone = (text: string): void => {
    for (const secret of secrets) expect(text).not.toContain(secret);
  };

  test('are in no print of the client', async () => {
    const client = await login();
    await client.call(get);
    expectNone(shown(client));
  });

  test('are in no error, even where PVE echoes them', async () => {
    const client = await login();
    const ticket = ticketOf(1);
    server.behave((_request, socket) =>
      answer(socket, 400, {
        data: null,
        message: `bad ${ticket} ${encodeURIComponent(ticket)} ${csrf} cloud-init-secret`,
        errors: { cipassword: `value 'cloud-init-secret' is too weak, ${password}` },
      }),
    );
    const call = { ...post, params: { cipassword: 'cloud-init-secret', name: 'web' } };
    const error: unknown = await client.call(call).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'pve-bad-request',
      fields: { errors: { cipassword: "value '***' is too weak, ***" } },
    });
    expectNone(shown(error));
  });

  test.each(['refused', 'garbled', 'not HTTP', 'hung up', 'no ticket'])(
    'are in no error of a login that is %s',
    async (how) => {
      server.behave((request, socket) => {
        if (how === 'refused')
          answer(socket, 401, { data: null, message: `no: ${request.body} ${password}` });
        else if (how === 'garbled') answer(socket, 200, `{"data":{"ticket":"${ticketOf(1)}"`);
        else if (how === 'not HTTP') socket.write(`${password} ${ticketOf(1)}\r\n\r\n`);
        else if (how === 'hung up') socket.destroy();
        else answer(socket, 200, { data: { ticket: [ticketOf(1)], CSRFPreventionToken: csrf } });
      });
      const error: unknown = await login().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: expect.stringMatching(/^pve-/) as string });
      expectNone(shown(error));
    },
  );

  test('are in no error of a refused token', async () => {
    const token = { kind: 'token', tokenid: 'ops@pve!scan', secret: 'cloud-init-secret' } as const;
    const error: unknown = await login(token).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'pve-auth',
      message: expect.stringContaining('ops@pve!scan') as string,
    });
    expectNone(shown(error));
  });
});
