import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Io } from './io.ts';

/** Lines from a person or a pipe, one at a time, never lost between two questions. */
export interface LineReader {
  /** The next line; null at the end of the input. The prompt is shown on terminals only. */
  line(prompt: string): Promise<string | null>;
  /** As `line`, for the answer to a question: Ctrl-C answers it with null. */
  ask(prompt: string): Promise<string | null>;
  /** As `ask`, without showing what is typed. */
  askHidden(prompt: string): Promise<string | null>;
  /** Ctrl-C at the prompt, or while something runs; what was half typed is gone. */
  onInterrupt(handler: () => void): void;
  close(): void;
}

/** A clear yes to a question; anything else, and no answer at all, is a no. */
export const isYes = (answer: string | null): boolean => answer !== null && /^\s*y(?:es)?\s*$/i.test(answer);

export interface LineReaderOptions {
  readonly history?: string[];
  readonly onHistory?: (history: readonly string[]) => void;
  readonly complete?: (line: string) => readonly string[];
}

/** Reads lines from the command's input with editing and history on a terminal. */
export function lineReader(io: Io, { history, onHistory, complete }: LineReaderOptions = {}): LineReader {
  const muted = { on: false };
  const echo = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!muted.on) io.stdout.write(chunk);
      done();
    },
  });
  const terminal = io.interactive;
  const readline = createInterface({
    input: io.stdin,
    output: echo,
    terminal,
    ...(history === undefined ? {} : { history: [...history] }),
    historySize: 500,
    removeHistoryDuplicates: true,
    completer: (line: string) => [complete?.(line) ?? [], line],
  });
  const ready: string[] = [];
  const waiting: ((line: string | null) => void)[] = [];
  let closed = false;
  readline.on('line', (line) => {
    const next = waiting.shift();
    if (next === undefined) ready.push(line);
    else next(line);
  });
  readline.on('close', () => {
    closed = true;
    for (const next of waiting.splice(0)) next(null);
  });
  if (onHistory !== undefined) readline.on('history', onHistory);

  let asking = false;
  const line = (prompt: string): Promise<string | null> => {
    const next = ready.shift();
    if (next !== undefined) return Promise.resolve(next);
    if (closed) return Promise.resolve(null);
    if (terminal) {
      readline.setPrompt(prompt);
      readline.prompt();
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const ask = async (prompt: string): Promise<string | null> => {
    asking = true;
    try {
      return await line(prompt);
    } finally {
      asking = false;
    }
  };
  return {
    line,
    ask,
    askHidden: async (prompt) => {
      if (terminal) io.stdout.write(prompt);
      muted.on = terminal;
      try {
        return await ask('');
      } finally {
        muted.on = false;
        if (terminal) io.stdout.write('\n');
      }
    },
    onInterrupt: (handler) =>
      void readline.on('SIGINT', () => {
        readline.write(null, { ctrl: true, name: 'e' });
        readline.write(null, { ctrl: true, name: 'u' });
        if (!asking) {
          handler();
          return;
        }
        if (terminal) io.stdout.write('\n');
        waiting.shift()?.(null);
      }),
    close: () => readline.close(),
  };
}
