import { createHash } from 'node:crypto';
import { DemoHttpError } from '../endpoint.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { UserState } from '../state.ts';
import { textOrEmpty } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import { userOf } from './known-user.ts';
import { reauthenticated } from './reauth.ts';
import { totpMatches } from './totp.ts';
import { visibleUsers } from './users.ts';

interface Entry {
  readonly id: string;
  readonly type: 'totp';
  readonly description: string;
  readonly created: number;
  readonly enable: boolean;
}

/** The second factors of a user; the demo knows one TOTP secret a user. */
const entriesOf = ({ userid, totp }: UserState): Entry[] =>
  totp === undefined
    ? []
    : [
        {
          id: createHash('sha256').update(`${userid}:${totp}`).digest('hex').slice(0, 32),
          type: 'totp',
          description: 'TOTP',
          created: 1_735_689_600,
          enable: true,
        },
      ];

const find = (user: UserState, id: string): Entry => {
  const entry = entriesOf(user).find((candidate) => candidate.id === id);
  if (!entry) throw new DemoHttpError(404, `No such tfa entry '${id}'\n`);
  return entry;
};

const list = (context: DemoContext): unknown =>
  visibleUsers(context)
    .map((user) => ({ userid: user.userid, entries: entriesOf(user) }))
    .filter(({ entries }) => entries.length > 0);

const add = (context: DemoContext): unknown => {
  const { params, now } = context;
  const user = reauthenticated(context, 'password');
  const type = textOrEmpty(params, 'type');
  if (type !== 'totp') die(`second factors of type '${type}' are not available in the demo cluster`);
  if (user.totp !== undefined) die('the demo cluster keeps one TOTP secret a user, and there is one already');
  const uri = textOrEmpty(params, 'totp');
  const value = textOrEmpty(params, 'value');
  if (!uri) refuseParams({ totp: "missing 'totp' parameter for adding a TOTP entry" });
  if (!value) refuseParams({ value: "missing 'value' parameter for adding a TOTP entry" });
  const secret = /[?&]secret=([A-Za-z2-7]{16,})/.exec(uri)?.[1];
  if (!uri.startsWith('otpauth://totp/') || secret === undefined) return die('failed to parse TOTP URI');
  if (!totpMatches(secret, value, now)) die('failed to verify TOTP challenge');
  user.totp = secret;
  return { id: entriesOf(user)[0]?.id };
};

const change = (context: DemoContext): null => {
  find(reauthenticated(context, 'password'), textOrEmpty(context.params, 'id'));
  if (context.params.enable === false)
    die('switching a second factor off is not available in the demo cluster');
  if (context.params.description !== undefined)
    die('descriptions of second factors are not kept by the demo cluster');
  return null;
};

const remove = (context: DemoContext): null => {
  const user = reauthenticated(context, 'password');
  find(user, textOrEmpty(context.params, 'id'));
  delete user.totp;
  return null;
};

const types = ({ state, params }: DemoContext): unknown => {
  const user = userOf(state, textOrEmpty(params, 'userid'));
  const found = entriesOf(user).map(({ type }) => type);
  if (params.multiple === true) return { types: found };
  return found.length > 0 ? { user: 'oath' } : {};
};

const one = ({ state, params }: DemoContext): UserState => userOf(state, textOrEmpty(params, 'userid'));

export const tfaEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/access/tfa', handle: list },
  { method: 'GET', path: '/access/tfa/{userid}', handle: (context) => entriesOf(one(context)) },
  { method: 'POST', path: '/access/tfa/{userid}', handle: add },
  {
    method: 'GET',
    path: '/access/tfa/{userid}/{id}',
    handle: (context) => find(one(context), textOrEmpty(context.params, 'id')),
  },
  { method: 'PUT', path: '/access/tfa/{userid}/{id}', handle: change },
  { method: 'DELETE', path: '/access/tfa/{userid}/{id}', handle: remove },
  { method: 'GET', path: '/access/users/{userid}/tfa', handle: types },
  // Nobody is ever locked out of the demo.
  { method: 'PUT', path: '/access/users/{userid}/unlock-tfa', handle: (context) => (one(context), false) },
];
