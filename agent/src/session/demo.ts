import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Settings } from '../config/schema.ts';
import { startDemo } from '../demo/start.ts';
import type { DemoState } from '../demo/state.ts';
import { ProxmoxAiError } from '../errors.ts';
import { probeFingerprint } from '../pve/client/probe.ts';

const runningSchema = z.object({ pid: z.number().int(), url: z.string(), fingerprint: z.string() });
type Running = z.infer<typeof runningSchema>;

/** A demo cluster that this process may use: its own, or the one that another process of this user runs. */
export interface DemoHandle extends Omit<Running, 'pid'> {
  readonly own: boolean;
  /** The cluster itself, when it runs in this process. */
  readonly state?: DemoState;
  close(): Promise<void>;
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

function readRunning(file: string): Running | undefined {
  try {
    return runningSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * The demo cluster, whose state lives in `folder` so that a plan made by one command can be applied by the next. One
 * process at a time runs it; others connect to that one. Throws `internal` when a starting process never gets ready.
 */
export async function openDemo(
  folder: string,
  settings: Settings['demo'],
  waitMs = 15_000,
): Promise<DemoHandle> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'running.json');
  const lock = join(folder, 'lock');
  for (const end = Date.now() + waitMs; Date.now() < end;) {
    const running = readRunning(file);
    if (running !== undefined && (await answersAs(running))) {
      const { url, fingerprint } = running;
      return { url, fingerprint, own: false, close: () => Promise.resolve() };
    }
    if (takeLock(lock)) return run(folder, file, lock, settings);
    await sleep(50);
  }
  throw new ProxmoxAiError(
    'internal',
    'Another process is starting the demo cluster and does not get ready.',
    {
      hint: `If none runs, remove ${lock}.`,
    },
  );
}

/** That the noted demo cluster still listens, and is the noted one: its port may be somebody else's by now. */
const answersAs = ({ pid, url, fingerprint }: Running): Promise<boolean> =>
  alive(pid)
    ? probeFingerprint(url, { timeoutMs: 2_000 }).then(
        (shown) => shown.fingerprint === fingerprint,
        () => false,
      )
    : Promise.resolve(false);

/** True when this process now holds the lock; a lock whose holder is gone is removed, for the next try to take. */
function takeLock(lock: string): boolean {
  try {
    const handle = openSync(lock, 'wx', 0o600);
    writeFileSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch {
    const holder = readHolder(lock);
    if (holder !== undefined && !alive(holder)) rmSync(lock, { force: true });
    return false;
  }
}

/** Who holds the lock; undefined while it is being written, or when it has just gone. */
function readHolder(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

async function run(
  folder: string,
  file: string,
  lock: string,
  settings: Settings['demo'],
): Promise<DemoHandle> {
  const release = (): void => {
    rmSync(file, { force: true });
    rmSync(lock, { force: true });
  };
  try {
    const demo = await startDemo({
      stateDir: folder,
      seed: settings.seed,
      nodes: settings.nodes,
      ...(settings.guests === undefined ? {} : { guests: settings.guests }),
    });
    const { url, fingerprint } = demo;
    writeFileSync(file, JSON.stringify({ pid: process.pid, url, fingerprint } satisfies Running), {
      mode: 0o600,
    });
    process.once('exit', release);
    return {
      url,
      fingerprint,
      own: true,
      state: demo.state,
      close: async () => {
        release();
        process.off('exit', release);
        await demo.close();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}
