import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config/schema.ts';
import { demoAccounts } from '../demo/accounts.ts';
import { ProxmoxAiError } from '../errors.ts';
import { connect } from '../pve/client/connect.ts';
import type { Auth } from '../pve/client/auth.ts';
import type { Trust } from '../pve/client/trust.ts';
import type { PveClient } from '../pve/types.ts';
import type { Database } from '../store/database.ts';
import { openDatabase } from '../store/open.ts';
import { credentialsFile, readCredentials, writeCredentials } from './credentials.ts';
import { readText } from './read-text.ts';
import { readTokenSecret } from './token-secret.ts';
import { openDemo, type DemoHandle } from './demo.ts';

/** A connection to a cluster and the store beside it: what an assistant works with. */
export interface Session {
  readonly client: PveClient;
  readonly database: Database;
  readonly demo: boolean;
  /** How the API's certificate is verified, for further connections to it. */
  readonly trust: Trust;
  close(): Promise<void>;
}

export interface OpenSessionOptions {
  readonly settings: Settings;
  /** Folder for the store, credentials and the demo's state. */
  readonly folder: string;
  /** Use the demo cluster even when a real one is configured. */
  readonly demo?: boolean;
  readonly signal?: AbortSignal;
}

/** How the API's certificate is verified: a pinned fingerprint, a CA file, or the system's CAs. */
export function trustOf({ fingerprint, ca_file: caFile }: Settings['pve']): Trust {
  if (fingerprint !== undefined) return { kind: 'fingerprint', sha256: fingerprint };
  if (caFile === undefined) return { kind: 'system' };
  return { kind: 'ca', pem: readText(caFile, 'CA file') };
}

function authOf(settings: Settings['pve'], url: string, folder: string): Auth {
  if (settings.token_id !== undefined && settings.token_secret_file !== undefined) {
    return {
      kind: 'token',
      tokenid: settings.token_id,
      secret: readTokenSecret(settings.token_secret_file),
    };
  }
  const saved = readCredentials(url, credentialsFile(folder));
  if (saved === undefined) {
    throw new ProxmoxAiError('pve-auth', `There is no login for ${url}.`, {
      hint: `Run: proxmox-ai login ${url}`,
    });
  }
  return saved.auth;
}

/** True on a PVE node: pmxcfs is mounted there. */
export const isPveNode = (root = '/'): boolean =>
  existsSync(join(root, 'etc/pve/local')) || existsSync(join(root, 'usr/bin/pveversion'));

async function openReal(options: OpenSessionOptions, url: string): Promise<Session> {
  const { settings, folder, signal } = options;
  const database = openDatabase(settings.store.path ?? join(folder, 'store.db'));
  try {
    const trust = trustOf(settings.pve);
    const auth = authOf(settings.pve, url, folder);
    const client = await connect({
      target: url,
      auth,
      trust,
      timeoutMs: settings.pve.timeout_s * 1000,
      ...(signal === undefined ? {} : { signal }),
      // A renewed ticket is kept, so that a login lasts as long as it is used.
      onTicket: (ticket) => {
        if (auth.kind !== 'ticket') return;
        const renewed = { kind: 'ticket', userid: auth.userid, ...ticket } as const;
        writeCredentials({ url, auth: renewed, savedAt: new Date().toISOString() }, credentialsFile(folder));
      },
    });
    return {
      client,
      database,
      demo: false,
      trust,
      close: () => {
        client.close();
        database.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

async function openOnDemo({ settings, folder }: OpenSessionOptions): Promise<Session> {
  const demoFolder = join(folder, 'demo');
  const handle: DemoHandle = await openDemo(demoFolder, settings.demo);
  const { userid, password } = demoAccounts.root;
  let database: Database | undefined;
  try {
    database = openDatabase(join(demoFolder, 'store.db'));
    const trust: Trust = { kind: 'fingerprint', sha256: handle.fingerprint };
    const client = await connect({
      target: handle.url,
      auth: { kind: 'password', userid, password },
      trust,
      timeoutMs: settings.pve.timeout_s * 1000,
    });
    const opened = database;
    return {
      client,
      database,
      demo: true,
      trust,
      close: async () => {
        client.close();
        opened.close();
        await handle.close();
      },
    };
  } catch (error) {
    database?.close();
    await handle.close();
    throw error;
  }
}

/**
 * Opens the configured cluster; without one, and not on a PVE node, the demo cluster (whose every screen says so). A
 * configured cluster that cannot be reached is an error, never a reason to show the demo instead.
 * Throws what `connect` and `openDatabase` throw, and `config-invalid` on a PVE node that is not set up yet.
 */
export async function openSession(options: OpenSessionOptions): Promise<Session> {
  const { url } = options.settings.pve;
  if (options.demo === true) return openOnDemo(options);
  if (url !== undefined) return openReal(options, url);
  if (isPveNode()) {
    throw new ProxmoxAiError('config-invalid', 'This is a PVE node, and no cluster is configured yet.', {
      hint: 'Run: proxmox-ai login https://localhost:8006 (or try the demo: proxmox-ai --demo chat)',
    });
  }
  return openOnDemo(options);
}
