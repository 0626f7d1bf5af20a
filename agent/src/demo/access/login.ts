import type { DemoState } from '../state.ts';
import { verifyPassword } from '../world/passwords.ts';
import { createCsrfToken, createTicket, readTicket } from './tickets.ts';
import { totpMatches } from './totp.ts';

/** A login that failed, with the reason that only PVE's log gets to see. */
export class LoginError extends Error {
  override readonly name = 'LoginError';
}

export interface LoginRequest {
  readonly username: string;
  /** A password, a ticket of the same user (or of root), or the answer to a challenge (`totp:123456`). */
  readonly password: string;
  readonly otp: string | undefined;
  /** The half-authenticated ticket that asked for a second factor. */
  readonly challenge: string | undefined;
}

export interface Login {
  readonly username: string;
  readonly ticket: string;
  readonly CSRFPreventionToken: string;
  /** 1 when the ticket only serves to answer the second factor. */
  readonly NeedTFA?: 1;
}

const must = (condition: unknown, message: string): void => {
  if (!condition) throw new LoginError(message);
};

/** Whether the password of a user of the built-in realms is right. */
export const passwordMatches = (state: DemoState, userid: string, password: string): boolean => {
  const stored = state.users[userid]?.password;
  return stored !== undefined && verifyPassword(password, stored);
};

const checkTotp = (state: DemoState, userid: string, response: string, now: number): void => {
  const code = /^totp:(\d{6})$/.exec(response)?.[1];
  const secret = state.users[userid]?.totp;
  must(code !== undefined && secret !== undefined && totpMatches(secret, code, now), 'failed 2nd factor');
};

const challengeTicket = (state: DemoState, username: string, now: number): string =>
  createTicket(state.authKey, `!tfa!${JSON.stringify({ totp: true })}`, now, username);

const fullLogin = (state: DemoState, username: string, now: number): Login => ({
  username,
  ticket: createTicket(state.authKey, username, now),
  CSRFPreventionToken: createCsrfToken(state.authKey, username, now),
});

/**
 * Logs a user in as `POST /access/ticket` does: renewal by ticket, password, and the second factor either with `otp` or
 * by answering the challenge of a first, half-authenticated ticket. Throws a LoginError with the reason.
 */
export const login = (state: DemoState, request: LoginRequest, now: number): Login => {
  const { username, password, otp, challenge } = request;
  must(
    otp === undefined || challenge === undefined,
    "TFA response should be in 'password', not 'otp' when 'tfa-challenge' is set",
  );
  if (challenge !== undefined) {
    must(readTicket(state.authKey, challenge, now, username)?.startsWith('!tfa!'), 'bad ticket');
    checkTotp(state, username, password, now);
    return fullLogin(state, username, now);
  }
  const ticketUser = readTicket(state.authKey, password, now);
  if (ticketUser !== undefined && (ticketUser === 'root@pam' || ticketUser === username)) {
    return fullLogin(state, username, now);
  }
  must(passwordMatches(state, username, password), 'invalid credentials');
  if (state.users[username]?.totp === undefined) {
    must(otp === undefined, 'no such challenge');
    return fullLogin(state, username, now);
  }
  if (otp !== undefined) {
    checkTotp(state, username, otp, now);
    return fullLogin(state, username, now);
  }
  return { ...fullLogin(state, username, now), ticket: challengeTicket(state, username, now), NeedTFA: 1 };
};
