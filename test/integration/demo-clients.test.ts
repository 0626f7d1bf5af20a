import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';
import { startDemo } from '../../agent/src/demo/start.ts';
import type { DemoCluster } from '../../agent/src/demo/start.ts';

const python = '/usr/bin/python3';

const whyNot = (() => {
  try {
    execFileSync(python, ['-c', 'import proxmoxer'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
  }
})();
if (whyNot !== undefined) process.stdout.write(`proxmoxer is not tested: ${whyNot}\n`);

let demo: DemoCluster;
let folder: string;

beforeAll(async () => {
  demo = await startDemo({ speed: 100 });
  folder = await mkdtemp(join(tmpdir(), 'demo-clients-'));
  await writeFile(join(folder, 'ca.pem'), demo.caPem);
});
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true, force: true });
});

const script = (name: string): string => new URL(`clients/${name}`, import.meta.url).pathname;

const walk = async (
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<unknown> => {
  const { stdout } = await promisify(execFile)(command, args, {
    env: { ...process.env, ...env },
    timeout: 25_000,
  });
  return JSON.parse(stdout);
};

const { root, scanToken } = demoAccounts;

describe('clients of others work unmodified', () => {
  test.skipIf(whyNot !== undefined)('Debian’s python3-proxmoxer', async () => {
    const { userid, password } = root;
    const { tokenid, secret } = scanToken;
    const ca = join(folder, 'ca.pem');
    const seen = await walk(python, [
      script('proxmoxer-walk.py'),
      demo.host,
      String(demo.port),
      ca,
      userid,
      password,
      tokenid,
      secret,
    ]);
    expect(seen).toMatchObject({
      version: expect.stringMatching(/^9\./) as string,
      nodes: ['pve1', 'pve2', 'pve3'],
      description: 'changed by proxmoxer',
      stale: expect.stringContaining('checksum mismatch (file change by other user?)') as string,
      task: { type: 'qmsnapshot', exitstatus: 'OK' },
      token: Object.keys(demo.state.guests).length,
      denied: expect.stringContaining('Permission check failed (/vms/105') as string,
    });
    expect((seen as { log: string[] }).log.at(-1)).toBe('TASK OK');
    expect((seen as { snapshots: string[] }).snapshots).toContain('proxmoxer');
  });

  test('npm’s proxmox-api', async () => {
    const { userid, password } = root;
    const { tokenid, secret } = scanToken;
    const seen = await walk(
      process.execPath,
      [script('proxmox-api-walk.ts'), demo.host, String(demo.port), userid, password, tokenid, secret],
      { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    );
    expect(seen).toMatchObject({
      version: expect.stringMatching(/^9\./) as string,
      nodes: ['pve1', 'pve2', 'pve3'],
      description: 'changed by proxmox-api',
      task: { type: 'qmsnapshot', exitstatus: 'OK' },
      token: Object.keys(demo.state.guests).length,
      denied: expect.stringContaining('403') as string,
    });
    expect((seen as { log: string[] }).log.at(-1)).toBe('TASK OK');
  });
});
