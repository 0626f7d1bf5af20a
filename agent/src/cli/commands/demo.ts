import { join } from 'node:path';
import { once } from 'node:events';
import { demoAccounts } from '../../demo/accounts.ts';
import { openDemo } from '../../session/demo.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Work } from '../run-command.ts';

/** `proxmox-ai demo`: runs the demo cluster for other clients until Ctrl-C. */
export const demo =
  (): Work =>
  async ({ io, folder, settings, signal }) => {
    const handle = await openDemo(join(folder, 'demo'), settings.demo);
    io.out(`Demo cluster: ${handle.url} (PVE API, listens on loopback only)`);
    io.out(`Fingerprint:  ${handle.fingerprint}`);
    for (const account of Object.values(demoAccounts)) {
      io.out(
        'userid' in account
          ? `  ${account.userid} password ${account.password}`
          : `  ${account.tokenid} secret ${account.secret}`,
      );
    }
    if (!handle.own) {
      io.out('Another process runs it already.');
      return exitCodes.fine;
    }
    io.err('Ctrl-C ends it.');
    if (!signal.aborted) await once(signal, 'abort');
    await handle.close();
    return exitCodes.fine;
  };
