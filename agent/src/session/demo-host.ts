import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { stateFolder } from '../config/paths.ts';

// Its folder was made by the process that starts this one; where it cannot be written, starts are just slower.
enableCompileCache(join(stateFolder(), 'compile-cache'));
const { runHost } = await import('./demo-host-run.ts');
await runHost(process.argv[2] ?? '');
