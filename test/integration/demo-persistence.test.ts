import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startDemo } from '../../agent/src/demo/start.ts';
import { logInAsRoot } from './clients/api.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-state-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const createGroup = { method: 'POST', path: '/access/groups', params: { groupid: 'kept' } };

describe('a demo with a state folder', () => {
  test('keeps what was written, its certificates and its logins', async () => {
    const first = await startDemo({ stateDir: folder });
    const { fingerprint } = first;
    const root = await logInAsRoot(first);
    await root.call(createGroup);
    await first.close();
    const second = await startDemo({ stateDir: folder, port: first.port });
    expect(second.state.groups.kept).toEqual({});
    expect(second.fingerprint).toBe(fingerprint);
    expect(second.state).toEqual(first.state);
    await second.close();
  });

  test('has a write on disk before it is answered', async () => {
    const demo = await startDemo({ stateDir: folder });
    const root = await logInAsRoot(demo);
    await Promise.all([root.call(createGroup), root.call({ ...createGroup, params: { groupid: 'too' } })]);
    const saved = JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')) as { groups: object };
    expect(saved.groups).toMatchObject({ kept: {}, too: {} });
    await demo.close();
  });

  test('keeps its keys and passwords from other users', async () => {
    await (await startDemo({ stateDir: folder })).close();
    for (const name of ['state.json', 'pve-ssl.key', 'pve-root-ca.key']) {
      expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
    }
  });

  test.each(['{"version":1,', '{"version":2}', '[]', ''])(
    'keeps a corrupt file (%j) aside and says so',
    async (text) => {
      await writeFile(join(folder, 'state.json'), text);
      await expect(startDemo({ stateDir: folder })).rejects.toMatchObject({
        code: 'store-corrupt',
        message: expect.stringContaining('it was kept as') as string,
      });
      const [aside] = (await readdir(folder)).filter((name) => name.includes('.corrupt-'));
      expect(await readFile(join(folder, aside ?? ''), 'utf8')).toBe(text);
      await (await startDemo({ stateDir: folder })).close();
    },
  );

  test('is not silently another cluster', async () => {
    await (await startDemo({ stateDir: folder, seed: 1 })).close();
    await expect(startDemo({ stateDir: folder, seed: 2 })).rejects.toMatchObject({ code: 'config-invalid' });
  });

  test('cannot be in a folder that is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(startDemo({ stateDir: join(folder, 'file') })).rejects.toMatchObject({
      code: 'config-invalid',
    });
  });
});

test('a port that is taken is a clear error', async () => {
  const demo = await startDemo();
  await expect(startDemo({ port: demo.port })).rejects.toMatchObject({
    code: 'config-invalid',
    message: `The demo cluster cannot listen on 127.0.0.1:${demo.port}.`,
  });
  await demo.close();
});

test('a cluster of 10,000 guests starts and answers', async () => {
  const demo = await startDemo({ nodes: 32, guests: 10_000 });
  const root = await logInAsRoot(demo);
  const guests = (await root.call({ path: '/cluster/resources', params: { type: 'vm' } })).json
    ?.data as unknown[];
  expect(guests).toHaveLength(10_000);
  await demo.close();
});

describe('the demo on its own', () => {
  const main = new URL('../../agent/src/demo/main.ts', import.meta.url).pathname;

  test('prints where it is and ends on SIGTERM', async () => {
    const child = spawn(process.execPath, [main, '--port', '0', '--seed', '3', '--state-dir', folder]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    while (!output.includes('Ctrl-C')) await once(child.stdout, 'data');
    expect(output).toMatch(/URL +https:\/\/127\.0\.0\.1:\d+\n/);
    expect(output).toMatch(/Fingerprint +([0-9A-F]{2}:){31}[0-9A-F]{2}\n/);
    expect(output).toContain('root@pam');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect((JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')) as { seed: number }).seed).toBe(3);
  });

  test('refuses options it does not know', async () => {
    const child = spawn(process.execPath, [main, '--colour', 'red']);
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(2);
    expect(output).toContain('--help');
  });
});
