import { DemoHttpError } from '../endpoint.ts';
import type { DemoState, UserState } from '../state.ts';

/** What Perl's `die` becomes in PVE's API: a 500 with this reason. */
export const die = (message: string): never => {
  throw new DemoHttpError(500, `${message}\n`);
};

/** PVE's 400 for parameters that the schema allows but the call does not. */
export const badParams = (errors: Readonly<Record<string, string>>): never => {
  throw new DemoHttpError(400, 'Parameter verification failed.\n', errors);
};

/** The user, or PVE's `no such user ('x')`. */
export const userOf = (state: DemoState, userid: string): UserState =>
  state.users[userid] ?? die(`no such user ('${userid}')`);

/** A parameter as text; '' when absent. */
export const text = (params: Readonly<Record<string, unknown>>, name: string): string => {
  const value = params[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};
