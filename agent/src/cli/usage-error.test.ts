import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { usageErrorOf, wantsJson } from './usage-error.ts';

describe('a command line that cannot be parsed', () => {
  it('wants JSON when --json stands anywhere before --', () => {
    expect(wantsJson(['node', 'main', 'bogus', '--json'])).toBe(true);
    expect(wantsJson(['node', 'main', '--json', 'ask', '--', 'x'])).toBe(true);
    expect(wantsJson(['node', 'main', 'ask', '--', '--json'])).toBe(false);
  });

  it('is a usage error of one line', () => {
    const error = new CommanderError(
      1,
      'commander.unknownCommand',
      "error: unknown command 'staus'\n(Did you mean status?)",
    );
    expect(usageErrorOf(error)).toMatchObject({
      code: 'usage',
      message: "unknown command 'staus' (Did you mean status?)",
    });
    expect(usageErrorOf(new CommanderError(1, 'commander.help', '(outputHelp)')).message).toBe(
      'A command is missing.',
    );
  });
});
