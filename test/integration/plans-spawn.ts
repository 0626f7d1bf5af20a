import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { WorkerTask } from './plans-worker.ts';

const lineSchema = z.looseObject({
  type: z.string(),
  state: z.string().optional(),
  stepId: z.string().optional(),
  status: z.string().optional(),
  code: z.string().optional(),
});
export type WorkerLine = z.infer<typeof lineSchema>;

export interface Worker {
  readonly child: ChildProcess;
  /** Everything it said so far. */
  readonly lines: WorkerLine[];
  /** The first line that fits, already said or to come. Fails when the process ends without it. */
  until(fits: (line: WorkerLine) => boolean): Promise<WorkerLine>;
  /** SIGKILL, and the end of the process. */
  kill(): Promise<void>;
}

/** Starts plans-worker.ts in a process of its own. */
export function startWorker(task: WorkerTask): Worker {
  const script = fileURLToPath(new URL('plans-worker.ts', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: WorkerLine[] = [];
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const waiting = new Set<(line: WorkerLine) => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = lineSchema.parse(JSON.parse(text));
    lines.push(line);
    for (const tell of waiting) tell(line);
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    child,
    lines,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const known = lines.find(fits);
        if (known !== undefined) {
          resolve(known);
          return;
        }
        waiting.add((line) => {
          if (fits(line)) resolve(line);
        });
        void ended.then(() =>
          reject(new Error(`the worker ended without it: ${JSON.stringify(lines)} ${complaints}`)),
        );
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a worker to its end and gives its last line. */
export const runWorker = (task: WorkerTask): Promise<WorkerLine> =>
  startWorker(task).until(({ type }) => type === 'end');
