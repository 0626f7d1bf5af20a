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
const mostCallers = 100;

interface Entry {
  readonly assistant: Promise<Assistant>;
  usedAt: number;
}

export interface Assistants {
  /** The assistant that acts as the caller; the agent's own identity when there is no header. */
  of(header: string | undefined): Promise<Assistant>;
  close(): Promise<void>;
}

/** Assistants by caller. `open` connects as an identity and thereby has PVE verify it. */
export function assistantsBy(own: Assistant, open: (identity: Identity) => Promise<Assistant>): Assistants {
  const entries = new Map<string, Entry>();
  const drop = (key: string): void => {
    const entry = entries.get(key);
    entries.delete(key);
    void entry?.assistant.then((assistant) => assistant.close()).catch(() => undefined);
  };
  const sweep = setInterval(() => {
    for (const [key, { usedAt }] of entries) if (Date.now() - usedAt > idleMs) drop(key);
  }, 60_000).unref();

  return {
    async of(header) {
      if (header === undefined) return own;
      const identity = parseIdentity(header);
      const key = createHash('sha256').update(header).digest('hex');
      let entry = entries.get(key);
      if (entry === undefined) {
        const oldest = [...entries].sort(([, a], [, b]) => a.usedAt - b.usedAt)[0];
        if (entries.size >= mostCallers && oldest !== undefined) drop(oldest[0]);
        entry = { assistant: open(identity), usedAt: Date.now() };
        entries.set(key, entry);
        // A login that PVE refused is not kept: the next request asks PVE again.
        entry.assistant.catch(() => entries.delete(key));
      }
      entry.usedAt = Date.now();
      return entry.assistant;
    },
    async close() {
      clearInterval(sweep);
      const all = [...entries.values()];
      entries.clear();
      await Promise.all(
        all.map(({ assistant }) => assistant.then((one) => one.close()).catch(() => undefined)),
      );
    },
  };
}
