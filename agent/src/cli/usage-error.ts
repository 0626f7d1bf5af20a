import { CommanderError } from 'commander';
import { ProxmoxAiError } from '../errors.ts';

/** True when the command line asks for JSON. It is looked at before it is parsed, because parsing may fail. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}

/** What Commander refused, as the `usage` error that `--json` prints. */
export function usageErrorOf({ code, message }: CommanderError): ProxmoxAiError {
  // Commander prints the help when a command is missing and has no message of its own for it.
  if (code === 'commander.help')
    return new ProxmoxAiError('usage', 'A command is missing.', { hint: 'Add --help for the commands.' });
  return new ProxmoxAiError('usage', message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' '), {
    hint: 'Add --help for the options.',
  });
}

/** The Commander error in a thrown value, which ended the parsing of the command line. */
export const commanderErrorIn = (thrown: unknown): CommanderError | undefined =>
  thrown instanceof CommanderError ? thrown : undefined;
