import type { AclEntry, ClusterDetail, InventoryGuest } from '../../pve/inventory/types.ts';
import type { Known } from '../../pve/types.ts';
import type { Data } from './facts.ts';

export type AccessData = Pick<Data, 'acl' | 'roles' | 'users'>;

/** A user or token that may act, with the owner whose rights bound it. */
interface Principal {
  /** `alice@pve` or `alice@pve!ci` */
  readonly id: string;
  readonly owner: string;
  readonly groups: readonly string[];
  /** A token without privilege separation has its owner's rights. */
  readonly bounded: boolean;
}

interface AclIndex {
  readonly byPath: ReadonlyMap<string, readonly AclEntry[]>;
  readonly principals: readonly Principal[];
}

const indexes = new WeakMap<readonly AclEntry[], AclIndex>();

function indexOf({ acl, users }: AccessData): AclIndex {
  const cached = indexes.get(acl);
  if (cached) return cached;
  const byPath = new Map<string, AclEntry[]>();
  for (const entry of acl) {
    const entries = byPath.get(entry.path);
    if (entries) entries.push(entry);
    else byPath.set(entry.path, [entry]);
  }
  const principals = users
    .filter(({ enabled }) => enabled)
    .flatMap(({ userid, groups, tokens }): Principal[] => [
      { id: userid, owner: userid, groups, bounded: false },
      ...tokens.map(({ id, privsep }) => ({
        id: id.includes('!') ? id : `${userid}!${id}`,
        owner: userid,
        groups,
        bounded: privsep,
      })),
    ]);
  const index = { byPath, principals };
  indexes.set(acl, index);
  return index;
}

function levels(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return ['/', ...parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`)];
}

/**
 * The roles of a principal on one path, without pools: deeper levels replace what was inherited, a user's own entries
 * win over those of its groups, `NoAccess` takes everything (pve-access-control `PVE::AccessControl::roles`).
 */
function rolesOn(
  { byPath }: AclIndex,
  id: string,
  groups: readonly string[],
  path: string,
): ReadonlySet<string> {
  let roles = new Set<string>();
  const all = levels(path);
  for (const [depth, level] of all.entries()) {
    const final = depth === all.length - 1;
    const here = (byPath.get(level) ?? []).filter(({ propagate }) => final || propagate);
    const own = here.filter(({ type, ugid }) => type !== 'group' && ugid === id);
    const chosen =
      own.length > 0 ? own : here.filter(({ type, ugid }) => type === 'group' && groups.includes(ugid));
    if (chosen.length > 0) roles = new Set(chosen.map(({ roleid }) => roleid));
  }
  return roles.has('NoAccess') ? new Set(['NoAccess']) : roles;
}

/** The privileges of a user or token on an object that may lie in a pool (`RPCEnvironment::compile_acl_path`). */
function privilegesOf(
  data: AccessData,
  { id, groups }: Pick<Principal, 'id' | 'groups'>,
  path: string,
  pool: string | undefined,
): ReadonlySet<string> {
  const index = indexOf(data);
  let roles = rolesOn(index, id, groups, path);
  if (pool !== undefined && !roles.has('NoAccess')) {
    const fromPool = rolesOn(index, id, groups, `/pool/${pool}`);
    roles = fromPool.has('NoAccess') ? fromPool : new Set([...roles, ...fromPool]);
  }
  return new Set([...roles].flatMap((role) => data.roles[role] ?? []));
}

/** Who holds at least one of the privileges on a path; `root@pam`, who holds all, is left out. */
export function holders(
  data: AccessData,
  path: string,
  pool: string | undefined,
  wanted: (privilege: string) => boolean,
): readonly { readonly id: string; readonly privileges: readonly string[] }[] {
  return indexOf(data).principals.flatMap((principal) => {
    if (principal.owner === 'root@pam') return [];
    const owner = privilegesOf(data, { id: principal.owner, groups: principal.groups }, path, pool);
    const isToken = principal.id !== principal.owner;
    const own =
      isToken && principal.bounded ? privilegesOf(data, { id: principal.id, groups: [] }, path, pool) : owner;
    const privileges = [...own].filter((privilege) => owner.has(privilege) && wanted(privilege)).sort();
    return privileges.length > 0 ? [{ id: principal.id, privileges }] : [];
  });
}

/** True when the principal may change permissions on `/`: an administrator, whose rights over guests are intended. */
export function administrators(data: AccessData): ReadonlySet<string> {
  return new Set(
    holders(data, '/', undefined, (privilege) => privilege === 'Permissions.Modify').map(({ id }) => id),
  );
}

const changesGuests = (privilege: string): boolean =>
  /^VM\.(Config\.|Console$|Allocate$|PowerMgmt$)/.test(privilege);

/** Privileges by which one changes a guest or sits at its console. */
export const controlsGuest = changesGuests;

export const guestPath = (guest: Pick<InventoryGuest, 'vmid'>): string => `/vms/${guest.vmid}`;

const tenancies = new WeakMap<ClusterDetail, Known<boolean>>();

/**
 * Whether several parties that need not trust each other run guests here: more than one user, group or token that is
 * no administrator is granted control over guests (catalogue 0.5).
 */
export function multiTenant(cluster: ClusterDetail): Known<boolean> {
  const cached = tenancies.get(cluster);
  if (cached) return cached;
  const known = compute(cluster);
  tenancies.set(cluster, known);
  return known;
}

function compute({ acl, roles, users }: ClusterDetail): Known<boolean> {
  if (!acl.known) return acl;
  if (!roles.known) return roles;
  if (!users.known) return users;
  const data = { acl: acl.value, roles: roles.value, users: users.value };
  const admins = administrators(data);
  const enabled = new Map(users.value.map((user) => [user.userid, user]));
  const parties = new Set<string>();
  for (const { path, type, ugid, roleid } of acl.value) {
    if (!/^\/($|vms(\/|$)|pool(\/|$))/.test(path)) continue;
    if (!(roles.value[roleid] ?? []).some(changesGuests)) continue;
    if (type === 'group') {
      const members = users.value.filter((user) => user.enabled && user.groups.includes(ugid));
      if (members.some(({ userid }) => !admins.has(userid))) parties.add(`@${ugid}`);
      continue;
    }
    const owner = ugid.split('!')[0] ?? ugid;
    if (owner !== 'root@pam' && enabled.get(owner)?.enabled === true && !admins.has(owner))
      parties.add(owner);
  }
  return { known: true, value: parties.size > 1 };
}
