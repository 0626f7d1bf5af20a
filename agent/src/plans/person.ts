import { ProxmoxAiError } from '../errors.ts';

/** PVE's form of a userid, with or without a token: `root@pam`, `ops@pve!cli` (pve-access-control, Auth/Plugin.pm). */
const useridPattern = /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+(![A-Za-z][A-Za-z0-9.\-_]+)?$/;

/** The userid of a named person. Errors: `not-approved` for anything that names nobody. */
export function requirePerson(userid: string): string {
  if (!useridPattern.test(userid)) {
    throw new ProxmoxAiError('not-approved', 'A plan is approved by a named person.', {
      hint: 'Log in with a PVE user (user@realm).',
      fields: { userid },
    });
  }
  return userid;
}
