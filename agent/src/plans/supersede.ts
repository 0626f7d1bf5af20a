import { ProxmoxAiError, toError } from '../errors.ts';
import type { ExecuteOptions } from './execute.ts';
import { withLedger } from './ledger.ts';
import { wipeSecrets } from './plan-secrets.ts';
import { storePlan } from './plan-store.ts';
import type { RunSession } from './run-session.ts';

/** Computes a stale plan anew and keeps both; gives the error that names the plan to approve. */
export async function supersede(
  { replan }: Pick<ExecuteOptions, 'replan'>,
  { database, plan, client, now }: RunSession,
  stale: ProxmoxAiError,
): Promise<ProxmoxAiError> {
  const told = (hint: string, newPlanId: string | null, cause: unknown = stale): ProxmoxAiError =>
    new ProxmoxAiError('plan-stale', stale.message, { hint, fields: { ...stale.fields, newPlanId }, cause });
  if (replan === undefined) return told('Nothing was overwritten. Ask again for a new plan.', null);
  try {
    const fresh = await replan(plan);
    if (fresh === null) return told('Nothing was overwritten, and nothing is left to do.', null);
    withLedger(database, (append) => {
      storePlan(database, fresh, append);
      append({
        kind: 'superseded',
        at: now(),
        actor: client.userid,
        planId: plan.id,
        data: { by: fresh.id },
      });
      wipeSecrets(database, plan.id);
    });
    return told(
      `Nothing was overwritten. Look at plan ${fresh.id}, which replaces it, and approve it.`,
      fresh.id,
    );
  } catch (thrown) {
    const error = toError(thrown);
    return told(`Nothing was overwritten. A new plan could not be made: ${error.message}`, null, error);
  }
}
