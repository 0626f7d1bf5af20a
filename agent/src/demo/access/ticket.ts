import { DemoHttpError } from '../endpoint.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { enabledUser } from '../server/auth.ts';
import { normalizePath } from './acl-path.ts';
import { loginCapabilities } from './capabilities.ts';
import { holds } from './check.ts';
import { splitList, textOrEmpty } from '../params.ts';
import { login, passwordMatches } from './login.ts';
import type { Login } from './login.ts';
import { createPermissionEngine } from './permissions.ts';
import { readTicket } from './tickets.ts';

const optional = (params: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  params[name] === undefined ? undefined : textOrEmpty(params, name);

/** `path` and `privs` ask whether these credentials give these rights; no ticket is made then. */
const verify = ({ state, params, now }: DemoContext, username: string): { username: string } => {
  const password = textOrEmpty(params, 'password');
  if (readTicket(state.authKey, password, now) !== username) {
    if (!passwordMatches(state, username, password)) throw new Error('invalid credentials');
  }
  const path = normalizePath(textOrEmpty(params, 'path'));
  const wanted = splitList(textOrEmpty(params, 'privs'));
  const engine = createPermissionEngine(state);
  if (path === undefined || wanted.length === 0 || !holds({ engine, userid: username }, path, wanted)) {
    throw new Error('no permission');
  }
  return { username };
};

const answer = (context: DemoContext, username: string): Login | { username: string; NeedTFA?: 1 } => {
  const { state, params, now } = context;
  enabledUser(state, username, now);
  if (textOrEmpty(params, 'path') && textOrEmpty(params, 'privs')) return verify(context, username);
  return login(
    state,
    {
      username,
      password: textOrEmpty(params, 'password'),
      otp: optional(params, 'otp'),
      challenge: optional(params, 'tfa-challenge'),
    },
    now,
  );
};

const createTicket = (context: DemoContext): unknown => {
  const { state, params } = context;
  const realm = textOrEmpty(params, 'realm');
  const username = realm ? `${textOrEmpty(params, 'username')}@${realm}` : textOrEmpty(params, 'username');
  let result: ReturnType<typeof answer>;
  try {
    result = answer(context, username);
  } catch {
    // No reason is given to clients, so that nobody can find out which users exist.
    throw new DemoHttpError(401, 'authentication failure\n');
  }
  const engine = createPermissionEngine(state);
  return {
    ...result,
    ...(result.NeedTFA ? {} : { cap: loginCapabilities(state, engine, username) }),
    ...(holds({ engine, userid: username }, '/', ['Sys.Audit']) ? { clustername: state.clusterName } : {}),
  };
};

export const ticketEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/access/ticket', handle: () => null },
  { method: 'POST', path: '/access/ticket', handle: createTicket },
];
