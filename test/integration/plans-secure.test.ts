import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secure } from '../../agent/src/capabilities/secure/index.ts';
import type { WorkContext } from '../../agent/src/capabilities/types.ts';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';
import { startDemo, type DemoCluster } from '../../agent/src/demo/start.ts';
import { approvePlan } from '../../agent/src/plans/approve.ts';
import { executePlan } from '../../agent/src/plans/execute.ts';
import { savePlan } from '../../agent/src/plans/plan-store.ts';
import { rollbackPlan } from '../../agent/src/plans/rollback.ts';
import { verifyLedger } from '../../agent/src/plans/verify-ledger.ts';
import { connect } from '../../agent/src/pve/client/connect.ts';
import { readInventory } from '../../agent/src/pve/inventory/read.ts';
import type { PveClient } from '../../agent/src/pve/types.ts';
import type { Database } from '../../agent/src/store/database.ts';
import { openDatabase } from '../../agent/src/store/open.ts';

let demo: DemoCluster;
let client: PveClient;
let database: Database;

beforeAll(async () => {
  demo = await startDemo({ speed: Infinity, authDelayMs: 0 });
  const { userid, password } = demoAccounts.root;
  client = await connect({
    target: demo.url,
    auth: { kind: 'password', userid, password },
    trust: { kind: 'ca', pem: demo.caPem },
  });
  database = openDatabase(':memory:');
});
afterAll(async () => {
  client.close();
  database.close();
  await demo.close();
});

async function securePlan(vmid: number) {
  const context: WorkContext = {
    client,
    inventory: await readInventory(client, { demo: true }),
    database,
    skill: 'expert',
    signal: new AbortController().signal,
    userid: client.userid,
    progress: () => undefined,
    consult: () => Promise.reject(new Error('nobody to consult here')),
    now: () => new Date(),
  };
  const { plan } = await secure.run({ intent: 'secure', slots: { guests: [vmid] } }, context);
  return plan;
}

/** The cluster without the keys of one guest, current and pending, that its plan says it cannot take back. */
function picture(vmid: number, without: ReadonlySet<string>): unknown {
  const { guests, backupJobs, firewall } = structuredClone(demo.state);
  for (const key of without) {
    Reflect.deleteProperty(guests[vmid]?.config ?? {}, key);
    Reflect.deleteProperty(guests[vmid]?.pending.set ?? {}, key);
  }
  return { guests, backupJobs, firewall };
}

describe('every plan that Secure makes for the demo cluster', () => {
  it('can be applied, is true afterwards, and rolls back to what was but for what it calls irreversible', async () => {
    let applied = 0;
    for (const vmid of Object.keys(demo.state.guests).map(Number)) {
      const plan = await securePlan(vmid);
      if (plan === null) continue;
      const irreversible = plan.steps.filter(({ inverse }) => inverse === null);
      const lost = new Set(irreversible.flatMap(({ changes }) => changes.map(({ key }) => key)));
      const original = picture(vmid, lost);
      savePlan(database, plan);
      approvePlan({ database, planId: plan.id, person: client.userid, typedNames: plan.typedNames });
      const options = { database, planId: plan.id, client, settleMs: 200, taskPollMs: 20 };
      const record = await executePlan(options);
      expect(
        record.steps.map(({ state }) => state),
        `${vmid} ${plan.title}`,
      ).toEqual(plan.steps.map(() => 'done'));
      if (irreversible.length < plan.steps.length)
        await rollbackPlan({ ...options, acceptIrreversible: true });
      expect(picture(vmid, lost), `${vmid} ${plan.title}`).toEqual(original);
      applied += 1;
    }
    expect(applied).toBeGreaterThan(20);
    expect(verifyLedger(database).ok).toBe(true);
  }, 120_000);
});
