import { DemoHttpError } from '../endpoint.ts';
import { splitList } from '../params.ts';
import { deny } from '../refuse.ts';
import type { ApiMethod, PermissionCheck } from '../server/schema.ts';
import type { DemoState } from '../state.ts';
import { normalizePath } from './acl-path.ts';
import type { PermissionEngine } from './permissions.ts';

/** Whose rights are asked, over which state, with what parameters. */
export interface CheckContext {
  readonly state: DemoState;
  readonly engine: PermissionEngine;
  readonly userid: string;
  /** Path and body parameters as sent: PVE checks permissions before it validates parameters. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** Whether the privileges are held on the path: all of them, or with `any` at least one. */
export const holds = (
  { engine, userid }: Pick<CheckContext, 'engine' | 'userid'>,
  path: string,
  wanted: readonly string[],
  any = false,
): boolean => {
  const held = engine.privileges(userid, path);
  return any ? wanted.some((name) => name in held) : wanted.every((name) => name in held);
};

/** As {@link holds}, but throws PVE's 403 that names the path and what is missing. */
export const requirePrivileges = (
  context: Pick<CheckContext, 'engine' | 'userid'>,
  path: string,
  wanted: readonly string[],
  any = false,
): void => {
  if (holds(context, path, wanted, any)) return;
  const held = context.engine.privileges(context.userid, path);
  const missing = any ? wanted.join('|') : wanted.find((name) => !(name in held));
  deny(`${path}, ${missing ?? ''}`);
};

/** The right to change ACLs on a path; the owner-like privileges of storages, guests and pools suffice there. */
export const canModifyAcl = (context: Pick<CheckContext, 'engine' | 'userid'>, path: string): boolean =>
  holds(context, path, aclPrivileges(path), true);

const aclPrivileges = (path: string): string[] => {
  if (/^\/storage\/./.test(path)) return ['Permissions.Modify', 'Datastore.Allocate'];
  if (/^\/vms\/./.test(path)) return ['Permissions.Modify', 'VM.Allocate'];
  return /^\/pool\/./.test(path) ? ['Permissions.Modify', 'Pool.Allocate'] : ['Permissions.Modify'];
};

/** Groups on which any of the privileges is held. */
export const groupsWith = (
  context: Pick<CheckContext, 'state' | 'engine' | 'userid'>,
  wanted: readonly string[],
): Set<string> =>
  new Set(
    Object.keys(context.state.groups).filter((group) =>
      holds(context, `/access/groups/${group}`, wanted, true),
    ),
  );

/**
 * Lets the call pass or throws PVE's 403, by the `permissions` of the schema (PVE::RPCEnvironment::check_api2_permissions):
 * no `permissions` means root@pam only, `user: all` any login, `user: world` anyone.
 */
export const checkApiPermission = (perm: ApiMethod['perm'], context: CheckContext): void => {
  if (!context.userid && perm?.user === 'world') return;
  if (!context.userid) deny('user != null');
  if (context.userid === 'root@pam') return;
  if (!perm) deny('user != root@pam');
  if (perm.user === 'all') return;
  if (!perm.check) deny();
  runCheck(perm.check, context);
};

/** Inside `or` a failed test only counts as no; but PVE lets `and` and malformed user names fail the whole call. */
const passes = (check: PermissionCheck, context: CheckContext): boolean => {
  if (check[0] === 'and') {
    runCheck(check, context);
    return true;
  }
  if (check[0] === 'userid-param') realmOfUser(context);
  try {
    runCheck(check, context);
    return true;
  } catch (error) {
    if (error instanceof DemoHttpError) return false;
    throw error;
  }
};

const runCheck = (check: PermissionCheck, context: CheckContext): void => {
  const [test, ...rest] = check;
  switch (test) {
    case 'and':
      for (const sub of rest) runCheck(sub as PermissionCheck, context);
      return;
    case 'or':
      if (!rest.some((sub) => passes(sub as PermissionCheck, context))) deny();
      return;
    case 'perm':
      checkPerm(rest, context);
      return;
    case 'userid-group':
      checkUserGroup(rest, context);
      return;
    case 'userid-param':
      checkUserParam(rest[0], context);
      return;
    case 'perm-modify': {
      const path = normalizePath(fillTemplate(String(rest[0]), context.params));
      if (path === undefined) return; // the handler refuses the path
      if (!canModifyAcl(context, path)) deny(`${path}, ${aclPrivileges(path).join('|')}`);
      return;
    }
    default:
      throw new DemoHttpError(500, 'unknown permission test\n');
  }
};

const fillTemplate = (template: string, params: Readonly<Record<string, unknown>>): string =>
  template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => textOf(params[name]));

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** `[…, 'any', 1, 'require_param', 'pool']` → its options. */
const optionsOf = (rest: readonly unknown[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    rest.flatMap((value, i) => (i % 2 === 0 ? [[String(value), rest[i + 1]] as const] : [])),
  );

const checkPerm = ([template, wanted, ...rest]: readonly unknown[], context: CheckContext): void => {
  const options = optionsOf(rest);
  const needed = options.require_param;
  if (typeof needed === 'string' && context.params[needed] === undefined) deny();
  const path = normalizePath(fillTemplate(String(template), context.params));
  if (path === undefined) deny(`, ${(wanted as string[]).join('|')}`);
  requirePrivileges(context, path, wanted as string[], Boolean(options.any));
};

const existingUser = ({ state, params }: CheckContext): string => {
  const userid = textOf(params.userid);
  if (!(userid in state.users)) throw new DemoHttpError(500, `no such user ('${userid}')\n`);
  return userid;
};

const checkUserGroup = ([wanted, ...rest]: readonly unknown[], context: CheckContext): void => {
  const names = wanted as string[];
  const mode = optionsOf(rest).groups_param;
  if (mode !== 'create') existingUser(context);
  if (holds(context, '/access/groups', names, true)) return;
  const groups = groupsWith(context, names);
  if (mode !== undefined) {
    const given = splitList(textOf(context.params.groups));
    if (given.length === 0) deny(`/access/groups, ${names.join('|')}`);
    const foreign = given.find((group) => !groups.has(group));
    if (foreign !== undefined) deny(`/access/groups/${foreign}, ${names.join('|')}`);
  }
  if (mode === 'create') return;
  const member = context.state.users[existingUser(context)]?.groups.some((group) => groups.has(group));
  if (!member) deny();
};

const realmOfUser = ({ params }: CheckContext): string => {
  const userid = textOf(params.userid);
  const realm = /^[^\s:/]+@([A-Za-z][A-Za-z0-9.\-_]+)$/.exec(userid)?.[1];
  if (realm === undefined)
    throw new DemoHttpError(500, `value '${userid}' does not look like a valid user name\n`);
  return realm;
};

const checkUserParam = (subtest: unknown, context: CheckContext): void => {
  const realm = realmOfUser(context);
  if (subtest === 'self') {
    if (context.userid !== existingUser(context)) deny();
    return;
  }
  requirePrivileges(context, `/access/realm/${realm}`, ['Realm.AllocateUser']);
};
