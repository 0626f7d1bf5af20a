import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../config/schema.ts';
import type { DemoState } from '../demo/state.ts';
import { ProxmoxAiError } from '../errors.ts';
import { takeHold, type Hold } from './demo-hold.ts';
import { takeLock } from './demo-lock.ts';
import { readRunning, type Running } from './demo-running.ts';
import { startHost } from './demo-spawn.ts';

/** A demo cluster that this process uses: it stays at least until the handle is closed. */
export interface DemoHandle extends Pick<Running, 'url' | 'fingerprint' | 'pid'> {
  close(): Promise<void>;
}

export interface OpenDemoOptions {
  /** Milliseconds to wait for the cluster to get ready. */
  readonly waitMs?: number;
  /** Something that the person should know, such as that certificates were made anew; default: to stderr. */
  readonly onNotice?: (text: string) => void;
}

/** How often a process brings a demo cluster back that ended under it; more would hide a defect. */
const maxRevivals = 3;

/**
 * The demo cluster of a state folder, which all processes of this user share. It runs in a process of its own, started
 * by the first who needs it, and ends by itself a while after the last: nobody's end is felt by the others. A cluster
 * that dies while it is needed is brought back at its address, with the state of its last answered write.
 * Throws `config-invalid` for a folder that cannot be used or holds another cluster than configured, `internal` when
 * the cluster does not get ready, and what `startDemo` throws.
 */
export async function openDemo(
  folder: string,
  settings: Settings['demo'],
  options: OpenDemoOptions = {},
): Promise<DemoHandle> {
  const path = resolve(folder);
  makeFolder(path);
  const { running, hold } = await holdOrStart(path, settings, options);
  let current: Hold | undefined = hold;
  let revivals = 0;
  const revive = (): void => {
    current = undefined;
    revivals += 1;
    if (closed || revivals > maxRevivals) return;
    holdOrStart(path, settings, options).then(
      ({ hold: next }) => {
        if (closed) next.release();
        else watch(next);
      },
      () => undefined, // the next request says that nothing answers
    );
  };
  const watch = (next: Hold): void => {
    current = next;
    next.onLost(revive);
  };
  let closed = false;
  watch(hold);
  const { url, fingerprint, pid } = running;
  return {
    url,
    fingerprint,
    pid,
    close: () => {
      closed = true;
      current?.release();
      return Promise.resolve();
    },
  };
}

/**
 * The cluster's state as of the last answered write, for a process that holds it open. Throws `internal` when nothing
 * was saved.
 */
export async function readDemoState(folder: string): Promise<DemoState> {
  const { openStateFile } = await import('../demo/state-file.ts');
  const state = await (await openStateFile(folder)).load();
  if (state === undefined) {
    throw new ProxmoxAiError('internal', `The demo cluster has saved no state in ${folder}.`);
  }
  return state;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new ProxmoxAiError('config-invalid', `The state folder ${folder} cannot be created.`, {
      hint: 'Set PROXMOX_AI_STATE_DIR to a folder that this user may write.',
      fields: { folder },
      cause,
    });
  }
}

async function holdOrStart(
  folder: string,
  settings: Settings['demo'],
  { waitMs = 60_000, onNotice = toStderr }: OpenDemoOptions,
): Promise<{ running: Running; hold: Hold }> {
  const end = performance.now() + waitMs;
  do {
    const found = await holdRunning(folder, settings);
    if (found !== undefined) return found;
    // One starts it, the others wait for that one.
    const starting = takeLock(join(folder, 'start.lock'));
    try {
      const started = starting && (await holdRunning(folder, settings));
      if (started !== undefined) return started;
      if (starting !== undefined) {
        const word = await startHost(folder, settings, { waitMs, onNotice });
        if (word === 'ready') continue;
      }
    } finally {
      starting?.release();
    }
    await sleep(25);
  } while (performance.now() < end);
  throw new ProxmoxAiError('internal', 'The process that runs the demo cluster does not answer.', {
    hint: `It has the lock ${join(folder, 'host.lock')} (see: fuser); end it and try again.`,
    fields: { pid: readRunning(folder)?.pid },
  });
}

async function holdRunning(
  folder: string,
  { seed }: Settings['demo'],
): Promise<{ running: Running; hold: Hold } | undefined> {
  const running = readRunning(folder);
  const hold = running && (await takeHold(running));
  if (running === undefined || hold === undefined) return undefined;
  if (running.seed === seed) return { running, hold };
  hold.release();
  throw new ProxmoxAiError(
    'config-invalid',
    `The demo cluster that runs in ${folder} has seed ${running.seed}, but seed ${seed} is configured.`,
    { hint: `Configure seed ${running.seed}, or set PROXMOX_AI_STATE_DIR to another folder.` },
  );
}

const toStderr = (text: string): void => void process.stderr.write(`${text}\n`);
