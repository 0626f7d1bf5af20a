import { createProgram } from './program.ts';
import { exitCodes } from './exit-codes.ts';
import { processIo } from './io.ts';

const io = processIo();
const program = createProgram(io);
try {
  await program.parseAsync(process.argv);
} catch (error) {
  // Commander has printed its own message; only the exit code is ours: 0 for --help and --version, 2 for misuse.
  const { code } = error as { code?: string };
  if (!code?.startsWith('commander.')) throw error;
  process.exitCode = (error as { exitCode?: number }).exitCode === 0 ? exitCodes.fine : exitCodes.usage;
}
