import { exitCodeOf, exitCodes } from './exit-codes.ts';
import type { RunSummary } from './render.ts';

/** What one line of a chat amounted to. */
export type TurnOutcome = Pick<RunSummary, 'failed' | 'asked' | 'choices'>;

/** The exit code of a chat that nobody watches: that of the first line that failed. */
export interface ChatOutcome {
  /** A line was read. It answers the question before it when it is one of the choices that were offered. */
  heard(line: string): void;
  ended(outcome: TurnOutcome): void;
  /** A question that nothing answered counts as usage. */
  code(): number;
}

/** Follows a chat line by line. */
export function chatOutcome(): ChatOutcome {
  let first: number = exitCodes.fine;
  let open: readonly string[] | undefined;
  const fail = (code: number): void => {
    if (first === exitCodes.fine) first = code;
  };
  return {
    heard: (line) => {
      if (open?.includes(line) === false) fail(exitCodes.usage);
      open = undefined;
    },
    ended: ({ failed, asked, choices }) => {
      if (failed !== undefined) fail(exitCodeOf(failed.code));
      else if (asked) open = choices;
    },
    code: () => (first === exitCodes.fine && open !== undefined ? exitCodes.usage : first),
  };
}
