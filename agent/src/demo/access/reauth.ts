import { DemoHttpError } from '../endpoint.ts';
import type { DemoContext } from '../endpoint.ts';
import type { UserState } from '../state.ts';
import { denied } from './check.ts';
import { badParams, text, userOf } from './fail.ts';
import { passwordMatches } from './login.ts';

/**
 * The user whose password or second factor is to change: only root may touch root, and everybody else gives their own
 * password again (PVE::RPCEnvironment::reauth_user_for_user_modification).
 */
export const reauthenticated = ({ state, caller, params }: DemoContext, passwordParam: string): UserState => {
  const user = userOf(state, text(params, 'userid'));
  if (caller.isRoot) return user;
  if (user.userid === 'root@pam') throw denied();
  const password = params[passwordParam];
  if (typeof password !== 'string')
    return badParams({ [passwordParam]: 'password is required to modify user' });
  if (!passwordMatches(state, caller.owner, password))
    throw new DemoHttpError(401, 'authentication failure\n');
  return user;
};
