import { ProxmoxAiError } from '../../errors.ts';
import type { HttpMethod } from '../types.ts';
import type { Auth } from './auth.ts';
import { login, renew, type Ticket, type TicketCall } from './login.ts';

/** An identity that keeps itself valid. Its secrets live in a closure only, so that nothing prints them. */
export interface Session {
  readonly userid: string;
  /** Which ticket is in use; a renewal raises it. */
  generation(): number;
  headers(method: HttpMethod): Record<string, string>;
  /** Makes sure that the ticket outlives the call: renews it when it is older than 90 minutes. */
  prepare(): Promise<void>;
  /** After a 401 with the ticket of `generation`: true when there is a newer one to try with. */
  recover(generation: number): Promise<boolean>;
  /** Everything that must never be shown. */
  secrets(): string[];
}

/** PVE's tickets live for two hours. Milliseconds. */
const lifetime = 120 * 60_000;
const renewAfter = 90 * 60_000;

export interface SessionOptions {
  readonly post: TicketCall;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told each ticket that was obtained: by the login, and by each renewal. */
  readonly onTicket?: (ticket: Ticket) => void;
}

/** Starts a session; with a password this logs in. Throws `pve-auth`. */
export function startSession(auth: Auth, options: SessionOptions): Promise<Session> {
  return auth.kind === 'token' ? Promise.resolve(tokenSession(auth)) : ticketSession(auth, options);
}

async function ticketSession(
  auth: Exclude<Auth, { kind: 'token' }>,
  options: SessionOptions,
): Promise<Session> {
  const { post, now, onTicket } = options;
  let current: Ticket =
    auth.kind === 'ticket' ? { ticket: auth.ticket, csrf: auth.csrf } : await login(auth, post);
  if (auth.kind === 'password') onTicket?.(current);
  let obtained = auth.kind === 'ticket' ? (issuedAt(auth.ticket) ?? now()) : now();
  let generation = 0;
  let renewing: Promise<void> | undefined;

  async function fresh(): Promise<Ticket> {
    try {
      return await renew(auth.userid, current.ticket, post);
    } catch (error) {
      // A code of the second factor is good only once, so such an account has to be asked again.
      if (auth.kind === 'password' && auth.totp === undefined && isAuth(error)) return login(auth, post);
      throw error;
    }
  }

  /** One renewal at a time, whoever asks. */
  function renewOnce(): Promise<void> {
    renewing ??= fresh()
      .then((ticket) => {
        current = ticket;
        onTicket?.(ticket);
        obtained = now();
        generation += 1;
      })
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  }

  return {
    userid: auth.userid,
    generation: () => generation,
    headers: (method) => ({
      cookie: `PVEAuthCookie=${encodeURIComponent(current.ticket)}`,
      ...(method === 'GET' ? {} : { csrfpreventiontoken: current.csrf }),
    }),
    async prepare() {
      const age = now() - obtained;
      if (age <= renewAfter) return;
      try {
        await renewOnce();
      } catch (error) {
        // The old ticket is good for a while yet; what is wrong with PVE, the call itself will tell.
        if (isAuth(error) || age >= lifetime) throw error;
      }
    },
    async recover(failed) {
      if (failed !== generation) return true;
      try {
        await renewOnce();
        return true;
      } catch (error) {
        if (isAuth(error)) return false;
        throw error;
      }
    },
    secrets: () => [
      current.ticket,
      current.csrf,
      ...(auth.kind === 'password' ? [auth.password, ...(auth.totp === undefined ? [] : [auth.totp])] : []),
    ],
  };
}

function tokenSession({ tokenid, secret }: Extract<Auth, { kind: 'token' }>): Session {
  return {
    userid: tokenid,
    generation: () => 0,
    headers: () => ({ authorization: `PVEAPIToken=${tokenid}=${secret}` }),
    prepare: () => Promise.resolve(),
    recover: () => Promise.resolve(false),
    secrets: () => [secret],
  };
}

/** When PVE signed a ticket: hexadecimal seconds in its third field. Milliseconds. */
function issuedAt(ticket: string): number | undefined {
  const hex = /^PVE:[^:]+:([0-9A-Fa-f]{8,9})::/.exec(ticket)?.[1];
  return hex === undefined ? undefined : Number.parseInt(hex, 16) * 1000;
}

function isAuth(error: unknown): boolean {
  return error instanceof ProxmoxAiError && error.code === 'pve-auth';
}
