import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import type { Assistant } from '../chat/types.ts';

/** Header in which a caller forwards their own authority: base64url of JSON, kept in memory only, never logged. */
export const identityHeader = 'x-proxmox-ai-identity';

export const identitySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ticket'), userid: z.string(), ticket: z.string(), csrf: z.string() }),
  z.strictObject({ kind: z.literal('token'), tokenid: z.string(), secret: z.string() }),
]);
export type Identity = z.infer<typeof identitySchema>;

/** An identity as the value of {@link identityHeader}. */
export const printIdentity = (identity: Identity): string =>
  Buffer.from(JSON.stringify(identity)).toString('base64url');

/** The identity that a header carries. Throws `usage` when it is malformed, without repeating any of it. */
export function parseIdentity(header: string): Identity {
  try {
    return identitySchema.parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8')));
  } catch {
    throw new ProxmoxAiError('usage', `The header ${identityHeader} is malformed.`);
  }
}

/** Milliseconds without a request after which a caller's connection is closed and their credentials forgotten. */
const idleMs = 10 * 60_000;
/** Milliseconds for which PVE's word that an identity is good is taken. */
const trustMs = 60_000;
const mostCallers = 100;

/** A caller's assistant, and how to have PVE verify them again. */
export interface Opened {
  readonly assistant: Assistant;
  readonly verify: () => Promise<void>;
}

interface Entry {
  readonly opened: Promise<Opened>;
  usedAt: number;
  verifiedAt: number;
}

export interface Assistants {
  /** The assistant that acts as the caller; the agent's own identity, which may only read, when there is no header. */
  of(header: string | undefined): Promise<Assistant>;
  close(): Promise<void>;
}

/**
 * The agent's own assistant without the authority to decide or to write: whoever may open the socket may read with the
 * agent's rights, but a plan is approved and carried out by a person, with that person's own login.
 */
export function withoutAuthority(assistant: Assistant): Assistant {
  const refusal = (): ProxmoxAiError =>
    new ProxmoxAiError('not-approved', 'The agent approves and applies nothing in its own name.', {
      hint: 'Log in (`proxmox-ai login`), so that it is done with your rights and under your name.',
    });
  const refuse = (): Promise<never> => Promise.reject(refusal());
  const refuseRun = (): never => {
    throw refusal();
  };
  return { ...assistant, approve: refuse, reject: refuse, apply: refuseRun, rollback: refuseRun };
}

/** Assistants by caller. `open` connects as an identity and thereby has PVE verify it. */
export function assistantsBy(
  own: Assistant,
  open: (identity: Identity) => Promise<Opened>,
  { now = Date.now }: { readonly now?: () => number } = {},
): Assistants {
  const entries = new Map<string, Entry>();
  const drop = (key: string): void => {
    const entry = entries.get(key);
    entries.delete(key);
    void entry?.opened.then(({ assistant }) => assistant.close()).catch(() => undefined);
  };
  const sweep = setInterval(() => {
    for (const [key, { usedAt }] of entries) if (now() - usedAt > idleMs) drop(key);
  }, 60_000).unref();

  /** Opens a caller's connection once, however many of their requests come at the same time. */
  function enter(key: string, header: string): Entry {
    const known = entries.get(key);
    if (known !== undefined) return known;
    const oldest = [...entries].sort(([, a], [, b]) => a.usedAt - b.usedAt)[0];
    if (entries.size >= mostCallers && oldest !== undefined) drop(oldest[0]);
    const entry: Entry = { opened: open(parseIdentity(header)), usedAt: now(), verifiedAt: now() };
    entries.set(key, entry);
    // A login that PVE refused is not kept: the next request asks PVE again.
    entry.opened.catch(() => entries.delete(key));
    return entry;
  }

  return {
    async of(header) {
      if (header === undefined) return own;
      const key = createHash('sha256').update(header).digest('hex');
      const entry = enter(key, header);
      const { assistant, verify } = await entry.opened;
      entry.usedAt = now();
      if (now() - entry.verifiedAt > trustMs) {
        try {
          await verify();
        } catch (error) {
          drop(key);
          throw error;
        }
        entry.verifiedAt = now();
      }
      return assistant;
    },
    async close() {
      clearInterval(sweep);
      const all = [...entries.values()];
      entries.clear();
      await Promise.all(
        all.map(({ opened }) => opened.then(({ assistant }) => assistant.close()).catch(() => undefined)),
      );
    },
  };
}
