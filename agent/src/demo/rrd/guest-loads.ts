import type { DemoState, GuestState } from '../state.ts';
import type { GuestLoad } from './guest-load.ts';
import { guestLoad } from './guest-load.ts';

/** The loads of all guests for one answer, so that rows of guests and of their nodes share the work. */
export interface GuestLoads {
  of(guest: GuestState): GuestLoad;
  /** Of the guests of a node that are not stopped. */
  on(node: string): readonly GuestLoad[];
}

/** Prepares each guest's load when it is first asked for; valid until the state changes. */
export const createGuestLoads = (state: DemoState): GuestLoads => {
  const byVmid = new Map<number, GuestLoad>();
  const of = (guest: GuestState): GuestLoad => {
    const known = byVmid.get(guest.vmid);
    if (known) return known;
    const load = guestLoad(state, guest);
    byVmid.set(guest.vmid, load);
    return load;
  };
  let byNode: Map<string, GuestLoad[]> | undefined;
  const group = (): Map<string, GuestLoad[]> => {
    const groups = new Map<string, GuestLoad[]>();
    for (const guest of Object.values(state.guests)) {
      if (guest.status === 'stopped') continue;
      const loads = groups.get(guest.node);
      if (loads) loads.push(of(guest));
      else groups.set(guest.node, [of(guest)]);
    }
    return groups;
  };
  return { of, on: (node) => (byNode ??= group()).get(node) ?? [] };
};
