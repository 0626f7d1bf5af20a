import { join } from 'node:path';
import { once } from 'node:events';
import { demoAccounts } from '../../demo/accounts.ts';
import { openDemo, type DemoHandle } from '../../session/demo.ts';
import { z } from 'zod';
import { materialise } from '../../demo/pmxcfs/materialise.ts';
import { ProxmoxAiError } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { Work } from '../run-command.ts';

const optionsSchema = z.object({ pmxcfs: z.string().min(1).optional() });

/** `proxmox-ai demo`: runs the demo cluster for other clients until Ctrl-C, or writes it as a pmxcfs-like folder. */
export const demo =
  (given: unknown): Work =>
  async ({ io, folder, settings, signal }) => {
    const { pmxcfs } = optionsSchema.parse(given);
    const handle = await openDemo(join(folder, 'demo'), settings.demo);
    try {
      if (pmxcfs !== undefined) return await write(handle, pmxcfs, io, signal);
      describe(handle, io);
      if (handle.own && !signal.aborted) await once(signal, 'abort');
    } finally {
      await handle.close();
    }
    return exitCodes.fine;
  };

async function write({ state }: DemoHandle, target: string, io: Io, signal: AbortSignal): Promise<number> {
  if (state === undefined) {
    throw new ProxmoxAiError(
      'usage',
      'The demo cluster runs in another process, which alone knows its state.',
      {
        hint: 'End that process first.',
      },
    );
  }
  const files = await materialise(state, target, { signal });
  io.out(`${files} files as pmxcfs would show them, in ${target}`);
  return exitCodes.fine;
}

function describe({ url, fingerprint, own }: DemoHandle, io: Io): void {
  io.out(`Demo cluster: ${url} (PVE API, listens on loopback only)`);
  io.out(`Fingerprint:  ${fingerprint}`);
  for (const account of Object.values(demoAccounts)) {
    io.out(
      'userid' in account
        ? `  ${account.userid} password ${account.password}${'totp' in account ? `, TOTP secret ${account.totp}` : ''}`
        : `  ${account.tokenid} secret ${account.secret}`,
    );
  }
  if (own) io.err('Ctrl-C ends it.');
  else io.out('Another process runs it already.');
}
