import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { stateFolder } from '../config/paths.ts';
import { ProxmoxAiError } from '../errors.ts';

/** What `proxmox-ai login` keeps: an API token, or a ticket that lives two hours. Never a password. */
const credentialsSchema = z.strictObject({
  url: z.string(),
  auth: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('ticket'), userid: z.string(), ticket: z.string(), csrf: z.string() }),
    z.strictObject({ kind: z.literal('token'), tokenid: z.string(), secret: z.string() }),
  ]),
  /** ISO 8601. */
  savedAt: z.string(),
});
export type Credentials = z.infer<typeof credentialsSchema>;

/** Where the credentials of the last login lie. */
export const credentialsFile = (folder: string = stateFolder()): string => join(folder, 'credentials.json');

/**
 * The credentials of the last login for a cluster; undefined when there are none for it. Throws `config-invalid` when
 * the file is damaged, or readable by others than its owner.
 */
export function readCredentials(url: string, file: string = credentialsFile()): Credentials | undefined {
  if (!existsSync(file)) return undefined;
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new ProxmoxAiError('config-invalid', `The credentials ${file} can be read by other users.`, {
      hint: `Run: chmod 600 ${file}; then log in again, because they may be known.`,
    });
  }
  let parsed: Credentials;
  try {
    parsed = credentialsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // The cause is left out on purpose: a parser's message may quote the secret.
    throw new ProxmoxAiError('config-invalid', `The credentials ${file} are damaged.`, {
      hint: 'Run `proxmox-ai login` again.',
    });
  }
  return parsed.url === url ? parsed : undefined;
}

/** Keeps credentials for later commands (folder 0700, file 0600, replaced in one step). */
export function writeCredentials(credentials: Credentials, file: string = credentialsFile()): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const scratch = `${file}.${process.pid}`;
  writeFileSync(scratch, `${JSON.stringify(credentialsSchema.parse(credentials), null, 2)}\n`, {
    mode: 0o600,
  });
  chmodSync(scratch, 0o600);
  renameSync(scratch, file);
}

/** Forgets the credentials; false when there were none. */
export function removeCredentials(file: string = credentialsFile()): boolean {
  if (!existsSync(file)) return false;
  rmSync(file);
  return true;
}
