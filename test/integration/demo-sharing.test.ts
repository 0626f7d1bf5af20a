import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDemo } from '../../agent/src/demo/start.ts';
import { takeLock } from '../../agent/src/session/demo-lock.ts';
import { readRunning } from '../../agent/src/session/demo-running.ts';
import { openDemo } from '../../agent/src/session/demo.ts';

const main = fileURLToPath(new URL('../../dist/proxmox-ai.mjs', import.meta.url));
const settings = { seed: 1, nodes: 3 };
vi.setConfig({ testTimeout: 120_000 });

let root: string;
let folder: string;
const hostPid = (): number => readRunning(folder)?.pid ?? 0;
const gone = (pid: number) =>
  vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), { timeout: 30_000, interval: 50 });
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'demo-sharing-'));
  folder = join(root, 'state/demo');
});
afterEach(() => {
  const pid = hostPid();
  try {
    if (pid > 0) process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
  rmSync(root, { recursive: true, force: true });
});

function cli(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: root,
      PROXMOX_AI_STATE_DIR: join(root, 'state'),
      PROXMOX_AI_DEMO_IDLE_S: '5',
    },
  });
}
async function output(child: ChildProcess): Promise<{ out: string; err: string; code: number }> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin?.end();
  const [code] = (await once(child, 'close')) as [number];
  return { out, err, code };
}
const target = ({ out }: { out: string }): string => (JSON.parse(out) as { target: string }).target;

describe('commands that share the demo cluster', () => {
  it.each(['', '999999'])(
    'start it once when four start together, whatever lock is left (%j)',
    async (left) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'lock'), left);
      writeFileSync(join(folder, 'host.lock'), '');
      const results = await Promise.all([1, 2, 3, 4].map(() => output(cli('status', '--json'))));
      expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
      expect(new Set(results.map(target)).size).toBe(1);
    },
  );

  it('outlives the command that started it, and its folder', async () => {
    const first = target(await output(cli('status', '--json')));
    const pid = hostPid();
    expect(target(await output(cli('status', '--json')))).toBe(first);
    expect(hostPid()).toBe(pid);
    rmSync(folder, { recursive: true });
    await gone(pid);
  });

  it('is back at its address, with its state, for old and new clients after kill -9', async () => {
    const client = await openDemo(folder, settings);
    const state = readFileSync(join(folder, 'state.json'), 'utf8');
    process.kill(client.pid, 'SIGKILL');
    const results = await Promise.all([1, 2].map(() => output(cli('status', '--json'))));
    expect(results.map(target)).toEqual([client.url, client.url]);
    expect(hostPid()).not.toBe(client.pid);
    const authKey = (text: string) => (JSON.parse(text) as { authKey: string }).authKey;
    expect(authKey(readFileSync(join(folder, 'state.json'), 'utf8'))).toBe(authKey(state));
    await client.close();
  });

  it('ends when nobody has held it for a while, and not before', async () => {
    vi.stubEnv('PROXMOX_AI_DEMO_IDLE_S', '0.5');
    const client = await openDemo(folder, settings);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(() => process.kill(client.pid, 0)).not.toThrow();
    await client.close();
    await gone(client.pid);
    vi.unstubAllEnvs();
  });

  it('names the variable for a folder that cannot be used, and another seed', async () => {
    writeFileSync(join(root, 'state'), '');
    await expect(openDemo(folder, settings)).rejects.toMatchObject({
      code: 'config-invalid',
      hint: expect.stringContaining('PROXMOX_AI_STATE_DIR') as string,
    });
    rmSync(join(root, 'state'));
    const client = await openDemo(folder, settings);
    await expect(openDemo(folder, { ...settings, seed: 2 })).rejects.toMatchObject({
      code: 'config-invalid',
    });
    await client.close();
  });
});

it('a lock is held once, and a file that is none is an error', () => {
  const lock = takeLock(join(root, 'a.lock'));
  expect(takeLock(join(root, 'a.lock'))).toBeUndefined();
  lock?.release();
  takeLock(join(root, 'a.lock'))?.release();
  writeFileSync(join(root, 'b.lock'), 'x'.repeat(2_000));
  expect(() => takeLock(join(root, 'b.lock'))).toThrow(/cannot be used/);
});

it.each(['pve-ssl.pem', 'pve-ssl.key', 'pve-root-ca.pem'])(
  'an emptied %s is made anew, which is said once',
  async (name) => {
    await (await startDemo({ stateDir: root })).close();
    writeFileSync(join(root, name), '');
    const notices: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      await (await startDemo({ stateDir: root, onNotice: (text) => notices.push(text) })).close();
    }
    expect(notices).toEqual([expect.stringContaining('made anew')]);
  },
);
