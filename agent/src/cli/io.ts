import type { Readable, Writable } from 'node:stream';
import { colorsFor, type Colors } from './terminal/style.ts';

type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** The streams of one command. Answers go to `out`; progress, notices and errors to `err`. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Stream;
  readonly colors: Colors;
  readonly errorColors: Colors;
  /** Progress bars and prompts are for terminals only. */
  readonly interactive: boolean;
  readonly stderr: Stream;
  width(): number;
  out(text: string): void;
  err(text: string): void;
}

/** The process's own streams. */
export function processIo(): Io {
  const { stdin, stdout, stderr } = process;
  // `proxmox-ai … | head` closes the pipe early, which is no error of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    stdin,
    stdout,
    stderr,
    colors: colorsFor(stdout),
    errorColors: colorsFor(stderr),
    interactive: stdin.isTTY && stdout.isTTY,
    width: () => Math.max(40, Math.min(stdout.isTTY ? stdout.columns : 100, 120)),
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
  };
}
