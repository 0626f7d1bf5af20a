import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { z } from 'zod';
import { userConfigFile } from '../../config/paths.ts';
import { ProxmoxAiError } from '../../errors.ts';
import { connect } from '../../pve/client/connect.ts';
import type { Auth } from '../../pve/client/auth.ts';
import { probeFingerprint } from '../../pve/client/probe.ts';
import { parseTarget } from '../../pve/client/target.ts';
import type { Trust } from '../../pve/client/trust.ts';
import {
  credentialsFile,
  removeCredentials,
  writeCredentials,
  type Credentials,
} from '../../session/credentials.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { isYes, lineReader, type LineReader } from '../prompt.ts';
import type { Work } from '../run-command.ts';
import { plain } from '../terminal/style.ts';

const optionsSchema = z.object({
  user: z.string().optional(),
  token: z.string().optional(),
  secretFile: z.string().optional(),
  fingerprint: z.string().optional(),
  totp: z.string().optional(),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * `proxmox-ai login URL`: shows the certificate's fingerprint and has it confirmed, as PVE does when a node joins; logs
 * in; keeps address and fingerprint in the configuration and the ticket or token (never the password) in the state
 * folder.
 */
export const login =
  (url: string, given: unknown): Work =>
  async (context) => {
    const options = optionsSchema.parse(given);
    const target = parseTarget(url).url;
    const lines = lineReader(context.io);
    try {
      const trust = await confirmTrust(target, options, context, lines);
      const auth = await obtainAuth(options, lines);
      const { credentials, version } = await prove(target, trust, auth, context, lines, options);
      writeCredentials(credentials, credentialsFile(context.folder));
      const file = saveTarget(target, trust, credentials);
      context.io.out(`Logged in to ${target} (PVE ${plain(version)}) as ${plain(userOf(credentials.auth))}.`);
      context.io.out(`Address and fingerprint: ${file}`);
      if (credentials.auth.kind === 'ticket')
        context.io.out(
          'The ticket lives two hours and is renewed while it is used; an API token (--token) stays.',
        );
      return exitCodes.fine;
    } finally {
      lines.close();
    }
  };

const userOf = (auth: Credentials['auth']): string => (auth.kind === 'token' ? auth.tokenid : auth.userid);

async function confirmTrust(
  target: string,
  options: Options,
  { io, signal }: CliContext,
  lines: LineReader,
): Promise<Trust> {
  if (options.fingerprint !== undefined) return { kind: 'fingerprint', sha256: options.fingerprint };
  const shown = await probeFingerprint(target, { signal });
  if (shown.trusted) return { kind: 'system' };
  io.out(`${target} shows a certificate that no CA of this machine vouches for:`);
  io.out(`  subject      ${plain(shown.subject)}`);
  io.out(`  issuer       ${plain(shown.issuer)}`);
  io.out(`  valid until  ${shown.validTo.slice(0, 10)}`);
  io.out(`  SHA-256      ${shown.fingerprint}`);
  io.out('Compare it with `pvenode cert info` on the node, or with the node’s certificate in the web GUI.');
  const answer = await lines.ask('Is it the same? Trust it from now on? [y/N] ');
  if (!isYes(answer)) {
    throw new ProxmoxAiError(
      'not-approved',
      'The certificate was not confirmed, so nothing was sent to the server.',
      {
        hint: 'Without a terminal, give --fingerprint.',
      },
    );
  }
  return { kind: 'fingerprint', sha256: shown.fingerprint };
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ProxmoxAiError('usage', `The secret file ${file} cannot be read.`, { cause });
  }
}

const required = (answer: string | null, what: string): string => {
  const value = answer?.trim() ?? '';
  if (value === '') throw new ProxmoxAiError('usage', `No ${what} was given.`);
  return value;
};

async function obtainAuth(options: Options, lines: LineReader): Promise<Auth> {
  const fromFile = options.secretFile === undefined ? undefined : readSecret(options.secretFile);
  if (options.token !== undefined) {
    return {
      kind: 'token',
      tokenid: options.token,
      secret: fromFile ?? required(await lines.askHidden('Secret of the token: '), 'secret'),
    };
  }
  const userid = options.user ?? required(await lines.ask('User (name@realm): '), 'user');
  return {
    kind: 'password',
    userid: userid.includes('@') ? userid : `${userid}@pam`,
    password: fromFile ?? required(await lines.askHidden('Password: '), 'password'),
    ...(options.totp === undefined ? {} : { totp: options.totp }),
  };
}

const versionSchema = z.object({ version: z.string() });

/** Logs in, asking for the second factor when PVE does, and gives what is worth keeping. */
async function prove(
  target: string,
  trust: Trust,
  auth: Auth,
  context: CliContext,
  lines: LineReader,
  options: Options,
): Promise<{ credentials: Credentials; version: string }> {
  let ticket: { ticket: string; csrf: string } | undefined;
  const open = async (with_: Auth) =>
    connect({
      target,
      trust,
      auth: with_,
      signal: context.signal,
      onTicket: (fresh) => {
        ticket = fresh;
      },
    });
  const client = await open(auth).catch(async (error: unknown) => {
    const needsCode =
      error instanceof ProxmoxAiError && Array.isArray(error.fields.secondFactor) && auth.kind === 'password';
    if (!needsCode || options.totp !== undefined) throw error;
    return open({ ...auth, totp: required(await lines.askHidden('Code of the second factor: '), 'code') });
  });
  try {
    const { version } = await client.get('/version', versionSchema, undefined, { signal: context.signal });
    const savedAt = new Date().toISOString();
    if (auth.kind === 'token')
      return {
        version,
        credentials: {
          url: target,
          savedAt,
          auth: { kind: 'token', tokenid: auth.tokenid, secret: auth.secret },
        },
      };
    if (ticket === undefined)
      throw new ProxmoxAiError('pve-protocol', `${target} logged in without a ticket.`);
    return {
      version,
      credentials: { url: target, savedAt, auth: { kind: 'ticket', userid: client.userid, ...ticket } },
    };
  } finally {
    client.close();
  }
}

/** Writes address and trust into the user's configuration, keeping whatever else it holds. */
function saveTarget(url: string, trust: Trust, { auth }: Credentials): string {
  const file = userConfigFile();
  const before = existsSync(file) ? parse(readFileSync(file, 'utf8')) : {};
  const pve = { ...(typeof before.pve === 'object' ? (before.pve as Record<string, unknown>) : {}) };
  for (const key of ['url', 'user', 'fingerprint', 'ca_file', 'token_id', 'token_secret_file'])
    Reflect.deleteProperty(pve, key);
  const after = {
    ...before,
    pve: {
      ...pve,
      url,
      user: userOf(auth).split('!')[0] ?? '',
      ...(trust.kind === 'fingerprint' ? { fingerprint: trust.sha256 } : {}),
    },
  };
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const scratch = `${file}.${process.pid}`;
  writeFileSync(scratch, `${stringify(after)}\n`, { mode: 0o600 });
  renameSync(scratch, file);
  return file;
}

/** `proxmox-ai logout` */
export const logout =
  (): Work =>
  ({ io, folder }) => {
    io.out(removeCredentials(credentialsFile(folder)) ? 'The login is forgotten.' : 'There was no login.');
    return Promise.resolve(exitCodes.fine);
  };
