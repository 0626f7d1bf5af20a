import { errorJson } from './error-json.ts';
import { exitCodes } from './exit-codes.ts';
import { processIo } from './io.ts';
import { createProgram } from './program.ts';
import { commanderErrorIn, usageErrorOf, wantsJson } from './usage-error.ts';

/** Runs the command line of this process to its exit code. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const io = processIo();
  const json = wantsJson(argv);
  try {
    await createProgram(io, { printUsageErrors: !json }).parseAsync([...argv]);
  } catch (thrown) {
    // Only the exit code is ours: 0 for --help and --version, 2 for misuse. Commander has printed what it says, but not as JSON.
    const error = commanderErrorIn(thrown);
    if (error === undefined) throw thrown;
    process.exitCode = error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
    if (json && error.exitCode !== 0) io.out(errorJson(usageErrorOf(error)));
  }
}
