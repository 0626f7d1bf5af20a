import { mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { stateFolder } from '../config/paths.ts';

/** Lets V8 load compiled code from the second start on. Where nothing can be written, starts are just slower. */
function useCompileCache(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    return;
  }
  enableCompileCache(join(folder, 'compile-cache'));
}

useCompileCache(stateFolder());
const { runCli } = await import('./run-cli.ts');
await runCli(process.argv);
