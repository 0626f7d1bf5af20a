import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { Section } from '../state.ts';
import { isTrue, textOrEmpty, splitList } from '../params.ts';
import { DemoHttpError } from '../endpoint.ts';
import { die } from '../refuse.ts';

const endpointTypes = ['gotify', 'sendmail', 'smtp', 'webhook'] as const;

/** Keys that hold several values; those of the first kind may be listed on one line. */
const commaLists = ['mailto', 'mailto-user', 'target'];
const lineLists = ['match-field', 'match-severity', 'match-calendar', 'header', 'secret'];
/** Never answered: PVE keeps them in a file of their own. */
const secrets = ['password', 'token'];

const answer = (section: Section): Record<string, unknown> => {
  const row: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(section)) {
    if (key === 'type' || secrets.includes(key)) continue;
    if (key === 'disable' || key === 'invert-match') row[key] = isTrue(value);
    else if (key === 'port') row[key] = Number(value);
    else if (commaLists.includes(key)) row[key] = splitList(value);
    else if (lineLists.includes(key)) row[key] = value.split('\n');
    else row[key] = value;
  }
  // the two that every installation brings, unless the file says otherwise
  row.origin ??= ['mail-to-root', 'default-matcher'].includes(section.name ?? '')
    ? 'builtin'
    : 'user-created';
  return row;
};

const one = (sections: readonly Section[], { state, params }: DemoContext, kind: string): unknown => {
  const name = textOrEmpty(params, 'name');
  const section = sections.find((entry) => entry.name === name);
  if (!section) throw new DemoHttpError(404, `${kind} '${name}' does not exist`);
  const { origin, ...row } = answer(section);
  return origin === undefined ? {} : { ...row, digest: digestOf(state.notifications) };
};

const ofType = ({ state }: DemoContext, type: string): Section[] =>
  state.notifications.endpoints.filter((section) => section.type === type);

const targets = ({ state }: DemoContext): unknown =>
  state.notifications.endpoints.map((section) => {
    const { name, comment, disable, origin } = answer(section);
    return {
      name,
      type: section.type,
      origin,
      ...(comment === undefined ? {} : { comment }),
      ...(disable === undefined ? {} : { disable }),
    };
  });

const testTarget = ({ state, params }: DemoContext): never => {
  const name = textOrEmpty(params, 'name');
  const section = state.notifications.endpoints.find((entry) => entry.name === name);
  if (!section) throw new DemoHttpError(404, `target '${name}' does not exist`);
  return die(`could not notify via target \`${name}\`: the demo cluster has no network`);
};

const fields = [{ name: 'type' }, { name: 'hostname' }, { name: 'job-id' }];

const fieldValues = ({ state }: DemoContext): unknown => [
  ...['fencing', 'package-updates', 'replication', 'system-mail', 'vzdump'].map((value) => ({
    field: 'type',
    value,
  })),
  ...Object.keys(state.nodes)
    .sort()
    .map((value) => ({ field: 'hostname', value })),
  ...Object.entries(state.backupJobs).map(([value, { comment }]) => ({
    field: 'job-id',
    value,
    ...(comment === undefined ? {} : { comment }),
  })),
];

const subdirs = ['endpoints', 'matcher-field-values', 'matcher-fields', 'matchers', 'targets'];

export const notificationEndpoints: readonly DemoEndpoint[] = [
  {
    method: 'GET',
    path: '/cluster/notifications',
    handle: () => subdirs.map((name) => ({ name })),
  },
  {
    method: 'GET',
    path: '/cluster/notifications/endpoints',
    handle: () => endpointTypes.map((name) => ({ name })),
  },
  ...endpointTypes.flatMap((type): DemoEndpoint[] => [
    {
      method: 'GET',
      path: `/cluster/notifications/endpoints/${type}`,
      handle: (context) => ofType(context, type).map(answer),
    },
    {
      method: 'GET',
      path: `/cluster/notifications/endpoints/${type}/{name}`,
      handle: (context) => one(ofType(context, type), context, 'endpoint'),
    },
  ]),
  { method: 'GET', path: '/cluster/notifications/targets', handle: targets },
  { method: 'POST', path: '/cluster/notifications/targets/{name}/test', handle: testTarget },
  {
    method: 'GET',
    path: '/cluster/notifications/matchers',
    handle: ({ state }) => state.notifications.matchers.map(answer),
  },
  {
    method: 'GET',
    path: '/cluster/notifications/matchers/{name}',
    handle: (context) => one(context.state.notifications.matchers, context, 'matcher'),
  },
  { method: 'GET', path: '/cluster/notifications/matcher-fields', handle: () => fields },
  { method: 'GET', path: '/cluster/notifications/matcher-field-values', handle: fieldValues },
];
