import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { parseBoolean } from '../server/property-string.ts';
import type { Section } from '../state.ts';
import { splitList, textOrEmpty } from '../params.ts';
import { die, modifiedConfiguration, refuseParams } from '../refuse.ts';

/** Options a realm of this type must have (pve-access-control, Auth/*.pm). */
const required: Readonly<Record<string, readonly string[]>> = {
  ad: ['server1', 'domain'],
  ldap: ['server1', 'base_dn', 'user_attr'],
  openid: ['issuer-url', 'client-id'],
};

const notStored = new Set(['realm', 'delete', 'digest', 'check-connection', 'password']);

const toSection = (params: Readonly<Record<string, unknown>>): Section =>
  Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => !notStored.has(name))
      .map(([name, value]) => [name, typeof value === 'boolean' ? String(Number(value)) : String(value)]),
  );

const tfaType = (config: string | undefined): string | undefined =>
  /(?:^|,)type=([^,]+)/.exec(config ?? '')?.[1];

const list = ({ state }: DemoContext): unknown =>
  Object.entries(state.domains).map(([realm, domain]) => {
    const tfa = tfaType(domain.tfa);
    return {
      realm,
      type: domain.type,
      ...(domain.comment ? { comment: domain.comment } : {}),
      ...(parseBoolean(domain.default ?? '0') === '1' ? { default: 1 } : {}),
      ...(tfa === undefined ? {} : { tfa }),
    };
  });

const find = ({ state, params }: DemoContext, what = 'domain'): { realm: string; domain: Section } => {
  const realm = textOrEmpty(params, 'realm');
  const domain = state.domains[realm];
  return domain ? { realm, domain } : die(`${what} '${realm}' does not exist`);
};

const makeOnlyDefault = ({ state, params }: DemoContext): void => {
  if (params.default !== true) return;
  for (const domain of Object.values(state.domains)) delete domain.default;
};

const checkConnection = ({ params }: DemoContext, type: string): void => {
  if (params['check-connection'] === undefined) return;
  if (type !== 'ldap' && type !== 'ad') {
    die("'check-connection' parameter can only be set for realms of type 'ldap' or 'ad'");
  }
  if (params['check-connection'] === true) die('check-connection is not available in the demo cluster');
};

const create = (context: DemoContext): null => {
  const { state, params } = context;
  const realm = textOrEmpty(params, 'realm');
  const type = textOrEmpty(params, 'type');
  if (state.domains[realm]) die(`add auth server failed: domain '${realm}' already exists`);
  if (realm === 'pam' || realm === 'pve')
    die(`add auth server failed: unable to use reserved name '${realm}'`);
  if (type === 'pam' || type === 'pve')
    die(`add auth server failed: unable to create builtin type '${type}'`);
  checkConnection(context, type);
  const missing = required[type]?.find((name) => params[name] === undefined);
  if (missing !== undefined) die(`add auth server failed: missing value for required option '${missing}'`);
  makeOnlyDefault(context);
  state.domains[realm] = toSection(params);
  return null;
};

const update = (context: DemoContext): null => {
  const { state, params } = context;
  const { realm, domain } = find(context);
  if (params.digest !== undefined && params.digest !== digestOf(state.domains)) {
    die(`update auth server failed: ${modifiedConfiguration}`);
  }
  checkConnection(context, domain.type ?? '');
  const deleted = splitList(textOrEmpty(params, 'delete'));
  const changed = toSection(params);
  if (deleted.length === 0 && Object.keys(changed).length === 0 && params.password === undefined) {
    die('update auth server failed: no options specified');
  }
  const fixed = deleted.find((name) => required[domain.type ?? '']?.includes(name) ?? false);
  if (fixed !== undefined) die(`update auth server failed: missing value for required option '${fixed}'`);
  makeOnlyDefault(context);
  state.domains[realm] = Object.fromEntries(
    Object.entries({ ...domain, ...changed }).filter(([name]) => !deleted.includes(name)),
  );
  return null;
};

const remove = (context: DemoContext): null => {
  const { realm } = find(context, 'delete auth server failed: authentication domain');
  if (realm === 'pam' || realm === 'pve')
    die(`delete auth server failed: unable to delete builtin realm '${realm}'`);
  const { state } = context;
  state.domains = Object.fromEntries(Object.entries(state.domains).filter(([name]) => name !== realm));
  return null;
};

/** The demo reaches no directory server: the task starts as PVE's does and fails to connect. */
const sync = (context: DemoContext): string => {
  const { state, params } = context;
  const realm = textOrEmpty(params, 'realm');
  const domain = state.domains[realm] ?? refuseParams({ realm: 'Realm does not exist.' });
  const type = domain.type ?? '';
  if (type !== 'ldap' && type !== 'ad')
    die(`Cannot sync realm type '${type}'! Only LDAP/AD realms can be synced.`);
  const dry = params['dry-run'] === true;
  return context.startTask({
    node: Object.keys(state.nodes)[0] ?? 'localhost',
    type: dry ? 'auth-realm-sync-test' : 'auth-realm-sync',
    id: realm,
    steps: [
      { log: `${dry ? '(dry test run) ' : ''}starting sync for realm ${realm}` },
      {
        apply: () => {
          throw new Error(`unable to connect to LDAP server '${domain.server1 ?? ''}'`);
        },
      },
    ],
  });
};

export const domainEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/access/domains', handle: list },
  { method: 'POST', path: '/access/domains', handle: create },
  {
    method: 'GET',
    path: '/access/domains/{realm}',
    handle: (context) => ({ ...find(context).domain, digest: digestOf(context.state.domains) }),
  },
  { method: 'PUT', path: '/access/domains/{realm}', handle: update },
  { method: 'DELETE', path: '/access/domains/{realm}', handle: remove },
  { method: 'POST', path: '/access/domains/{realm}/sync', handle: sync },
];
