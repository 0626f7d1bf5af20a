import { encodeText } from '../../pve/config/text-encoding.ts';
import type { AclState, DemoState } from '../state.ts';
import { oneLine } from './text.ts';

const line = (...fields: readonly string[]): string => `${oneLine(fields.join(':'))}:\n`;

const text = (value: string | undefined): string => encodeText(value ?? '');

const memberName = ({ type, ugid }: AclState): string => (type === 'group' ? `@${ugid}` : ugid);

/** ACL lines: one for each path, propagation and list of roles, with everyone who has exactly these. */
const aclLines = (acl: readonly AclState[]): string => {
  const perMember = new Map<string, { entry: AclState; roles: string[] }>();
  for (const entry of acl) {
    if (entry.type === 'user' && entry.ugid === 'root@pam') continue;
    const key = JSON.stringify([entry.path, entry.propagate, memberName(entry)]);
    const found = perMember.get(key) ?? { entry, roles: [] };
    found.roles.push(entry.roleid);
    perMember.set(key, found);
  }
  const perRoles = new Map<string, string[]>();
  for (const { entry, roles } of perMember.values()) {
    const key = JSON.stringify([entry.path, entry.propagate ? '1' : '0', roles.sort().join(',')]);
    perRoles.set(key, [...(perRoles.get(key) ?? []), memberName(entry)]);
  }
  return [...perRoles.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, members]) => {
      const [path = '', propagate = '', roles = ''] = JSON.parse(key) as string[];
      return line('acl', propagate, path, members.sort().join(','), roles);
    })
    .join('');
};

/** `user.cfg` as PVE::AccessControl writes it: users and their tokens, groups, pools, custom roles, ACLs. No secrets. */
export const printUserFile = (state: DemoState): string => {
  const byKey = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  let out = '';
  for (const [userid, user] of byKey(state.users)) {
    const keys = user.totp === undefined ? '' : 'x';
    const names = [text(user.firstname), text(user.lastname), text(user.email), text(user.comment)];
    out += line('user', userid, user.enable ? '1' : '0', String(user.expire), ...names, keys);
    for (const [name, token] of byKey(user.tokens)) {
      const id = `${userid}!${name}`;
      out += line('token', id, String(token.expire), token.privsep ? '1' : '0', text(token.comment));
    }
  }
  out += '\n';
  for (const [name, group] of byKey(state.groups)) {
    const members = byKey(state.users).filter(([, user]) => user.groups.includes(name));
    out += line('group', name, members.map(([userid]) => userid).join(','), text(group.comment));
  }
  out += '\n';
  for (const [name, pool] of byKey(state.pools)) {
    const vmids = pool.vmids.map(String).sort().join(',');
    out += line('pool', name, text(pool.comment), vmids, [...pool.storages].sort().join(','));
  }
  out += '\n';
  for (const [name, privileges] of byKey(state.roles)) {
    out += line('role', name, [...privileges].sort().join(','));
  }
  return `${out}\n${aclLines(state.acl)}`;
};
