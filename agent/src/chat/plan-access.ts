import { ProxmoxAiError } from '../errors.ts';
import { loadPlan } from '../plans/plan-store.ts';
import type { PlanRecord } from '../plans/types.ts';
import { readPermissions, type Permissions } from '../pve/inventory/permissions.ts';
import type { PveClient } from '../pve/types.ts';
import type { Database } from '../store/database.ts';

/** Who may see and turn down which plan: PVE decides, because plans and ledger hold values of guests. */
export interface PlanAccess {
  /** True with Sys.Audit on `/`, which lets a person read every configuration anyway. */
  maySeeAll(): Promise<boolean>;
  /** A person's own plans, and those they approved, are always theirs to see. */
  readonly isOwn: (record: PlanRecord) => boolean;
  /** Throws `plan-unknown` for a plan that the person may not see, as for one that does not exist. */
  seen(id: string): Promise<PlanRecord>;
  /** Throws `pve-denied` unless the plan is the person's own or they have Sys.Modify on `/`. */
  requireMayReject(record: PlanRecord): Promise<void>;
}

/** Milliseconds for which PVE's word on a person's rights is taken: a disabled user is out after this. */
const freshMs = 60_000;

/** Access to plans for the person whose connection it is. */
export function planAccess(client: PveClient, database: Database): PlanAccess {
  let last: { readonly at: number; readonly permissions: Promise<Permissions> } | undefined;
  const permissions = (): Promise<Permissions> => {
    if (last === undefined || Date.now() - last.at > freshMs) {
      const asked = readPermissions(client);
      last = { at: Date.now(), permissions: asked };
      asked.catch(() => {
        last = undefined;
      });
    }
    return last.permissions;
  };
  const maySeeAll = async (): Promise<boolean> => (await permissions()).allows('/', ['Sys.Audit']);
  const isOwn = ({ plan, approvedBy }: PlanRecord): boolean =>
    plan.createdBy === client.userid || approvedBy === client.userid;
  return {
    maySeeAll,
    isOwn,
    async seen(id) {
      const all = await maySeeAll();
      const record = loadPlan(database, id);
      if (all || isOwn(record)) return record;
      throw new ProxmoxAiError('plan-unknown', `There is no plan ${id}.`, {
        hint: '`proxmox-ai plan list` shows the plans that you may see.',
      });
    },
    async requireMayReject(record) {
      if (isOwn(record) || (await permissions()).allows('/', ['Sys.Modify'])) return;
      throw new ProxmoxAiError(
        'pve-denied',
        `Plan ${record.plan.id} is of ${record.plan.createdBy}, not yours to turn down.`,
        {
          hint: 'Its maker, its approver, or somebody with Sys.Modify on / can.',
        },
      );
    },
  };
}
