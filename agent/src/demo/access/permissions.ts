import type { AclState, DemoState } from '../state.ts';
import { poolMembership } from './pool-membership.ts';
import { allRoles, privileges } from './roles.ts';

/** Privilege → whether it propagates; a privilege that is missing is not held. */
export type Privileges = Readonly<Record<string, boolean>>;

/** Effective privileges of any user or token on any ACL path, as PVE::RPCEnvironment computes them. */
export interface PermissionEngine {
  privileges(userid: string, path: string): Privileges;
  /** Every path that matters: the top-level ones, those in ACLs, and the members of pools. */
  effective(userid: string): Record<string, Privileges>;
}

type Roles = ReadonlyMap<string, boolean>;

const splitToken = (userid: string): { owner: string; token: string | undefined } => {
  const at = userid.indexOf('!');
  return at < 0
    ? { owner: userid, token: undefined }
    : { owner: userid.slice(0, at), token: userid.slice(at + 1) };
};

/**
 * A permission engine over one moment of the state: make a new one for each request, as PVE reloads its ACLs.
 * Rules: the most specific path with an entry wins; on one path entries of the token beat those of the user, which beat
 * those of groups; a role without propagation counts on its own path only; NoAccess wins; rights on `/pool/x` add to
 * members' `/vms/{id}` and `/storage/{id}`; a privilege-separated token has what both it and its user have.
 */
export const createPermissionEngine = (state: DemoState): PermissionEngine => {
  const roleset = allRoles(state);
  const byPath = new Map<string, AclState[]>();
  for (const entry of state.acl) {
    const entries = byPath.get(entry.path);
    if (entries) entries.push(entry);
    else byPath.set(entry.path, [entry]);
  }
  const pools = poolMembership(state);
  const cache = new Map<string, Privileges>();

  /** Roles on one path of those entries that concern this identity, or undefined when none applies. */
  const rolesAt = (
    path: string,
    final: boolean,
    concerns: (entry: AclState) => boolean,
  ): Map<string, boolean> | undefined => {
    const entries = byPath.get(path)?.filter((entry) => concerns(entry) && (final || entry.propagate)) ?? [];
    return entries.length > 0
      ? new Map(entries.map(({ roleid, propagate }) => [roleid, propagate]))
      : undefined;
  };

  const rolesOn = (userid: string, path: string): Roles => {
    const { owner, token } = splitToken(userid);
    const info = token === undefined ? undefined : state.users[owner]?.tokens[token];
    if (token !== undefined && !info) return new Map();
    if (token !== undefined && !info?.privsep) return rolesOn(owner, path);
    const groups = new Set(state.users[userid]?.groups ?? []);
    const parts = path === '/' ? [] : path.slice(1).split('/');
    let roles = new Map<string, boolean>();
    for (let depth = 0; depth <= parts.length; depth++) {
      const here = depth === 0 ? '/' : `/${parts.slice(0, depth).join('/')}`;
      const final = depth === parts.length;
      roles =
        rolesAt(here, final, ({ type, ugid }) => type === 'token' && ugid === userid) ??
        rolesAt(here, final, ({ type, ugid }) => type === 'user' && ugid === userid) ??
        rolesAt(
          here,
          final,
          ({ type, ugid }) => type === 'group' && groups.has(ugid) && ugid in state.groups,
        ) ??
        roles;
    }
    return roles.has('NoAccess') ? new Map([['NoAccess', roles.get('NoAccess') ?? false]]) : roles;
  };

  const withPools = (userid: string, path: string): Roles => {
    const own = rolesOn(userid, path);
    if (own.has('NoAccess')) return own;
    const combined = new Map(own);
    for (const pool of pools.of(path)) {
      const granted = rolesOn(userid, `/pool/${pool}`);
      if (granted.has('NoAccess')) return new Map([['NoAccess', false]]);
      for (const role of granted.keys()) if (!combined.has(role)) combined.set(role, false);
    }
    return combined;
  };

  const compute = (userid: string, path: string): Privileges => {
    const { owner, token } = splitToken(userid);
    const user = state.users[owner];
    if (userid === 'root@pam') return Object.fromEntries(privileges.map((name) => [name, true]));
    if (!user) return {};
    if (token !== undefined) {
      const info = user.tokens[token];
      if (!info) return {};
      if (!info.privsep) return lookup(owner, path);
    }
    const held: Record<string, boolean> = {};
    for (const [role, propagate] of withPools(userid, path)) {
      for (const name of roleset[role] ?? []) held[name] = (held[name] ?? false) || propagate;
    }
    if (token === undefined || owner === 'root@pam') return held;
    const ofUser = lookup(owner, path);
    return Object.fromEntries(
      Object.entries(held)
        .filter(([name]) => name in ofUser)
        .map(([name, propagate]) => [name, propagate && ofUser[name] === true]),
    );
  };

  const lookup = (userid: string, path: string): Privileges => {
    const key = `${userid} ${path}`;
    const known = cache.get(key);
    if (known) return known;
    const computed = compute(userid, path);
    cache.set(key, computed);
    return computed;
  };

  return {
    privileges: lookup,
    effective: (userid) => {
      const paths = new Set([...topLevelPaths, ...byPath.keys(), ...pools.paths()]);
      const found = [...paths].map((path) => [path, lookup(userid, path)] as const);
      return Object.fromEntries(found.filter(([, held]) => Object.keys(held).length > 0));
    },
  };
};

const topLevelPaths = ['/', '/access', '/access/groups', '/nodes', '/pool', '/sdn', '/storage', '/vms'];
