import { join } from 'node:path';
import { once } from 'node:events';
import { demoAccounts } from '../../demo/accounts.ts';
import { openDemo, readDemoState, type DemoHandle } from '../../session/demo.ts';
import { z } from 'zod';
import { materialise } from '../../demo/pmxcfs/materialise.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { Work } from '../run-command.ts';

const optionsSchema = z.object({ pmxcfs: z.string().min(1).optional() });

/** `proxmox-ai demo`: runs the demo cluster for other clients until Ctrl-C, or writes it as a pmxcfs-like folder. */
export const demo =
  (given: unknown): Work =>
  async ({ io, folder, settings, signal }) => {
    const { pmxcfs } = optionsSchema.parse(given);
    const state = join(folder, 'demo');
    const handle = await openDemo(state, settings.demo);
    try {
      if (pmxcfs !== undefined) return await write(state, pmxcfs, io, signal);
      describe(handle, io);
      if (!signal.aborted) await whileNeeded(signal);
    } finally {
      await handle.close();
    }
    return exitCodes.fine;
  };

/** Until Ctrl-C: the handle holds the cluster, but does not keep this process. */
async function whileNeeded(signal: AbortSignal): Promise<void> {
  const keep = setInterval(() => undefined, 60_000);
  await once(signal, 'abort').finally(() => clearInterval(keep));
}

async function write(folder: string, target: string, io: Io, signal: AbortSignal): Promise<number> {
  const files = await materialise(await readDemoState(folder), target, { signal });
  io.out(`${files} files as pmxcfs would show them, in ${target}`);
  return exitCodes.fine;
}

function describe({ url, fingerprint, pid }: DemoHandle, io: Io): void {
  io.out(`Demo cluster: ${url} (PVE API, listens on loopback only)`);
  io.out(`Fingerprint:  ${fingerprint}`);
  for (const account of Object.values(demoAccounts)) {
    io.out(
      'userid' in account
        ? `  ${account.userid} password ${account.password}${'totp' in account ? `, TOTP secret ${account.totp}` : ''}`
        : `  ${account.tokenid} secret ${account.secret}`,
    );
  }
  io.err(`Ctrl-C gives it back; it ends by itself soon after its last client (process ${pid}).`);
}
