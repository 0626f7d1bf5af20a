import { holds, requirePrivileges } from '../access/check.ts';
import type { PermissionEngine } from '../access/permissions.ts';
import type { Caller } from '../endpoint.ts';
import type { Identity } from './auth.ts';

/** The identity of a request as handlers see it. */
export const createCaller = ({ userid, isToken }: Identity, engine: PermissionEngine): Caller => ({
  userid,
  owner: userid.split('!', 1)[0] ?? '',
  isToken,
  isRoot: userid === 'root@pam',
  can: (path, privileges, options) => holds({ engine, userid }, path, privileges, options?.any),
  require: (path, privileges, options) =>
    requirePrivileges({ engine, userid }, path, privileges, options?.any),
  permissions: (path) => engine.privileges(userid, path),
});
