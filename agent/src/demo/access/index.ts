import type { DemoEndpoint } from '../endpoint.ts';
import { aclEndpoints } from './acl.ts';
import { domainEndpoints } from './domains.ts';
import { groupEndpoints } from './groups.ts';
import { ownAccessEndpoints } from './own-access.ts';
import { roleEndpoints } from './role-endpoints.ts';
import { tfaEndpoints } from './tfa.ts';
import { ticketEndpoints } from './ticket.ts';
import { tokenEndpoints } from './tokens.ts';
import { userEndpoints } from './users.ts';
import { versionEndpoints } from './version.ts';

const subdirs = ['users', 'groups', 'roles', 'acl', 'domains', 'openid', 'tfa', 'ticket', 'password'];

/** `/access` and `/version`. OpenID logins and VNC tickets need parties that the demo has not, and are not served. */
export const accessEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/access', handle: () => subdirs.map((subdir) => ({ subdir })) },
  ...versionEndpoints,
  ...ticketEndpoints,
  ...ownAccessEndpoints,
  ...aclEndpoints,
  ...userEndpoints,
  ...tokenEndpoints,
  ...groupEndpoints,
  ...roleEndpoints,
  ...domainEndpoints,
  ...tfaEndpoints,
];
