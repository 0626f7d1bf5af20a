import { DemoHttpError } from '../endpoint.ts';
import type { DemoState, UserState } from '../state.ts';
import { createPermissionEngine } from '../access/permissions.ts';
import { requirePrivileges } from '../access/check.ts';
import { csrfTokenValid, readTicket } from '../access/tickets.ts';

/** Who sends a request; no `userid` on the calls that need no login. */
export interface Identity {
  readonly userid: string;
  readonly isToken: boolean;
  readonly isUpload: boolean;
}

export interface Credentials {
  readonly cookie: string | undefined;
  readonly authorization: string | undefined;
  readonly csrfToken: string | undefined;
}

/** A login that PVE refuses: 401 with only a reason phrase, no body. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
}

const withoutLogin = new Set([
  'GET /access/domains',
  'GET /access/ticket',
  'POST /access/ticket',
  'POST /access/vncticket',
  'POST /access/openid/login',
  'POST /access/openid/auth-url',
]);

/** The value after `name=` or `name ` in a Cookie or Authorization header (pve-http-server, Formatter.pm). */
const headerValue = (header: string | undefined, name: string): string | undefined => {
  const value = new RegExp(`(?:^|\\s)${name}(?:=| )([^;]*)`).exec(header ?? '')?.[1];
  if (!value) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

/** Throws unless the user exists, is enabled and not expired. */
export const enabledUser = (state: DemoState, userid: string, now: number): UserState => {
  const user = state.users[userid];
  if (!user) throw new AuthError(`no such user ('${userid}')`);
  if (!user.enable) throw new AuthError(`user '${userid}' is disabled`);
  if (user.expire > 0 && user.expire < now) throw new AuthError(`user '${userid}' access expired`);
  return user;
};

const tokenUser = (state: DemoState, value: string, now: number): string => {
  const [, owner = '', name = '', secret = ''] = /^([^!]+)!([^=]+)=(.*)$/.exec(value) ?? [];
  const token = enabledUser(state, owner, now).tokens[name];
  if (!token) throw new AuthError(`no such token '${name}' for user '${owner}'`);
  if (token.expire > 0 && token.expire < now) throw new AuthError(`token '${name}' access expired`);
  if (token.secret !== secret) throw new AuthError('invalid token value!');
  return `${owner}!${name}`;
};

const ticketUser = (state: DemoState, ticket: string, now: number): string => {
  const userid = readTicket(state.authKey, ticket, now);
  if (userid === undefined || userid.startsWith('!tfa!'))
    throw new AuthError('permission denied - invalid PVE ticket');
  enabledUser(state, userid, now);
  return userid;
};

/**
 * Who sends this request, as PVE::HTTPServer's auth_handler decides: ticket from cookie or Authorization header before
 * API token; CSRF token for writes with a ticket. Throws an AuthError, or 401/403 as a DemoHttpError.
 */
export const authenticate = (
  state: DemoState,
  request: { readonly method: string; readonly path: string; readonly credentials: Credentials },
  now: number,
): Identity => {
  const { method, path, credentials } = request;
  if (withoutLogin.has(`${method} ${path}`)) return { userid: '', isToken: false, isUpload: false };
  const ticket =
    headerValue(credentials.cookie, 'PVEAuthCookie') ??
    headerValue(credentials.authorization, 'PVEAuthCookie');
  const token = ticket === undefined ? headerValue(credentials.authorization, 'PVEAPIToken') : undefined;
  if (ticket === undefined && token === undefined) throw new AuthError('No ticket');
  const userid = identify(() =>
    token === undefined ? ticketUser(state, ticket ?? '', now) : tokenUser(state, token, now),
  );
  const storage =
    method === 'POST' ? /^\/nodes\/[^/]+\/storage\/([^/]+)\/upload$/.exec(path)?.[1] : undefined;
  if (storage !== undefined) {
    const engine = createPermissionEngine(state);
    if (userid !== 'root@pam')
      requirePrivileges({ engine, userid }, `/storage/${storage}`, ['Datastore.AllocateTemplate']);
  }
  const isUpload = storage !== undefined;
  if (method !== 'GET' && token === undefined && !isUpload) {
    if (!csrfTokenValid(state.authKey, userid, credentials.csrfToken ?? '', now)) {
      throw new DemoHttpError(401, 'Permission denied - invalid csrf token\n');
    }
  }
  return { userid, isToken: token !== undefined, isUpload };
};

/** PVE tells the client nothing but that it failed; the reason goes to its log. */
const identify = (find: () => string): string => {
  try {
    return find();
  } catch (error) {
    if (error instanceof AuthError) throw new AuthError('Authentication failed!');
    throw error;
  }
};
