import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import { outputSchemas } from '../../agent/src/cli/json.ts';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';
import { startDemo, type DemoCluster } from '../../agent/src/demo/start.ts';

const main = fileURLToPath(new URL('../../dist/proxmox-ai.mjs', import.meta.url));
// Each test starts several processes, on machines that may be busy.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
const path = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxmox-ai-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
function run(
  args: readonly string[],
  { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Result> {
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    PROXMOX_AI_STATE_DIR: path('state'),
    ...env,
  };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
      env: environment,
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.on('error', () => undefined).end(input);
  });
}
const parse = <N extends keyof typeof outputSchemas>(
  name: N,
  { out }: Result,
): z.infer<(typeof outputSchemas)[N]> =>
  outputSchemas[name].parse(JSON.parse(out)) as z.infer<(typeof outputSchemas)[N]>;

describe('proxmox-ai on the demo cluster', () => {
  it('secures VM 105 as JSON of the published schema, and says that it is the demo', async () => {
    const result = await run(['secure', '105', '--json']);
    const answer = parse('ask', result);
    expect(answer.demo).toBe(true);
    expect(answer.findings.filter(({ state }) => state === 'fail').map(({ id }) => id)).toContain(
      'VM-SEC-001',
    );
    expect(answer.plan?.steps.length).toBeGreaterThan(0);
    expect(result.code).toBe(0);
    expect((await run(['secure', '105', '--json', '--fail-on', 'high'])).code).toBe(1);
  });

  it('walks from the request to the applied plan and back, in a piped chat', async () => {
    const before = parse('ask', await run(['secure', '105', '--json'])).findings.map(
      ({ id, state }) => `${id} ${state}`,
    );
    const applied = await run(['chat'], { input: 'secure vm 105\n/apply\ny\n' });
    expect(applied.out).toContain('Demo cluster');
    expect(applied.out).toMatch(/Plan p-\w+/);
    expect(applied.out).toMatch(/is done, approved by root@pam/);
    expect(applied.code).toBe(0);
    const after = parse('ask', await run(['secure', '105', '--json'])).findings.map(
      ({ id, state }) => `${id} ${state}`,
    );
    expect(after).not.toContain('VM-SEC-001 fail');

    const id = /Plan (p-\w+)/.exec(applied.out)?.[1] ?? '';
    const undone = await run(['chat'], { input: `/undo ${id}\ny\n` });
    expect(undone.out, undone.err).toMatch(/is rolled-back/);
    const again = parse('ask', await run(['secure', '105', '--json'])).findings.map(
      ({ id: check, state }) => `${check} ${state}`,
    );
    expect(again).toEqual(before);
    expect((await run(['audit', 'verify'])).code).toBe(0);
  });

  it('asks before it applies, and takes anything but yes for no', async () => {
    const result = await run(['chat'], { input: 'secure vm 105\n/apply\nmaybe\n' });
    expect(result.err).toMatch(/was not approved; nothing was changed/);
    expect(result.out).not.toContain('✓');
  });

  it('lists, shows, approves, applies and rolls back a plan in separate commands', async () => {
    const plan = parse('ask', await run(['secure', '105', '--json'])).plan?.id ?? '';
    expect((await run(['plan', 'apply', plan])).code).toBe(4);
    expect((await run(['plan', 'show', plan])).out).toMatch(/is pending/);
    expect(parse('plan show', await run(['plan', 'approve', plan, '--yes', '--json'])).status).toBe(
      'approved',
    );
    expect(parse('plan apply', await run(['plan', 'apply', plan, '--json'])).record.status).toBe('done');
    expect(
      parse('plan apply', await run(['plan', 'rollback', plan, '--json', '--accept-irreversible'])).record
        .status,
    ).toBe('rolled-back');
    const entries = parse('audit list', await run(['audit', 'list', '--plan', plan, '--json'])).entries;
    expect(entries.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        'plan-created',
        'approved',
        'started',
        'step-intent',
        'step-done',
        'finished',
        'rollback-done',
      ]),
    );
    expect(
      parse('plan list', await run(['plan', 'list', '--json'])).plans.some(
        (record) => record.plan.id === plan,
      ),
    ).toBe(true);
  });

  it('tells an unknown guest, text it does not understand and what it cannot do yet apart, each with exit 2', async () => {
    const unknown = await run(['secure', 'db-10']);
    expect(unknown).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no guest "db-10"[\s\S]*db-01/) as string,
    });
    expect(await run(['ask', 'sing', 'a', 'song'])).toMatchObject({
      code: 2,
      out: expect.stringContaining('did not understand') as string,
    });
    expect(await run(['ask', 'back up vm 105'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot do it yet') as string,
    });
    expect(
      outputSchemas.error.parse(JSON.parse((await run(['ask', 'optimize vm 105', '--json'])).out)).error.code,
    ).toBe('not-available');
  });

  it('ends a question and a failed line of a pipe with 2, with and without --json', async () => {
    const asked = await run(['ask', '--json', 'frobnicate']);
    expect(parse('ask', asked).questions).not.toEqual([]);
    expect(asked.code).toBe(2);
    expect((await run(['chat'], { input: 'frobnicate\n' })).code).toBe(2);
    expect((await run(['chat'], { input: 'secure vm 99999\n/help\n' })).code).toBe(2);
    expect((await run(['chat'], { input: '/frobnicate\nshow vm 105\n' })).code).toBe(2);
    expect((await run(['chat'], { input: '/help\n' })).code).toBe(0);
  });

  it('interprets a batch line by line and goes on after a bad line', async () => {
    const input = '{"text":"secure it","context":{"guest":105}}\nnot json\n{"text":"delete vm 105"}\n';
    const { out, code } = await run(['interpret', '--batch'], { input });
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { requests: [{ intent: 'secure', slots: { guests: [105] } }], disposition: 'plan' },
      { error: { code: 'usage' } },
      { disposition: 'plan-typed' },
    ]);
    expect(code).toBe(2);
  });

  it('writes no colour into a pipe, and colours when forced', async () => {
    expect((await run(['status'])).out).not.toContain('\u001b');
    expect((await run(['chat'], { input: '', env: { FORCE_COLOR: '1' } })).out).toContain('\u001b[');
    expect((await run(['chat'], { input: '', env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).out).not.toContain(
      '\u001b[',
    );
  });

  it('finds nothing wrong with itself', async () => {
    const report = parse('doctor', await run(['doctor', '--json']));
    expect(report.checks.filter(({ state }) => state === 'error')).toEqual([]);
    expect(report.checks.map(({ name }) => name)).toContain('cluster');
  });
});

describe('proxmox-ai before it reaches any cluster', () => {
  it('explains every command with examples and exits 0; misuse exits 2', async () => {
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    expect(help.out).toContain('Exit codes');
    for (const command of [
      'chat',
      'ask',
      'interpret',
      'secure',
      'plan approve',
      'audit verify',
      'status',
      'doctor',
      'login',
    ]) {
      expect((await run([...command.split(' '), '--help'])).out, command).toContain('Examples:');
    }
    expect((await run(['secure', '105', '--fail-on', 'nonsense'])).code).toBe(2);
    expect((await run(['frobnicate'])).code).toBe(2);
    expect((await run(['secure'])).code).toBe(2);
  });

  it('reports misuse as the documented error object with --json', async () => {
    for (const misuse of [
      ['bogus'],
      ['secure', '1', '--fail-on', 'zz'],
      ['plan'],
      ['secure'],
      ['status', '--bogus'],
    ]) {
      const result = await run([...misuse, '--json']);
      expect(result, misuse.join(' ')).toMatchObject({ code: 2, err: '' });
      expect(parse('error', result).error.code).toBe('usage');
    }
    expect((await run(['bogus'])).err).toContain("unknown command 'bogus'");
  });

  it('names the failing check and runs the others when the state folder or the store is unusable', async () => {
    const file = path('no-folder');
    writeFileSync(file, '');
    const folderless = await run(['doctor'], { env: { PROXMOX_AI_STATE_DIR: join(file, 'state') } });
    expect(folderless.code).toBe(5);
    expect(folderless.out).toMatch(/✗ state folder [\s\S]*PROXMOX_AI_STATE_DIR[\s\S]*✗ privileges/);

    const state = path('damaged');
    mkdirSync(join(state, 'demo'), { recursive: true, mode: 0o700 });
    writeFileSync(join(state, 'demo/store.db'), 'This is not a database.'.repeat(1000));
    const damaged = await run(['doctor', '--json'], { env: { PROXMOX_AI_STATE_DIR: state } });
    expect(damaged.code).toBe(5);
    const { ok, checks } = parse('doctor', damaged);
    expect(ok).toBe(false);
    expect(checks).toHaveLength(8);
    expect(checks.find(({ name }) => name === 'store')).toMatchObject({
      state: 'error',
      message: expect.stringContaining('damaged') as string,
      hint: expect.stringContaining('move the file away') as string,
    });
  });

  it('completes commands and options in bash', async () => {
    const script = path('completion.bash');
    writeFileSync(script, (await run(['completion', 'bash'])).out);
    const complete = (...words: string[]) =>
      spawnSync(
        'bash',
        [
          '-c',
          `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _proxmox_ai; echo "\${COMPREPLY[@]}"`,
          'bash',
          script,
          ...words,
        ],
        { encoding: 'utf8' },
      ).stdout.trim();
    expect(complete('proxmox-ai', 'au')).toBe('audit');
    expect(complete('proxmox-ai', 'plan', 'ro')).toBe('rollback');
    expect(complete('proxmox-ai', 'secure', '--fail')).toBe('--fail-on');
    expect((await run(['completion', 'tcsh'])).code).toBe(2);
  });

  it('names the file and the key of a bad configuration', async () => {
    const file = path('bad.toml');
    writeFileSync(file, '[pve]\nurll = "https://x:8006"\n');
    const result = await run(['status'], { env: { PROXMOX_AI_CONFIG: file } });
    expect(result).toMatchObject({ code: 2, err: expect.stringMatching(/bad\.toml[\s\S]*urll/) as string });
  });

  it('prints the JSON schema of each output', async () => {
    expect(JSON.parse((await run(['schema', 'ask'])).out)).toMatchObject({ type: 'object' });
    expect((await run(['schema', 'nothing'])).code).toBe(2);
  });
});

describe('proxmox-ai on a cluster that is not the demo of its own', () => {
  let cluster: DemoCluster;
  beforeAll(async () => {
    cluster = await startDemo({ seed: 7 });
  });
  afterAll(() => cluster.close());
  const secret = (text: string): string => {
    const file = path('secret');
    writeFileSync(file, `${text}\n`);
    chmodSync(file, 0o600);
    return file;
  };

  it('shows the fingerprint and sends nothing until it is confirmed', async () => {
    const result = await run(
      ['login', cluster.url, '--user', 'root@pam', '--secret-file', secret('proxmox-demo')],
      { input: 'n\n' },
    );
    expect(result.out).toContain(cluster.fingerprint);
    expect(result).toMatchObject({ code: 4, err: expect.stringContaining('nothing was sent') as string });
  });

  it('logs in by password, keeps a ticket and never the password, and then works there', async () => {
    const result = await run(
      ['login', cluster.url, '--user', 'root@pam', '--secret-file', secret('proxmox-demo')],
      { input: 'y\n' },
    );
    expect(result).toMatchObject({ code: 0, out: expect.stringContaining('Logged in') as string });
    const kept = readFileSync(path('state/credentials.json'), 'utf8');
    expect(kept).not.toContain('proxmox-demo');
    expect(kept).toContain('PVE:root@pam:');
    const status = parse('status', await run(['status', '--json']));
    expect(status).toMatchObject({ demo: false, target: cluster.url, userid: 'root@pam' });
    expect((await run(['logout'])).code).toBe(0);
    expect(existsSync(path('state/credentials.json'))).toBe(false);
    expect((await run(['status'])).code).toBe(4);
  });

  it('asks for the second factor only when the account has one', async () => {
    const { userid, password } = demoAccounts.secured;
    const result = await run([
      'login',
      cluster.url,
      '--user',
      userid,
      '--secret-file',
      secret(password),
      '--fingerprint',
      cluster.fingerprint,
      '--totp',
      '000000',
    ]);
    expect(result.code).toBe(4);
    expect(result.err + result.out).not.toContain(password);
  });

  it('logs in by API token and reports what the token may not read', async () => {
    const { tokenid, secret: value } = demoAccounts.scanToken;
    const result = await run([
      'login',
      cluster.url,
      '--token',
      tokenid,
      '--secret-file',
      secret(value),
      '--fingerprint',
      cluster.fingerprint,
    ]);
    expect(result.code).toBe(0);
    const answer = parse('ask', await run(['secure', '105', '--json']));
    expect(answer.findings.some(({ state }) => state === 'fail')).toBe(true);
    // Reading is all that the token may do: the plan is made, and PVE refuses its first write.
    const plan = answer.plan?.id ?? '';
    await run(['plan', 'approve', plan, '--yes']);
    const applied = await run(['plan', 'apply', plan]);
    expect(applied.code).toBe(4);
    expect(applied.err).toMatch(/Permission check failed/);
  });

  it('exits 3 for a wrong fingerprint and for a host that does not answer', async () => {
    const config = (lines: string): Record<string, string> => {
      writeFileSync(path('other.toml'), lines);
      return { PROXMOX_AI_CONFIG: path('other.toml') };
    };
    const wrong = await run(['status'], {
      env: config(`[pve]\nurl = "${cluster.url}"\nfingerprint = "${'AA:'.repeat(31)}AA"\n`),
    });
    expect(wrong).toMatchObject({ code: 3, err: expect.stringContaining('another certificate') as string });
    const gone = await run(['status'], {
      env: config(`[pve]\nurl = "https://127.0.0.1:1"\nfingerprint = "${cluster.fingerprint}"\n`),
    });
    expect(gone.code).toBe(4);
    const token = await run(['status'], {
      env: config(
        `[pve]\nurl = "https://127.0.0.1:1"\nfingerprint = "${cluster.fingerprint}"\ntoken_id = "ops@pve!ai"\ntoken_secret_file = "${secret('x')}"\n`,
      ),
    });
    expect(token.code).toBe(3);
  });
});
