import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Settings } from '../config/schema.ts';
import { ProxmoxAiError, type ErrorCode } from '../errors.ts';

/** What the process that runs the demo cluster is told on its command line. */
export const hostOptionsSchema = z.strictObject({
  folder: z.string(),
  seed: z.number().int(),
  nodes: z.number().int(),
  guests: z.number().int().optional(),
});
export type HostOptions = z.infer<typeof hostOptionsSchema>;

/** What it tells the process that started it. */
export const hostMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('notice'), text: z.string() }),
  z.object({ kind: z.literal('ready') }),
  /** Another process has the state folder. */
  z.object({ kind: z.literal('busy') }),
  z.object({
    kind: z.literal('error'),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    fields: z.record(z.string(), z.unknown()),
  }),
]);
export type HostMessage = z.infer<typeof hostMessageSchema>;

/** The host's program: beside this file when run from source, in dist/ when bundled. */
function hostProgram(): string {
  const found = ['./demo-host.ts', './demo-host.mjs', '../demo-host.mjs']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (found === undefined) {
    throw new ProxmoxAiError('internal', 'The program demo-host.mjs of the demo cluster is missing.', {
      hint: 'Install Proxmox AI again, or build it anew.',
    });
  }
  return found;
}

/**
 * Starts the process that runs the demo cluster, apart from this one and its terminal: it outlives this process and
 * ends when nobody has needed it for a while. `busy` when another process has the folder. Throws what stopped it.
 */
export async function startHost(
  folder: string,
  settings: Settings['demo'],
  { waitMs, onNotice }: { readonly waitMs: number; readonly onNotice: (text: string) => void },
): Promise<'ready' | 'busy'> {
  const options: HostOptions = {
    folder,
    seed: settings.seed,
    nodes: settings.nodes,
    ...(settings.guests === undefined ? {} : { guests: settings.guests }),
  };
  const log = join(folder, 'host.log');
  const errors = openSync(log, 'w', 0o600);
  try {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', hostProgram(), JSON.stringify(options)],
      { detached: true, cwd: '/', stdio: ['ignore', 'ignore', errors, 'ipc'] },
    );
    return await firstWord(child, { waitMs, onNotice, log });
  } finally {
    closeSync(errors);
  }
}

function firstWord(
  child: ChildProcess,
  { waitMs, onNotice, log }: { waitMs: number; onNotice: (text: string) => void; log: string },
): Promise<'ready' | 'busy'> {
  let timer: NodeJS.Timeout | undefined;
  return new Promise<'ready' | 'busy'>((resolve, reject) => {
    const fail = (message: string, cause?: unknown): void => {
      reject(new ProxmoxAiError('internal', message, { hint: `Its errors are in ${log}.`, cause }));
    };
    timer = setTimeout(() => {
      child.kill('SIGTERM');
      fail(`The demo cluster did not get ready within ${Math.round(waitMs / 1000)} s.`);
    }, waitMs);
    child.once('error', (cause) => fail('The demo cluster cannot be started.', cause));
    child.once('exit', (code, signal) =>
      fail(`The demo cluster ended while it started (${signal ?? `exit ${code}`}).`),
    );
    child.on('message', (sent) => {
      const message = hostMessageSchema.parse(sent);
      if (message.kind === 'notice') onNotice(message.text);
      else if (message.kind === 'error') {
        const { code, message: text, hint, fields } = message;
        const details = { fields, ...(hint === undefined ? {} : { hint }) };
        reject(new ProxmoxAiError(code as ErrorCode, text, details));
      } else resolve(message.kind);
    });
  }).finally(() => {
    clearTimeout(timer);
    child.removeAllListeners();
    child.on('error', () => undefined); // nothing to do about a host that is on its own now
    // Node keeps a channel on which it is just reading, so it must not hold this process until the host ends.
    child.channel?.unref();
    if (child.connected) child.disconnect();
    child.unref();
  });
}
