import { ProxmoxAiError } from '../errors.ts';
import { withLedger, type NewEntry } from './ledger.ts';
import { wipeSecrets } from './plan-secrets.ts';
import { dropRun, holdsRun } from './run-lock.ts';
import type { RunSession } from './run-session.ts';

/** The last row of a run, together with letting the plan go. `settled`: it will not run again, so secrets are wiped. */
export function endRun(
  { database, plan, run, client, now }: RunSession,
  closing: Pick<NewEntry, 'kind' | 'data'>,
  { settled = false } = {},
): void {
  withLedger(database, (append) => {
    if (!holdsRun(database, run)) {
      throw new ProxmoxAiError('plan-state', `Another process has taken plan ${plan.id} over.`, {
        hint: 'Look at the plan: the ledger says what was done.',
        fields: { planId: plan.id },
      });
    }
    append({ ...closing, at: now(), actor: client.userid, planId: plan.id });
    dropRun(database, run);
    if (settled) wipeSecrets(database, plan.id);
  });
}
