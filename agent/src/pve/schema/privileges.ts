import type { GuestType, HttpMethod, PveParams } from '../types.ts';
import { ProxmoxAiError } from '../../errors.ts';
import { findEndpoint } from './endpoints.ts';
import { guestKeyPrivileges, ROOT_ONLY, type OldValues } from './guest-privileges.ts';
import { listText } from '../config/values.ts';

/**
 * What the caller must hold for a call, each as `path: privilege`, all of them needed; alternatives within one are
 * joined by ` or `. Empty when PVE asks for nothing but a login. For changes of a guest's configuration the
 * privileges of the changed keys follow; `old` is that configuration before the change, on which some of them hang. Source: `permissions` of the API schema, PVE::RPCEnvironment
 * (exec_api2_perm_check). `usage` when PVE has no such call.
 */
export function requiredPrivileges(
  method: HttpMethod,
  path: string,
  params: PveParams,
  old?: OldValues,
): readonly string[] {
  const found = findEndpoint(method, path);
  if (!found) throw new ProxmoxAiError('usage', `PVE has no call ${method} ${path}.`);
  const { endpoint, pathParams } = found;
  const given = new Map(
    [...Object.entries(params), ...Object.entries(pathParams)].map(([k, v]) => [k, String(v)]),
  );
  const byKey = configKeyPrivileges(endpoint.path, method, given, old);
  if (byKey) return byKey;
  if (!endpoint.perm) return [ROOT_ONLY];
  return endpoint.perm.check ? [...new Set(allOf(endpoint.perm.check, given))] : [];
}

type Given = ReadonlyMap<string, string>;

/** The conditions of a check, all of which must hold. */
function allOf(check: readonly unknown[], given: Given): string[] {
  const [test, ...rest] = check;
  switch (test) {
    case 'and':
      return rest.flatMap((part) => allOf(asList(part), given));
    case 'or': {
      const ways = rest.map((part) => allOf(asList(part), given)).filter((way) => way.length > 0);
      return [ways.map((way) => way.join(' and ')).join(' or ')];
    }
    case 'perm':
      return perm(rest, given);
    case 'perm-modify':
      return [`${fill(String(rest[0]), given)}: Permissions.Modify`];
    case 'userid-group':
      return [
        asList(rest[0])
          .map((privilege) => `/access/groups: ${String(privilege)}`)
          .join(' or '),
      ];
    case 'userid-param':
      return [userParam(String(rest[0]), given)];
    default:
      throw new ProxmoxAiError(
        'internal',
        `The API schema has a permission test that is not known: ${String(test)}.`,
      );
  }
}

const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [value];

function perm([path, privileges, ...options]: readonly unknown[], given: Given): string[] {
  const option = (name: string): unknown =>
    options.includes(name) ? options[options.indexOf(name) + 1] : undefined;
  const needed = option('require_param');
  // PVE fails the test when the parameter is missing: this way is closed to the call.
  if (typeof needed === 'string' && !given.has(needed)) return [];
  const at = fill(String(path), given);
  const names = [...new Set(asList(privileges).map((privilege) => `${at}: ${String(privilege)}`))];
  return option('any') ? [names.join(' or ')] : names;
}

const userParam = (subtest: string, given: Given): string =>
  subtest === 'self'
    ? `your own user ${given.get('userid') ?? ''}`.trim()
    : `/access/realm/${given.get('userid')?.split('@').at(-1) ?? '{realm}'}: ${subtest}`;

const fill = (path: string, given: Given): string =>
  path.replaceAll(/\{([^}]+)\}/g, (whole, name: string) => given.get(name) ?? whole);

const CONFIG_CALL = /^\/nodes\/\{node\}\/(qemu|lxc)\/\{vmid\}\/config$/;
const NO_KEY: ReadonlySet<string> = new Set([
  'background_delay',
  'delete',
  'digest',
  'force',
  'import-working-storage',
  'node',
  'revert',
  'skiplock',
  'vmid',
]);

function configKeyPrivileges(
  path: string,
  method: HttpMethod,
  given: Given,
  old: OldValues | undefined,
): readonly string[] | undefined {
  const type = CONFIG_CALL.exec(path)?.[1] as GuestType | undefined;
  if (!type || method === 'GET') return undefined;
  const vmid = given.get('vmid') ?? '';
  const set = [...given].filter(([key]) => !NO_KEY.has(key));
  const removed = ['delete', 'revert'].flatMap((name) => listText(given.get(name) ?? ''));
  const needed = [
    ...set.flatMap(([key, value]) => guestKeyPrivileges(type, vmid, key, value, old)),
    ...removed.flatMap((key) => guestKeyPrivileges(type, vmid, key, null, old)),
  ];
  return given.has('skiplock') ? [ROOT_ONLY, ...new Set(needed)] : [...new Set(needed)];
}
