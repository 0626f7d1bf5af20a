import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The command's tests run the bundle that users run, so it is built from the sources of this very run. */
export function setup(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, ['scripts/build.mjs'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
