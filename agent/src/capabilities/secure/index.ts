import { setImmediate } from 'node:timers/promises';
import { cancelled } from '../../pve/client/deadline.ts';
import { readInventory } from '../../pve/inventory/read.ts';
import type { Inventory, InventoryGuest } from '../../pve/inventory/types.ts';
import { requestSchema, type Request } from '../../requests/request.ts';
import type { Plan } from '../../plans/types.ts';
import type { Answer, Capability, WorkContext } from '../types.ts';
import { assess } from './assess.ts';
import { forPerson } from './by-person.ts';
import type { Check } from './check.ts';
import { gather } from './gather.ts';
import { checks } from './list.ts';
import { planOf, type GuestResult, type Wanted } from './plan.ts';
import { report } from './report.ts';
import { scoresArtefact } from './scores.ts';
import { byWeight } from './order.ts';
import { targetsOf } from './targets.ts';
import { findingsOf } from './to-finding.ts';

export { checkTable, type CheckRow } from './table.ts';

const unreadable = ({ reason, privilege }: { reason: string; privilege?: string }): string =>
  `${reason.replace(/\.$/, '')}${privilege === undefined ? '' : ` (needs ${privilege})`}`;

async function judge(
  context: WorkContext,
  inventory: Inventory,
  guests: readonly InventoryGuest[],
  chosen: readonly Check[],
): Promise<readonly GuestResult[]> {
  const { details, surroundings } = await gather(context, inventory, guests);
  const results: GuestResult[] = [];
  for (const detail of details) {
    results.push({
      guest: detail.guest,
      ...(detail.config.known ? {} : { unreadable: unreadable(detail.config) }),
      assessments: chosen
        .filter(({ scope }) => scope === detail.guest.type)
        .map((check) => forPerson(assess(check, detail, surroundings), detail.guest, context.userid)),
    });
    if (results.length % 100 !== 0 && results.length !== details.length) continue;
    context.progress({ stage: 'checking', done: results.length, total: details.length });
    // Lets a cancellation and other runs through.
    await setImmediate();
    if (context.signal.aborted) throw cancelled(context.signal.reason);
  }
  return results;
}

async function run(request: Request, context: WorkContext): Promise<Answer> {
  const guests = targetsOf(request, context.inventory);
  const results = await judge(context, context.inventory, guests, checks);
  const plan = planOf(request, results, context);
  // What passes or does not apply is counted, not listed: 10,000 guests would give half a million lines.
  const findings = results.flatMap(findingsOf).sort(byWeight);
  return {
    markdown: report({ results, findings, plan, context }),
    findings,
    plan,
    artefacts: [scoresArtefact(results, context)],
    choices: [],
  };
}

/** VMIDs that the plan's steps on cluster-wide lists (a backup job) add. */
const addedGuests = (plan: Plan): ReadonlySet<string> =>
  new Set(
    plan.steps
      .filter(({ object }) => object === 'cluster')
      .flatMap(({ changes }) =>
        changes.flatMap(({ before, after }) => {
          const old = (before ?? '').split(',');
          return (after ?? '').split(',').filter((id) => !old.includes(id));
        }),
      ),
  );

/** The plan again from the cluster as it is now: the same checks on the same objects, whatever is left to do. */
async function replan(plan: Plan, context: WorkContext): Promise<Plan | null> {
  const { client, signal, inventory: before } = context;
  const inventory = await readInventory(client, { signal, demo: before.demo });
  const request = requestSchema.parse(plan.request);
  const objects = new Set(plan.steps.map(({ object }) => object));
  const added = addedGuests(plan);
  const own = ({ type, vmid }: InventoryGuest): string => `${type}/${vmid}`;
  const guests = targetsOf(request, inventory).filter(
    (guest) => objects.has(own(guest)) || added.has(String(guest.vmid)),
  );
  if (guests.length === 0) return null;
  const chosen = checks.filter(({ id }) => plan.selection.includes(id));
  const results = await judge(context, inventory, guests, chosen);
  const wanted: Wanted = (guest, action) => {
    const object = action.kind === 'edit' ? action.target.object : action.object;
    return object === 'cluster' ? added.has(String(guest.vmid)) : objects.has(object);
  };
  return planOf(request, results, { ...context, inventory }, wanted);
}

/** Finds what is weak about VMs and containers, and plans what can be mended without harm (catalogue 1 and 2). */
export const secure: Capability = {
  name: 'secure',
  intents: ['secure'],
  specialist: 'security',
  run,
  replan,
};
