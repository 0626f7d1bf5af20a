import { randomUUID } from 'node:crypto';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { UserState } from '../state.ts';
import { splitList, textOrEmpty } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import { userOf } from './known-user.ts';

type Token = UserState['tokens'][string];

/** What PVE tells of a token: everything but its secret. */
export const tokenInfo = ({ privsep, expire, comment }: Token): Record<string, unknown> => ({
  privsep,
  expire,
  ...(comment === undefined ? {} : { comment }),
});

const find = ({ state, params }: DemoContext): { user: UserState; tokenid: string; token: Token } => {
  const user = userOf(state, textOrEmpty(params, 'userid'));
  const tokenid = textOrEmpty(params, 'tokenid');
  const token = user.tokens[tokenid];
  return token ? { user, tokenid, token } : die(`no such token '${tokenid}' for user '${user.userid}'`);
};

const list = ({ state, params }: DemoContext): unknown =>
  Object.entries(userOf(state, textOrEmpty(params, 'userid')).tokens).map(([tokenid, token]) => ({
    tokenid,
    ...tokenInfo(token),
  }));

const create = ({ state, params }: DemoContext): unknown => {
  const user = userOf(state, textOrEmpty(params, 'userid'));
  const tokenid = textOrEmpty(params, 'tokenid');
  if (user.tokens[tokenid]) refuseParams({ tokenid: 'Token already exists.' });
  const token: Token = {
    secret: randomUUID(),
    privsep: params.privsep !== false,
    expire: typeof params.expire === 'number' ? params.expire : 0,
    ...(textOrEmpty(params, 'comment') ? { comment: textOrEmpty(params, 'comment') } : {}),
  };
  user.tokens[tokenid] = token;
  return { info: tokenInfo(token), value: token.secret, 'full-tokenid': `${user.userid}!${tokenid}` };
};

const update = (context: DemoContext): unknown => {
  const { token } = find(context);
  const { params } = context;
  const unknown = splitList(textOrEmpty(params, 'delete')).find((name) => name !== 'comment');
  if (unknown !== undefined) refuseParams({ delete: `unknown option '${unknown}'` });
  if (typeof params.privsep === 'boolean') token.privsep = params.privsep;
  if (typeof params.expire === 'number') token.expire = params.expire;
  if (typeof params.comment === 'string') token.comment = params.comment;
  if (!token.comment || textOrEmpty(params, 'delete')) delete token.comment;
  return tokenInfo(token);
};

const remove = (context: DemoContext): null => {
  const { user, tokenid } = find(context);
  user.tokens = Object.fromEntries(Object.entries(user.tokens).filter(([name]) => name !== tokenid));
  const full = `${user.userid}!${tokenid}`;
  context.state.acl = context.state.acl.filter(({ ugid }) => ugid !== full);
  return null;
};

const base = '/access/users/{userid}/token';

export const tokenEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: base, handle: list },
  { method: 'GET', path: `${base}/{tokenid}`, handle: (context) => tokenInfo(find(context).token) },
  { method: 'POST', path: `${base}/{tokenid}`, handle: create },
  { method: 'PUT', path: `${base}/{tokenid}`, handle: update },
  { method: 'DELETE', path: `${base}/{tokenid}`, handle: remove },
];
