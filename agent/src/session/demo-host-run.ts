import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDemo, type DemoCluster } from '../demo/start.ts';
import { ProxmoxAiError, toError } from '../errors.ts';
import { serveHolds, type HoldServer } from './demo-hold.ts';
import { takeLock } from './demo-lock.ts';
import { readRunning, writeRunning } from './demo-running.ts';
import { hostOptionsSchema, type HostMessage, type HostOptions } from './demo-spawn.ts';

/** How long a closing predecessor is waited for. */
const lockWaitMs = 2_000;

/** Tells the process that started this one, if it is still there. */
const tell = (message: HostMessage): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });

/**
 * Runs the demo cluster until SIGTERM, until nobody has needed it for PROXMOX_AI_DEMO_IDLE_S seconds (default 60), or
 * until its folder is taken away. Errors of the start go to the process that asked for it.
 */
export async function runHost(argument: string): Promise<void> {
  try {
    const options = hostOptionsSchema.parse(JSON.parse(argument));
    const idleMs = idleSeconds() * 1000;
    // Held until this process ends.
    const lock = takeLock(join(options.folder, 'host.lock'), lockWaitMs);
    if (lock === undefined) {
      await tell({ kind: 'busy' });
      return;
    }
    const demo = await startOnOldPort(options);
    const holds = await serveHolds(() => ({ pid: process.pid, fingerprint: demo.fingerprint }));
    const { url, port, fingerprint } = demo;
    const { seed } = options;
    writeRunning(options.folder, { pid: process.pid, url, port, fingerprint, holdPort: holds.port, seed });
    await tell({ kind: 'ready' });
    if (process.connected) process.disconnect();
    await untilDone(options.folder, demo, holds, idleMs);
    process.exit(0);
  } catch (thrown) {
    const { code, message, hint, fields, stack } = toError(thrown);
    process.stderr.write(`${stack ?? message}\n`);
    await tell({ kind: 'error', code, message, fields, ...(hint === undefined ? {} : { hint }) });
    process.exit(1);
  }
}

function idleSeconds(): number {
  const text = process.env.PROXMOX_AI_DEMO_IDLE_S ?? '60';
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= 86_400) return seconds;
  throw new ProxmoxAiError(
    'config-invalid',
    `PROXMOX_AI_DEMO_IDLE_S is '${text}', not a number of seconds.`,
    {
      hint: 'Set it to a number above 0, at most 86400, or unset it.',
    },
  );
}

/** On the port of the last run when it is free: clients that outlived a killed process find the cluster again. */
async function startOnOldPort({ folder, ...options }: HostOptions): Promise<DemoCluster> {
  const { guests, ...rest } = options;
  const start = (port: number): Promise<DemoCluster> =>
    startDemo({
      ...rest,
      ...(guests === undefined ? {} : { guests }),
      port,
      stateDir: folder,
      onNotice: (text) => void tell({ kind: 'notice', text }),
      onDefect: (error, call) => process.stderr.write(`${call}: ${toError(error).stack}\n`),
    });
  try {
    return await start(readRunning(folder)?.port ?? 0);
  } catch (error) {
    const taken = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';
    if (!taken) throw error;
    return start(0);
  }
}

async function untilDone(
  folder: string,
  demo: DemoCluster,
  holds: HoldServer,
  idleMs: number,
): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  for (let usedAt = performance.now(); !stop.signal.aborted;) {
    // The folder was removed, or made anew by another process: what is here must not overwrite that.
    if (readRunning(folder)?.pid !== process.pid) return;
    if (holds.count() > 0 || demo.connections() > 0) usedAt = performance.now();
    if (performance.now() - usedAt >= idleMs) break;
    await sleep(Math.min(500, idleMs / 4), undefined, { signal: stop.signal }).catch(() => undefined);
  }
  holds.close();
  await demo.close();
}
