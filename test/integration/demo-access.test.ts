import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';
import { totpCode } from '../../agent/src/demo/access/totp.ts';
import { startDemo } from '../../agent/src/demo/start.ts';
import type { DemoCluster } from '../../agent/src/demo/start.ts';
import { callApi, logIn, logInAsRoot, withToken } from './clients/api.ts';
import type { ApiAnswer, Session } from './clients/api.ts';

const { root: rootLogin, auditor, operator, secured, scanToken } = demoAccounts;
let offset = 0;
let demo: DemoCluster;
let root: Session;

beforeAll(async () => {
  demo = await startDemo({ authDelayMs: 0, now: () => Date.now() / 1000 + offset });
  root = await logInAsRoot(demo);
});
afterAll(() => demo.close());

const ticketCall = (params: Readonly<Record<string, string>>): Promise<ApiAnswer> =>
  callApi(demo, { method: 'POST', path: '/access/ticket', params });

const dataOf = (answer: ApiAnswer): Record<string, unknown> => answer.json?.data as Record<string, unknown>;

describe('tickets', () => {
  test('a login gives ticket, CSRF token, capabilities and the cluster’s name', async () => {
    const data = dataOf(await ticketCall({ username: 'root', realm: 'pam', password: rootLogin.password }));
    expect(data).toMatchObject({ username: 'root@pam', clustername: demo.state.clusterName });
    expect(data.ticket).toMatch(/^PVE:root@pam:[0-9A-F]{8}::/);
    expect(data.cap).toMatchObject({
      vms: { 'VM.Audit': 1 },
      dc: { 'Sys.Audit': 1 },
      nodes: { 'Sys.Modify': 1 },
    });
  });

  test('every failure looks the same', async () => {
    for (const params of [
      { username: 'root@pam', password: 'wrong' },
      { username: 'nobody@pve', password: 'proxmox-demo' },
      { username: 'nonsense', password: 'proxmox-demo' },
      { username: 'intern@pve', password: 'proxmox-demo' },
    ]) {
      expect(await ticketCall(params)).toMatchObject({ status: 401, reason: 'authentication failure' });
    }
  });

  test('a ticket is renewed with itself as the password, and root’s makes tickets for others', async () => {
    const first = dataOf(await ticketCall({ username: auditor.userid, password: auditor.password }));
    expect((await ticketCall({ username: auditor.userid, password: String(first.ticket) })).status).toBe(200);
    expect((await ticketCall({ username: operator.userid, password: String(first.ticket) })).status).toBe(
      401,
    );
    const ofRoot = dataOf(await ticketCall({ username: rootLogin.userid, password: rootLogin.password }));
    expect((await ticketCall({ username: operator.userid, password: String(ofRoot.ticket) })).status).toBe(
      200,
    );
  });

  test('a ticket ends after two hours', async () => {
    const session = await logIn(demo, auditor.userid, auditor.password);
    expect((await session.call({ path: '/version' })).status).toBe(200);
    offset = 7300;
    const late = await session.call({ path: '/version' });
    offset = 0;
    expect(late).toMatchObject({ status: 401, reason: 'Authentication failed!', text: '' });
  });

  test('writes need the CSRF token of the same user; the Authorization header serves as cookie', async () => {
    const data = dataOf(await ticketCall({ username: rootLogin.userid, password: rootLogin.password }));
    const Authorization = `PVEAuthCookie=${String(data.ticket)}`;
    const create = { method: 'POST', path: '/access/groups', params: { groupid: 'csrf' } };
    expect(await callApi(demo, { ...create, headers: { Authorization } })).toMatchObject({
      status: 401,
      reason: 'Permission denied - invalid csrf token',
    });
    const foreign = dataOf(await ticketCall({ username: auditor.userid, password: auditor.password }));
    const wrong = { Authorization, CSRFPreventionToken: String(foreign.CSRFPreventionToken) };
    expect((await callApi(demo, { ...create, headers: wrong })).status).toBe(401);
    const right = { Authorization, CSRFPreventionToken: String(data.CSRFPreventionToken) };
    expect((await callApi(demo, { ...create, headers: right })).status).toBe(200);
  });

  test('without any login there is 401 and no body', async () => {
    expect(await callApi(demo, { path: '/version' })).toMatchObject({
      status: 401,
      reason: 'No ticket',
      text: '',
    });
    expect((await callApi(demo, { path: '/access/domains' })).status).toBe(200);
  });

  test('path and privs only verify', async () => {
    const base = { username: operator.userid, password: operator.password, path: '/vms/105' };
    const yes = await ticketCall({ ...base, privs: 'VM.Audit' });
    expect(yes.status).toBe(200);
    expect(dataOf(yes).ticket).toBeUndefined();
    expect((await ticketCall({ ...base, privs: 'Sys.Modify' })).status).toBe(401);
  });
});

describe('second factor', () => {
  const login = { username: secured.userid, password: secured.password };

  test('the first ticket only serves to answer the challenge', async () => {
    const first = dataOf(await ticketCall(login));
    expect(first).toMatchObject({ NeedTFA: 1 });
    expect(first.cap).toBeUndefined();
    const challenge = String(first.ticket);
    expect(decodeURIComponent(challenge)).toMatch(/^PVE:!tfa!\{"totp":true\}:/);
    const Cookie = `PVEAuthCookie=${encodeURIComponent(challenge)}`;
    expect((await callApi(demo, { path: '/version', headers: { Cookie } })).status).toBe(401);
    const answer = { username: secured.userid, 'tfa-challenge': challenge };
    const code = totpCode(secured.totp, Date.now() / 1000);
    expect((await ticketCall({ ...answer, password: 'totp:000000' })).status).toBe(401);
    expect((await ticketCall({ ...answer, password: code })).status).toBe(401);
    expect((await ticketCall({ ...answer, username: 'root@pam', password: `totp:${code}` })).status).toBe(
      401,
    );
    const second = dataOf(await ticketCall({ ...answer, password: `totp:${code}` }));
    expect(second.NeedTFA).toBeUndefined();
    expect(second.cap).toBeDefined();
  });

  test('otp answers at once', async () => {
    const otp = `totp:${totpCode(secured.totp, Date.now() / 1000)}`;
    expect(dataOf(await ticketCall({ ...login, otp })).cap).toBeDefined();
    expect((await ticketCall({ ...login, otp: 'totp:123' })).status).toBe(401);
  });

  test('users see and remove their own factor only with their password', async () => {
    const otp = `totp:${totpCode(secured.totp, Date.now() / 1000)}`;
    const data = dataOf(await ticketCall({ ...login, otp }));
    const headers = {
      Cookie: `PVEAuthCookie=${encodeURIComponent(String(data.ticket))}`,
      CSRFPreventionToken: String(data.CSRFPreventionToken),
    };
    const path = `/access/tfa/${secured.userid}`;
    const [entry] = (await callApi(demo, { path, headers })).json?.data as { id: string; type: string }[];
    expect(entry?.type).toBe('totp');
    const remove = { method: 'DELETE', path: `${path}/${entry?.id ?? ''}`, headers };
    expect((await callApi(demo, remove)).json?.errors).toEqual({
      password: 'password is required to modify user',
    });
    expect((await callApi(demo, { ...remove, params: { password: secured.password } })).status).toBe(200);
    const secret = 'GEZDGNBVGY3TQOJQ';
    const uri = `otpauth://totp/demo?secret=${secret}`;
    const add = {
      method: 'POST',
      path,
      headers,
      params: { type: 'totp', totp: uri, password: secured.password },
    };
    expect((await callApi(demo, { ...add, params: { ...add.params, value: '000000' } })).status).toBe(500);
    const value = totpCode(secret, Date.now() / 1000);
    expect((await callApi(demo, { ...add, params: { ...add.params, value } })).status).toBe(200);
    expect(dataOf(await ticketCall(login)).NeedTFA).toBe(1);
  });
});

describe('API tokens', () => {
  test('need no CSRF token, and have only what both token and user have', async () => {
    const scan = withToken(demo, scanToken.tokenid, scanToken.secret);
    expect((await scan.call({ path: '/access/users' })).status).toBe(200);
    expect(
      await scan.call({ method: 'POST', path: '/access/groups', params: { groupid: 'x' } }),
    ).toMatchObject({
      status: 403,
      reason: 'Permission check failed (/access/groups, Group.Allocate)',
    });
  });

  test('are refused with a wrong secret, when unknown, expired, or of a disabled user', async () => {
    const path = '/version';
    expect((await withToken(demo, scanToken.tokenid, 'wrong').call({ path })).status).toBe(401);
    expect((await withToken(demo, 'root@pam!none', 'x').call({ path })).status).toBe(401);
    const user = demo.state.users['proxmox-ai@pve'];
    const token = user?.tokens.scan;
    if (!user || !token) throw new Error('the demo has this token');
    const scan = withToken(demo, scanToken.tokenid, scanToken.secret);
    token.expire = 1000;
    expect((await scan.call({ path })).status).toBe(401);
    token.expire = 0;
    user.enable = false;
    expect((await scan.call({ path })).status).toBe(401);
    user.enable = true;
    expect((await scan.call({ path })).status).toBe(200);
  });

  test('are made, changed and removed; the secret is told once', async () => {
    const path = '/access/users/auditor@pve/token/ci';
    const made = dataOf(await root.call({ method: 'POST', path, params: { comment: 'for CI' } }));
    expect(made).toMatchObject({
      'full-tokenid': 'auditor@pve!ci',
      info: { privsep: 1, expire: 0, comment: 'for CI' },
    });
    const token = withToken(demo, 'auditor@pve!ci', String(made.value));
    expect((await token.call({ path: '/access/groups/ops' })).status).toBe(403);
    expect(
      (await root.call({ method: 'PUT', path, params: { privsep: '0', delete: 'comment' } })).status,
    ).toBe(200);
    expect((await token.call({ path: '/access/groups/ops' })).status).toBe(200);
    expect(dataOf(await root.call({ path }))).toEqual({ privsep: 0, expire: 0 });
    const users = (await root.call({ path: '/access/users', params: { full: '1' } })).text;
    expect(users).toContain('"tokenid":"ci"');
    expect(users).not.toContain(String(made.value));
    expect((await root.call({ method: 'POST', path })).json?.errors).toEqual({
      tokenid: 'Token already exists.',
    });
    expect((await root.call({ method: 'DELETE', path })).status).toBe(200);
    expect((await token.call({ path: '/version' })).status).toBe(401);
  });

  test('cannot make tickets or change passwords', async () => {
    const scan = withToken(demo, scanToken.tokenid, scanToken.secret);
    const params = { userid: 'proxmox-ai@pve', password: 'long-enough' };
    expect((await scan.call({ method: 'PUT', path: '/access/password', params })).reason).toMatch(
      /not available with API token, need proper ticket/,
    );
  });
});

describe('administration', () => {
  test('users, groups, roles and ACLs, from nothing to a right that holds', async () => {
    const newcomer = { userid: 'new@pve', password: 'secret-enough', groups: 'ops', comment: 'new' };
    expect((await root.call({ method: 'POST', path: '/access/users', params: newcomer })).status).toBe(200);
    expect((await root.call({ method: 'POST', path: '/access/users', params: newcomer })).reason).toBe(
      "create user failed: user 'new@pve' already exists",
    );
    expect(
      (await root.call({ method: 'PUT', path: '/access/users/new@pve', params: { groups: 'developers' } }))
        .status,
    ).toBe(200);
    const role = { roleid: 'Watcher', privs: 'VM.Audit,Sys.Audit' };
    expect((await root.call({ method: 'POST', path: '/access/roles', params: role })).status).toBe(200);
    expect(
      (await root.call({ method: 'POST', path: '/access/roles', params: { ...role, roleid: 'PVEx' } }))
        .status,
    ).toBe(400);
    expect(
      (await root.call({ method: 'POST', path: '/access/roles', params: { roleid: 'Bad', privs: 'VM.Fly' } }))
        .json?.errors,
    ).toEqual({
      privs: "invalid format - invalid privilege 'VM.Fly'\n",
    });
    expect((await root.call({ method: 'DELETE', path: '/access/roles/PVEAuditor' })).reason).toBe(
      "auto-generated role 'PVEAuditor' cannot be deleted",
    );
    const user = await logIn(demo, 'new@pve', 'secret-enough');
    const permissions = { path: '/access/permissions', params: { path: '/vms/101' } };
    expect(dataOf(await user.call(permissions))['/vms/101']).toEqual({});
    const acl = { path: '/vms/101', users: 'new@pve', roles: 'Watcher' };
    expect((await root.call({ method: 'PUT', path: '/access/acl', params: acl })).status).toBe(200);
    expect(dataOf(await user.call(permissions))['/vms/101']).toEqual({ 'VM.Audit': 1, 'Sys.Audit': 1 });
    expect(
      (await root.call({ method: 'PUT', path: '/access/acl', params: { ...acl, delete: '1' } })).status,
    ).toBe(200);
    expect(dataOf(await user.call(permissions))['/vms/101']).toEqual({});
    expect((await root.call({ method: 'DELETE', path: '/access/users/new@pve' })).status).toBe(200);
    expect((await user.call({ path: '/version' })).status).toBe(401);
  });

  test('ACL changes are checked', async () => {
    const put = (params: Readonly<Record<string, string>>, session = root): Promise<ApiAnswer> =>
      session.call({ method: 'PUT', path: '/access/acl', params });
    expect((await put({ path: '/vms/100', roles: 'PVEAuditor' })).json?.errors).toHaveProperty('users');
    expect((await put({ path: '/nowhere', roles: 'PVEAuditor', users: 'root@pam' })).json?.errors).toEqual({
      path: "invalid ACL path '/nowhere'",
    });
    expect((await put({ path: '/', roles: 'Nope', users: 'root@pam' })).reason).toBe(
      "role 'Nope' does not exist",
    );
    expect((await put({ path: '/', roles: 'PVEAuditor', groups: 'nope' })).reason).toBe(
      "group 'nope' does not exist",
    );
    const ops = await logIn(demo, operator.userid, operator.password);
    const grant = { path: '/vms/105', users: 'anna@pve', propagate: '0' };
    expect((await put({ ...grant, roles: 'PVEVMUser' }, ops)).status).toBe(200);
    expect((await put({ ...grant, roles: 'PVEAdmin' }, ops)).json?.errors).toEqual({
      role: "Cannot add role 'PVEAdmin' - requires 'Permissions.Modify' or superset of privileges.",
    });
    expect((await put({ ...grant, roles: 'NoAccess' }, ops)).status).toBe(400);
  });

  test('everybody sees only the users and ACLs they may', async () => {
    const ops = await logIn(demo, operator.userid, operator.password);
    const users = (await ops.call({ path: '/access/users' })).json?.data as { userid: string }[];
    expect(users.map(({ userid }) => userid)).toEqual([operator.userid]);
    const audit = await logIn(demo, auditor.userid, auditor.password);
    const all = (await audit.call({ path: '/access/users' })).json?.data as unknown[];
    expect(all).toHaveLength(Object.keys(demo.state.users).length);
    expect((await audit.call({ path: '/access/acl' })).json?.data).toHaveLength(demo.state.acl.length);
    expect((await ops.call({ path: '/access/permissions', params: { userid: 'root@pam' } })).status).toBe(
      403,
    );
  });

  test('passwords change with the old one', async () => {
    const session = await logIn(demo, auditor.userid, auditor.password);
    const change = { method: 'PUT', path: '/access/password' };
    const params = { userid: auditor.userid, password: 'another-one' };
    expect((await session.call({ ...change, params })).json?.errors).toHaveProperty('confirmation-password');
    expect(
      (await session.call({ ...change, params: { ...params, 'confirmation-password': auditor.password } }))
        .status,
    ).toBe(200);
    await expect(logIn(demo, auditor.userid, auditor.password)).rejects.toThrow('401');
    expect((await root.call({ ...change, params: { ...params, password: auditor.password } })).status).toBe(
      200,
    );
    const foreign = { userid: 'root@pam', password: 'mine-now', 'confirmation-password': auditor.password };
    expect((await session.call({ ...change, params: foreign })).status).toBe(403);
  });

  test('realms are listed for everybody, and made with what they need', async () => {
    const domains = (await callApi(demo, { path: '/access/domains' })).json?.data as { realm: string }[];
    expect(domains.map(({ realm }) => realm)).toEqual(expect.arrayContaining(['pam', 'pve']));
    const create = { method: 'POST', path: '/access/domains' };
    const corp = { realm: 'corp', type: 'ldap', server1: '10.0.0.9', base_dn: 'dc=corp' };
    expect((await root.call({ ...create, params: corp })).reason).toMatch(
      /missing value for required option 'user_attr'/,
    );
    expect((await root.call({ ...create, params: { ...corp, user_attr: 'uid' } })).status).toBe(200);
    const path = '/access/domains/corp';
    const { digest } = dataOf(await root.call({ path }));
    expect((await root.call({ method: 'PUT', path, params: { comment: 'x', digest: '0' } })).reason).toMatch(
      /detected modified configuration/,
    );
    expect(
      (await root.call({ method: 'PUT', path, params: { comment: 'x', digest: String(digest) } })).status,
    ).toBe(200);
    expect((await root.call({ method: 'DELETE', path })).status).toBe(200);
  });
});
