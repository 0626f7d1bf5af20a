import { DemoHttpError } from '../endpoint.ts';
import type { DemoContext } from '../endpoint.ts';
import type { UserState } from '../state.ts';
import { textOrEmpty } from '../params.ts';
import { deny, refuseParams } from '../refuse.ts';
import { userOf } from './known-user.ts';
import { passwordMatches } from './login.ts';

/**
 * The user whose password or second factor is to change: only root may touch root, and everybody else gives their own
 * password again (PVE::RPCEnvironment::reauth_user_for_user_modification).
 */
export const reauthenticated = ({ state, caller, params }: DemoContext, passwordParam: string): UserState => {
  const user = userOf(state, textOrEmpty(params, 'userid'));
  if (caller.isRoot) return user;
  if (user.userid === 'root@pam') deny();
  const password = params[passwordParam];
  if (typeof password !== 'string')
    return refuseParams({ [passwordParam]: 'password is required to modify user' });
  if (!passwordMatches(state, caller.owner, password))
    throw new DemoHttpError(401, 'authentication failure\n');
  return user;
};
