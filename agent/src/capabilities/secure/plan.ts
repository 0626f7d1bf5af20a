import { makePlan } from '../../plans/build.ts';
import type { Plan } from '../../plans/types.ts';
import type { InventoryGuest } from '../../pve/inventory/types.ts';
import type { Request } from '../../requests/request.ts';
import type { WorkContext } from '../types.ts';
import type { Assessment } from './assess.ts';
import { guestLabel } from './label.ts';
import { draftSteps, type ActionRequest } from './steps.ts';

/** One guest and what every check found on it. */
export interface GuestResult {
  readonly guest: InventoryGuest;
  readonly assessments: readonly Assessment[];
  /** Why nothing at all is known of the guest: its node is offline, or its configuration may not be read. */
  readonly unreadable?: string;
}

/** Decides whether an action for a guest is wanted; everything is, unless a plan is computed again. */
export type Wanted = (guest: InventoryGuest, action: ActionRequest['action']) => boolean;

const title = (guests: readonly InventoryGuest[]): string => {
  const [first] = guests;
  return guests.length === 1 && first ? `Secure ${guestLabel(first)}` : `Secure ${guests.length} guests`;
};

/** The plan of every remedy that can be offered, or null when there is none. Errors as makePlan. */
export function planOf(
  request: Request,
  results: readonly GuestResult[],
  { inventory, userid, now }: Pick<WorkContext, 'inventory' | 'userid' | 'now'>,
  wanted: Wanted = () => true,
): Plan | null {
  const requests = results.flatMap(({ guest, assessments }) =>
    assessments.flatMap(({ state, check, remedy }): ActionRequest[] =>
      state !== 'fail' || remedy === null
        ? []
        : remedy.actions.filter((action) => wanted(guest, action)).map((action) => ({ check, action })),
    ),
  );
  const steps = draftSteps(requests);
  if (steps.length === 0) return null;
  return makePlan({
    title: title(results.map(({ guest }) => guest)),
    capability: 'secure',
    request: { intent: request.intent, slots: request.slots },
    selection: [...new Set(steps.flatMap(({ source }) => source.split(',')))].sort(),
    target: inventory.target,
    createdBy: userid,
    typedNames: {},
    steps,
    now,
  });
}
