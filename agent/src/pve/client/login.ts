import { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';
import type { PveParams } from '../types.ts';
import type { Auth } from './auth.ts';
import { pveFlag } from './pve-values.ts';

/** A ticket with its CSRF token: what a browser session holds. */
export interface Ticket {
  readonly ticket: string;
  readonly csrf: string;
}

/** POSTs to `/access/ticket` without any identity and gives the answer's data. */
export type TicketCall = (params: PveParams) => Promise<unknown>;

const ticketSchema = z.looseObject({
  ticket: z.string().min(1),
  CSRFPreventionToken: z.string().min(1),
  NeedTFA: pveFlag.optional(),
});

/**
 * A ticket by password and, where the account asks for one, second factor. PVE then answers the password with a
 * half ticket (`NeedTFA`), which goes back as `tfa-challenge` with `totp:CODE` as the password.
 * Throws `pve-auth`; `fields.secondFactor` lists the kinds that PVE would take when the code is missing.
 */
export async function login(auth: Extract<Auth, { kind: 'password' }>, post: TicketCall): Promise<Ticket> {
  const username = auth.userid;
  const first = parseTicket(
    await post({ username, password: auth.password }).catch(refused('name, realm or password', username)),
  );
  if (!first.needsSecondFactor) return first.ticket;

  const kinds = challengeKinds(first.ticket.ticket);
  if (auth.totp === undefined) {
    throw new ProxmoxAiError('pve-auth', `${username} logs in with a second factor, and none was given.`, {
      hint: kinds.includes('totp')
        ? 'Give the six-digit code of the authenticator.'
        : `PVE takes ${kinds.join(' or ') || 'another kind'} here; an API token works without it.`,
      fields: { userid: username, secondFactor: kinds },
    });
  }
  const response = auth.totp.startsWith('recovery:') ? auth.totp : `totp:${auth.totp.replaceAll(/\s/g, '')}`;
  const second = parseTicket(
    await post({ username, password: response, 'tfa-challenge': first.ticket.ticket }).catch(
      refused('code of the second factor', username),
    ),
  );
  if (second.needsSecondFactor) {
    throw new ProxmoxAiError('pve-protocol', 'PVE asked for the second factor twice.', {
      hint: 'Use an API token for this account.',
    });
  }
  return second.ticket;
}

/** A new ticket for one that is still valid: PVE takes a ticket in place of the password. Throws `pve-auth`. */
export async function renew(userid: string, ticket: string, post: TicketCall): Promise<Ticket> {
  const answer = parseTicket(await post({ username: userid, password: ticket }));
  if (answer.needsSecondFactor) {
    throw new ProxmoxAiError('pve-auth', `PVE wants ${userid} to log in anew.`, {
      hint: 'Log in again: `proxmox-ai login`.',
    });
  }
  return answer.ticket;
}

function parseTicket(data: unknown): { ticket: Ticket; needsSecondFactor: boolean } {
  const parsed = ticketSchema.safeParse(data);
  if (!parsed.success) {
    // Not zod's own text: nothing of this answer may be repeated.
    throw new ProxmoxAiError('pve-protocol', 'The answer to the login holds no ticket.', {
      hint: 'Check that this is the address of a PVE node.',
      fields: { method: 'POST', path: '/access/ticket' },
    });
  }
  const { ticket, CSRFPreventionToken, NeedTFA } = parsed.data;
  return {
    ticket: { ticket, csrf: CSRFPreventionToken },
    needsSecondFactor: NeedTFA === true || ticket.startsWith('PVE:!tfa!'),
  };
}

/** PVE says the same for a wrong user, realm and password, so that names cannot be guessed. */
function refused(what: string, userid: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ProxmoxAiError && error.code === 'pve-auth') {
      throw new ProxmoxAiError('pve-auth', `PVE refused the ${what} of ${userid}.`, {
        hint: 'Check them, and that the account is enabled; PVE does not say which one is wrong.',
        fields: error.fields,
      });
    }
    throw error;
  };
}

/** Kinds of second factor named in a half ticket, `PVE:!tfa!<escaped JSON>:TIME::SIGNATURE`. */
function challengeKinds(ticket: string): string[] {
  try {
    const text = decodeURIComponent(/^PVE:!tfa!([^:]*):/.exec(ticket)?.[1] ?? '');
    const challenge = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    return Object.keys(challenge).filter((kind) => challenge[kind] !== false && challenge[kind] !== null);
  } catch {
    return ['totp'];
  }
}
