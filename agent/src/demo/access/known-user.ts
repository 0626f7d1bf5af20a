import { die } from '../refuse.ts';
import type { DemoState, UserState } from '../state.ts';

/** The user, or PVE's `no such user ('x')`. */
export const userOf = (state: DemoState, userid: string): UserState =>
  state.users[userid] ?? die(`no such user ('${userid}')`);
