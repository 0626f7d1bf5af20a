// Whole-process times of commands on the demo cluster, from a cold start. Median of several runs; ratios to bare Node.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bundle = fileURLToPath(new URL('../../dist/proxmox-ai.mjs', import.meta.url));
const runs = 7;

function milliseconds(args: readonly string[], fresh: boolean): number {
  const times: number[] = [];
  let folder = mkdtempSync(join(tmpdir(), 'proxmox-ai-bench-'));
  for (let index = 0; index < runs; index++) {
    if (fresh && index > 0) {
      rmSync(folder, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), 'proxmox-ai-bench-'));
    }
    const env = { ...process.env, HOME: folder, PROXMOX_AI_STATE_DIR: folder };
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    times.push(performance.now() - started);
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.toString()}`);
  }
  rmSync(folder, { recursive: true, force: true });
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

const bare = milliseconds(['-e', '0'], false);
console.log(`cold start, median of ${runs}; bare node ${bare.toFixed(0)} ms`);
for (const [title, args, fresh] of [
  ['--version', ['--version'], false],
  ['status --json (first use: makes CA and world)', ['status', '--json'], true],
  ['secure 105 --json (first use)', ['secure', '105', '--json'], true],
  ['secure 105 --json', ['secure', '105', '--json'], false],
  ['secure --all --json', ['secure', '--all', '--json'], false],
] as const) {
  const time = milliseconds(['--disable-warning=ExperimentalWarning', bundle, ...args], fresh);
  console.log(
    `  ${title.padEnd(48)} ${time.toFixed(0).padStart(6)} ms  ${(time / bare).toFixed(1)} × bare node`,
  );
}
