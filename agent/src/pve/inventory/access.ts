import { z } from 'zod';
import { maybe, pveFlag } from '../client/pve-values.ts';
import type { AclEntry } from './types.ts';

export const aclSchema = z.array(
  z
    .looseObject({
      path: z.string(),
      type: z.enum(['user', 'group', 'token']),
      ugid: z.string(),
      roleid: z.string(),
      propagate: maybe(pveFlag),
    })
    .transform(({ path, type, ugid, roleid, propagate }): AclEntry => ({
      path,
      type,
      ugid,
      roleid,
      // PVE's default for an ACL.
      propagate: propagate ?? true,
    })),
);

const list = (text: string): string[] => text.split(/[;,\s]+/).filter((part) => part !== '');

/** Role → privileges. */
export const rolesSchema = z
  .array(z.looseObject({ roleid: z.string(), privs: maybe(z.string()) }))
  .transform((rows) => Object.fromEntries(rows.map((row) => [row.roleid, list(row.privs ?? '')])));

const groupsSchema = z.union([z.string().transform(list), z.array(z.string())]);

/** `/access/users?full=1`: tokens come embedded, groups as a list in text. */
export const usersSchema = z.array(
  z
    .looseObject({
      userid: z.string(),
      enable: maybe(pveFlag),
      groups: maybe(groupsSchema),
      tokens: maybe(z.array(z.looseObject({ tokenid: z.string(), privsep: maybe(pveFlag) }))),
    })
    .transform(({ userid, enable, groups, tokens }) => ({
      userid,
      enabled: enable ?? true,
      groups: groups ?? [],
      // A token is privilege-separated unless it says otherwise.
      tokens: (tokens ?? []).map(({ tokenid, privsep }) => ({ id: tokenid, privsep: privsep ?? true })),
    })),
);
