import { exitCodes } from './exit-codes.ts';
import { processIo } from './io.ts';
import { createProgram } from './program.ts';

/** Runs the command line of this process to its exit code. */
export async function runCli(argv: readonly string[]): Promise<void> {
  try {
    await createProgram(processIo()).parseAsync([...argv]);
  } catch (error) {
    // Commander has printed its own message; only the exit code is ours: 0 for --help and --version, 2 for misuse.
    const { code, exitCode } = error as { code?: string; exitCode?: number };
    if (!code?.startsWith('commander.')) throw error;
    process.exitCode = exitCode === 0 ? exitCodes.fine : exitCodes.usage;
  }
}
