import { canonicalJson } from '../store/canonical-json.ts';
import type { Database } from '../store/database.ts';
import { planMaxAgeMs } from './approve.ts';
import { listPlans, savePlan } from './plan-store.ts';
import type { Plan } from './types.ts';

/** What a plan does, to whom and from which state: everything but its id and its hour. */
const substance = ({
  title,
  capability,
  request,
  selection,
  target,
  createdBy,
  typedNames,
  steps,
}: Plan): string =>
  canonicalJson({ title, capability, request, selection, target, createdBy, typedNames, steps });

/**
 * Keeps a plan, unless the same one already waits for approval: asking every hour what could be done must not fill the
 * ledger with plans that nobody will look at. Gives the plan that is now kept. One that is about to grow too old to be
 * approved is not taken again.
 */
export function keepPlan(database: Database, plan: Plan): Plan {
  const wanted = substance(plan);
  const now = Date.parse(plan.createdAt);
  const same = listPlans(database, { status: 'pending', limit: 100 }).find(
    ({ plan: waiting }) =>
      now - Date.parse(waiting.createdAt) < planMaxAgeMs / 2 && substance(waiting) === wanted,
  );
  if (same !== undefined) return same.plan;
  savePlan(database, plan);
  return plan;
}
