// Runs the type check, the linters and the tests, and sums them up in one line: `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules', name);
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}` };
const run = (title, args) => {
  console.log(`\n== ${title}`);
  return (
    spawnSync(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] }).status ===
    0
  );
};

let passed = 0;
let failed = 0;
const count = (ok) => (ok ? passed++ : failed++);

count(run('types', [bin('typescript/bin/tsc'), '--noEmit']));
count(run('lint', [bin('eslint/bin/eslint.js'), '.']));
count(run('format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']));

const scratch = mkdtempSync(join(tmpdir(), 'proxmox-ai-test-'));
const report = join(scratch, 'report.json');
const ran = run('tests', [
  bin('vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
let skipped = 0;
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed += result.numPassedTests;
  failed += result.numFailedTests;
  skipped = result.numPendingTests + (result.numTodoTests ?? 0);
  // A file that cannot even be loaded fails the run without a failed test.
  if (!ran && result.numFailedTests === 0) failed++;
} catch (error) {
  console.error(`The test runner left no report: ${error.message}`);
  failed++;
}
rmSync(scratch, { recursive: true, force: true });

console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 ? 1 : 0);
