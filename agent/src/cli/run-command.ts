import type { Command } from 'commander';
import { toError } from '../errors.ts';
import { commandContext, type CliContext } from './context.ts';
import { errorJson } from './error-json.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { drawError } from './render.ts';

/** What a command does; it gives the exit code. */
export type Work = (context: CliContext) => Promise<number>;

/**
 * Runs a command's work: Ctrl-C aborts it, an error is drawn (or printed as JSON with `--json`) and becomes the exit
 * code. Nothing escapes as a stack trace unless PROXMOX_AI_DEBUG is set.
 */
export async function runCommand(command: Command, io: Io, work: Work): Promise<void> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  let json = false;
  try {
    json = command.optsWithGlobals().json === true;
    process.exitCode = await work(commandContext(command, io, interrupt.signal));
  } catch (thrown) {
    const error = toError(thrown);
    if (json) io.out(errorJson(error));
    else drawError(error, io);
    if (process.env.PROXMOX_AI_DEBUG !== undefined) io.err(String(error.stack));
    process.exitCode = interrupt.signal.aborted ? 130 : exitCodeOf(error.code);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

/** Exit code of a drawn run. */
export const exitOfRun = (failed: { readonly code: string } | undefined, asked: boolean): number =>
  failed !== undefined ? exitCodeOf(failed.code) : asked ? exitCodes.usage : exitCodes.fine;
