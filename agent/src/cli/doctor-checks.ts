import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { toError } from '../errors.ts';
import { probeFingerprint } from '../pve/client/probe.ts';
import { readInventory } from '../pve/inventory/read.ts';
import { verifyLedger } from '../plans/verify-ledger.ts';
import { isPveNode, openSession } from '../session/open.ts';
import { openDatabase } from '../store/open.ts';
import type { CliContext } from './context.ts';
import { reachAgent } from './open-assistant.ts';

export interface DoctorResult {
  readonly state: 'ok' | 'warning' | 'error';
  readonly message: string;
  readonly hint?: string;
}
export interface DoctorCheck {
  readonly name: string;
  readonly run: (context: CliContext) => Promise<DoctorResult>;
}

const ok = (message: string): DoctorResult => ({ state: 'ok', message });
const warning = (message: string, hint: string): DoctorResult => ({ state: 'warning', message, hint });
const error = (message: string, hint: string): DoctorResult => ({ state: 'error', message, hint });

/** Privileges of role PVEAuditor (pve-access-control) that the checks read with. */
const auditPrivileges = ['VM.Audit', 'Sys.Audit', 'Datastore.Audit'];

/** What `proxmox-ai doctor` looks at, in order. */
export const doctorChecks: readonly DoctorCheck[] = [
  {
    name: 'runtime',
    run: () => {
      const major = Number(process.versions.node.split('.')[0]);
      return Promise.resolve(
        major >= 24
          ? ok(`Node ${process.version}`)
          : error(
              `Node ${process.version} is too old.`,
              'Start with scripts/start-assistant.sh, which brings Node 24.',
            ),
      );
    },
  },
  {
    name: 'configuration',
    run: ({ file }) => Promise.resolve(ok(file ?? 'no file; defaults and environment')),
  },
  {
    name: 'state folder',
    run: ({ folder }) => {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      } catch (cause) {
        return Promise.resolve(
          error(
            `${folder} cannot be used: ${toError(cause).message}.`,
            'Give this user a folder to write to, or name another one in PROXMOX_AI_STATE_DIR.',
          ),
        );
      }
      const mode = statSync(folder).mode & 0o777;
      return Promise.resolve(
        (mode & 0o077) === 0
          ? ok(folder)
          : warning(`${folder} is open to others (${mode.toString(8)}).`, `chmod 700 ${folder}`),
      );
    },
  },
  {
    name: 'store',
    run: ({ folder, settings, options }) => {
      const demo = options.demo || settings.pve.url === undefined;
      const path = settings.store.path ?? join(folder, demo ? 'demo/store.db' : 'store.db');
      if (!existsSync(path)) return Promise.resolve(ok(`${path} will be created on first use`));
      const database = openDatabase(path);
      try {
        const { ok: intact, rows, problems } = verifyLedger(database);
        return Promise.resolve(
          intact
            ? ok(`${path}, ledger of ${rows} rows verifies`)
            : error(
                `The ledger does not verify: ${problems[0]?.message ?? ''}`,
                'See `proxmox-ai audit verify`; keep the file as evidence.',
              ),
        );
      } finally {
        database.close();
      }
    },
  },
  {
    name: 'agent',
    run: async ({ settings, options }) => {
      const socket = await reachAgent(settings, options);
      return socket === undefined
        ? ok('no agent runs; commands work in their own process')
        : ok(`answers at ${socket}`);
    },
  },
  {
    name: 'certificate',
    run: async ({ settings, signal, options }) => {
      const { url, fingerprint, ca_file: caFile } = settings.pve;
      if (url === undefined || options.demo) {
        return isPveNode() && !options.demo
          ? error(
              'This is a PVE node, and no cluster is configured.',
              'proxmox-ai login https://localhost:8006',
            )
          : warning(
              'No cluster is configured; the demo cluster is used.',
              'proxmox-ai login https://HOST:8006',
            );
      }
      const shown = await probeFingerprint(url, { signal });
      const left = Math.floor((Date.parse(shown.validTo) - Date.now()) / 86_400_000);
      if (fingerprint !== undefined && shown.fingerprint !== fingerprint.toUpperCase()) {
        return error(
          `${url} shows ${shown.fingerprint}, not the pinned fingerprint.`,
          'If the certificate was renewed, compare it on the node and log in again; if not, somebody is in between.',
        );
      }
      if (fingerprint === undefined && caFile === undefined && !shown.trusted) {
        return error(
          `No CA of this machine vouches for ${url}.`,
          `proxmox-ai login ${url} pins its fingerprint`,
        );
      }
      return left < 14
        ? warning(`${url}: the certificate ends in ${left} days.`, 'pvenode cert')
        : ok(`${url}, valid ${left} more days`);
    },
  },
  {
    name: 'cluster',
    run: async ({ settings, folder, options, signal }) => {
      const session = await openSession({ settings, folder, signal, demo: options.demo });
      try {
        const inventory = await readInventory(session.client, { signal, demo: session.demo });
        const { nodes, guests, version, gaps } = inventory;
        const major = Number(version.version.split('.')[0]);
        if (major < 8)
          return error(`PVE ${version.version} is not supported.`, 'PVE 8.2 or newer is needed.');
        const offline = nodes.filter(({ online }) => !online).map(({ name }) => name);
        const summary = `PVE ${version.version}, ${nodes.length} nodes, ${guests.length} guests, as ${session.client.userid}`;
        if (offline.length > 0)
          return warning(
            `${summary}; offline: ${offline.join(', ')}`,
            'What lies on an offline node cannot be checked.',
          );
        return gaps.length === 0
          ? ok(summary)
          : warning(
              `${summary}; not readable: ${gaps.map(({ what }) => what).join(', ')}`,
              'See privileges below.',
            );
      } finally {
        await session.close();
      }
    },
  },
  {
    name: 'privileges',
    run: async ({ settings, folder, options, signal }) => {
      const session = await openSession({ settings, folder, signal, demo: options.demo });
      try {
        const granted = await session.client.get(
          '/access/permissions',
          z.record(z.string(), z.record(z.string(), z.unknown())),
          undefined,
          { signal },
        );
        const atRoot = Object.keys(granted['/'] ?? {});
        const missing = auditPrivileges.filter((privilege) => !atRoot.includes(privilege));
        return missing.length === 0
          ? ok('everything the checks read can be read')
          : warning(
              `On "/" ${session.client.userid} lacks ${missing.join(', ')}: parts will be reported as not checked.`,
              'Role PVEAuditor on / is enough to read.',
            );
      } finally {
        await session.close();
      }
    },
  },
];
