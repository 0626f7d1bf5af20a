import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startDemo } from '../../agent/src/demo/start.ts';
import type { DemoCluster } from '../../agent/src/demo/start.ts';
import { logInAsRoot } from './clients/api.ts';
import type { Session } from './clients/api.ts';

let demo: DemoCluster;
let root: Session;

beforeAll(async () => {
  demo = await startDemo({ authDelayMs: 0 });
  root = await logInAsRoot(demo);
});
afterEach(() => demo.clearFaults());
afterAll(() => demo.close());

const version = { path: '/version' };

test('a status hits as often as asked, then the call works again', async () => {
  demo.inject({ kind: 'status', status: 500, message: 'got timeout', path: /^\/version$/, times: 2 });
  for (let i = 0; i < 2; i++) {
    expect(await root.call(version)).toMatchObject({ status: 500, reason: 'got timeout' });
  }
  expect((await root.call(version)).status).toBe(200);
});

test('a fault is limited to its method and path', async () => {
  demo.inject({ kind: 'status', status: 403, message: 'no', method: 'POST', path: /^\/access\/groups$/ });
  expect((await root.call(version)).status).toBe(200);
  expect((await root.call({ path: '/access/groups' })).status).toBe(200);
  const params = { groupid: 'fault' };
  expect((await root.call({ method: 'POST', path: '/access/groups', params })).status).toBe(403);
  expect(demo.state.groups.fault).toBeUndefined();
});

test('a connection may be reset before or after the call was carried out', async () => {
  const create = (groupid: string): Promise<unknown> =>
    root.call({ method: 'POST', path: '/access/groups', params: { groupid } });
  demo.inject({ kind: 'hang-up', path: /groups/ });
  await expect(create('before')).rejects.toThrow();
  expect(demo.state.groups.before).toBeUndefined();
  demo.inject({ kind: 'hang-up-after', path: /groups/ });
  await expect(create('after')).rejects.toThrow();
  expect(demo.state.groups.after).toBeDefined();
});

test('an answer may be no JSON, huge, late, or cut off', async () => {
  demo.inject({ kind: 'malformed-json', path: /version/ });
  expect(await root.call(version)).toMatchObject({ status: 200, json: undefined });
  demo.inject({ kind: 'oversized', bytes: 3_000_000, path: /version/ });
  expect((await root.call(version)).text.length).toBeGreaterThan(3_000_000);
  demo.inject({ kind: 'slow', delayMs: 20, path: /version/ });
  expect((await root.call(version)).status).toBe(200);
  demo.inject({ kind: 'kill-after', bytes: 5, path: /version/ });
  await expect(root.call(version)).rejects.toThrow();
});

test('a call may hang until the client gives up', async () => {
  demo.inject({ kind: 'hang', path: /version/ });
  const winner = await Promise.race([
    root.call(version).then(
      () => 'answered',
      () => 'reset',
    ),
    root.call({ path: '/access/groups' }).then(() => 'other'),
  ]);
  expect(winner).toBe('other');
});
