import cliProgress from 'cli-progress';
import type { Io } from '../io.ts';

export interface ProgressBar {
  update(stage: string, done: number, total: number): void;
  /** Takes the bar off the screen, so that other lines can be written. */
  clear(): void;
}

const none: ProgressBar = { update: () => undefined, clear: () => undefined };

/** A progress bar on the error stream; nothing where that is no terminal. */
export function progressBar(io: Io): ProgressBar {
  if (io.stderr.isTTY !== true) return none;
  let bar: cliProgress.SingleBar | undefined;
  return {
    update(stage, done, total) {
      if (total <= 0) return;
      bar ??= new cliProgress.SingleBar(
        {
          stream: process.stderr,
          format: `{bar} {value}/{total} {stage}`,
          barsize: 24,
          barCompleteChar: '━',
          barIncompleteChar: '─',
          hideCursor: true,
          clearOnComplete: true,
          linewrap: false,
        },
        cliProgress.Presets.shades_classic,
      );
      if (bar.isActive) bar.setTotal(total);
      else bar.start(total, done, { stage });
      bar.update(done, { stage });
    },
    clear() {
      bar?.stop();
      bar = undefined;
    },
  };
}

export interface TransientLine {
  show(text: string): void;
  clear(): void;
}

/** One line on the error stream that the next output replaces; nothing where that is no terminal. */
export function transientLine(io: Io): TransientLine {
  if (io.stderr.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    show(text) {
      io.stderr.write(`  ▸ ${text.slice(0, io.width() - 6)} …`);
      shown = true;
    },
    clear() {
      if (shown) io.stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}
