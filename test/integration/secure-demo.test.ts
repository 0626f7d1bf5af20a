import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerSchema, type Answer, type WorkContext } from '../../agent/src/capabilities/types.ts';
import { secure } from '../../agent/src/capabilities/secure/index.ts';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';
import { startDemo, type DemoCluster } from '../../agent/src/demo/start.ts';
import { approvePlan } from '../../agent/src/plans/approve.ts';
import { executePlan } from '../../agent/src/plans/execute.ts';
import { savePlan } from '../../agent/src/plans/plan-store.ts';
import { rollbackPlan } from '../../agent/src/plans/rollback.ts';
import { connect } from '../../agent/src/pve/client/connect.ts';
import { readInventory } from '../../agent/src/pve/inventory/read.ts';
import type { PveClient } from '../../agent/src/pve/types.ts';
import { openDatabase } from '../../agent/src/store/open.ts';

let demo: DemoCluster;
let root: PveClient;

const login = (account: { readonly userid: string; readonly password: string }): Promise<PveClient> =>
  connect({
    target: demo.url,
    auth: { kind: 'password', userid: account.userid, password: account.password },
    trust: { kind: 'ca', pem: demo.caPem },
  });

async function contextOf(client: PveClient, more: Partial<WorkContext> = {}): Promise<WorkContext> {
  return {
    client,
    inventory: await readInventory(client, { demo: true }),
    database: openDatabase(':memory:'),
    skill: 'expert',
    signal: new AbortController().signal,
    userid: client.userid,
    progress: () => undefined,
    consult: () => Promise.reject(new Error('secure asks nobody')),
    now: () => new Date(),
    ...more,
  };
}

const ask = async (slots: Record<string, unknown>, client = root): Promise<Answer> =>
  answerSchema.parse(await secure.run({ intent: 'secure', slots }, await contextOf(client)));

const failing = (answer: Answer): string[] =>
  answer.findings
    .filter(({ state }) => state === 'fail')
    .map(({ id }) => id)
    .sort();

beforeAll(async () => {
  demo = await startDemo({ speed: Infinity, authDelayMs: 0 });
  root = await login(demoAccounts.root);
});
afterAll(async () => {
  root.close();
  await demo.close();
});

describe('secure on VM 105 of the demo cluster', () => {
  it('finds what is wrong with it and nothing else', async () => {
    expect(failing(await ask({ guests: [105] }))).toEqual([
      'VM-SEC-001',
      'VM-SEC-002',
      'VM-SEC-010',
      'VM-SEC-013',
      'VM-SEC-017',
      'VM-SEC-019',
      'VM-SEC-026',
      'VM-SEC-027',
      'VM-SEC-028',
      'VM-SEC-030',
      'VM-SEC-031',
      'VM-SEC-034',
      'VM-SEC-035',
      'VM-SEC-040',
    ]);
  });

  it('says the same twice', async () => {
    const strip = ({ findings }: Answer) =>
      findings.map(({ fingerprint, state }) => `${fingerprint} ${state}`);
    expect(strip(await ask({ guests: [105] }))).toEqual(strip(await ask({ guests: ['db-01'] })));
  });

  it('finds the same as an auditor, who may only read', async () => {
    const auditor = await login(demoAccounts.auditor);
    expect(failing(await ask({ guests: [105] }, auditor))).toEqual(failing(await ask({ guests: [105] })));
    auditor.close();
  });

  it('reports progress and stops when cancelled', async () => {
    const stages = new Set<string>();
    await secure.run(
      { intent: 'secure', slots: { guests: [105] } },
      await contextOf(root, { progress: ({ stage }) => stages.add(stage) }),
    );
    expect([...stages]).toContain('reading guests');
    const stop = new AbortController();
    const context = await contextOf(root, {
      signal: stop.signal,
      progress: ({ stage }) => stage === 'reading guests' && stop.abort(),
    });
    await expect(secure.run({ intent: 'secure', slots: { guests: ['all'] } }, context)).rejects.toMatchObject(
      { code: 'cancelled' },
    );
  });

  it('passes nothing that one who sees little cannot know', async () => {
    const developer = await login(demoAccounts.developer);
    const answer = await ask({ scope: 'cluster' }, developer);
    const unknown = new Set(answer.findings.filter(({ state }) => state === 'unknown').map(({ id }) => id));
    for (const id of ['VM-SEC-001', 'VM-SEC-012', 'VM-SEC-027', 'VM-SEC-035', 'VM-SEC-044'])
      expect(unknown).toContain(id);
    expect(answer.markdown).toContain('needs Sys.Audit');
    developer.close();
  });
});

describe('secure on every guest of the demo cluster', () => {
  it('judges each and gives a plan that is valid as a whole', async () => {
    const answer = await ask({ guests: ['all'] });
    const objects = new Set(answer.findings.map(({ object }) => object));
    expect(objects.size).toBeGreaterThan(20);
    expect(answer.plan?.steps.length).toBeGreaterThan(20);
    expect(answer.findings.filter(({ fixable }) => fixable).length).toBeGreaterThan(20);
    for (const { object, fixable, id } of answer.findings) {
      if (!fixable) continue;
      const offered = answer.plan?.steps.some(
        (step) =>
          step.source.split(',').includes(id) && (step.object === object || step.object === 'cluster'),
      );
      expect({ id, object, offered }).toEqual({ id, object, offered: true });
    }
  });

  it('gives a plan of which PVE takes every step', async () => {
    const own = await startDemo({ speed: Infinity, authDelayMs: 0 });
    const client = await connect({
      target: own.url,
      auth: { kind: 'password', ...demoAccounts.root },
      trust: { kind: 'ca', pem: own.caPem },
    });
    const before = structuredClone(own.state.guests);
    const context = await contextOf(client);
    const { plan } = await secure.run({ intent: 'secure', slots: { guests: ['all'] } }, context);
    if (!plan) throw new Error('no plan');
    const run = { database: context.database, client, planId: plan.id };
    savePlan(context.database, plan);
    approvePlan({ database: context.database, planId: plan.id, person: client.userid });
    const done = await executePlan(run);
    expect(new Set(done.steps.map(({ state }) => state))).toEqual(new Set(['done']));
    await rollbackPlan({ ...run, acceptIrreversible: true });
    const enrolled = new Set(
      plan.steps.filter(({ inverse }) => inverse === null).map(({ object }) => object),
    );
    for (const [vmid, guest] of Object.entries(own.state.guests)) {
      if (enrolled.has(`${guest.type}/${vmid}`)) continue;
      const { config, pending, firewall } = guest;
      const was = before[vmid];
      expect({ config, pending, firewall }).toEqual({
        config: was?.config,
        pending: was?.pending,
        firewall: was?.firewall,
      });
    }
    client.close();
    await own.close();
  });

  it('shows no secret of a container', async () => {
    expect(JSON.stringify(await ask({ guests: ['all'] }))).not.toMatch(/DB_PASSWORD=/);
  });
});

describe('what only root@pam may do', () => {
  const rootOnly = ({ plan }: Answer) => plan?.steps.filter((step) => step.rootOnly).length;

  it('is in the plan of root@pam and of nobody else, whom it names the command', async () => {
    const asRoot = await ask({ guests: ['all'] });
    expect(rootOnly(asRoot)).toBeGreaterThan(0);
    // Another administrator and a token of root see all that root sees.
    for (const userid of ['admin@pve', 'root@pam!automation']) {
      const context = await contextOf(root, { userid });
      const answer = await secure.run({ intent: 'secure', slots: { guests: ['all'] } }, context);
      expect(rootOnly(answer)).toBe(0);
      expect(answer.plan?.steps.length).toBeGreaterThan(0);
      const told = answer.findings.filter(({ remedy }) => remedy?.includes('Only root@pam may do') === true);
      expect(told.length).toBeGreaterThan(0);
      for (const { remedy } of told) expect(remedy).toMatch(/on node pve\d, (qm|pct) set \d+ --/);
    }
  });
});

describe('guests of a node that is offline', () => {
  it('are one line each and leave the others as they are', async () => {
    const context = await contextOf(root);
    const { inventory } = context;
    const nodes = inventory.nodes.map((node) => (node.name === 'pve3' ? { ...node, online: false } : node));
    const answer = await secure.run(
      { intent: 'secure', slots: { guests: ['all'] } },
      { ...context, inventory: { ...inventory, nodes } },
    );
    const gone = inventory.guests.filter(({ node }) => node === 'pve3');
    expect(gone.length).toBeGreaterThan(0);
    for (const { type, vmid } of gone) {
      const own = answer.findings.filter(({ object }) => object === `${type}/${vmid}`);
      expect(own.map(({ state, title }) => ({ state, title }))).toEqual([
        { state: 'unknown', title: 'Guest not checked' },
      ]);
    }
    expect(answer.markdown).toContain(`${gone.length} guests could not be checked at all.`);
    expect(failing(answer)).toContain('VM-SEC-001');
  });
});

describe('a guest that does not exist', () => {
  it('is refused with near names', async () => {
    await expect(ask({ guests: ['db-O1'] })).rejects.toMatchObject({ code: 'guest-unknown' });
  });
});

describe('the plan for VM 105', () => {
  const configOf = (): string => JSON.stringify(demo.state.guests['105']);

  it('is carried out as a whole, mends what it says, and is taken back', async () => {
    const before = structuredClone(demo.state.guests['105']);
    const jobs = structuredClone(demo.state.backupJobs);
    const context = await contextOf(root);
    const { plan } = await secure.run({ intent: 'secure', slots: { guests: [105] } }, context);
    if (!plan) throw new Error('no plan');
    savePlan(context.database, plan);
    approvePlan({ database: context.database, planId: plan.id, person: root.userid });
    const done = await executePlan({
      database: context.database,
      client: root,
      planId: plan.id,
      signal: context.signal,
      now: context.now,
    });
    expect(done.status).toBe('done');

    const after = await ask({ guests: [105] });
    const ids = failing(after);
    for (const id of ['VM-SEC-001', 'VM-SEC-017', 'VM-SEC-019', 'VM-SEC-026', 'VM-SEC-028', 'VM-SEC-031'])
      expect(ids).not.toContain(id);
    const waiting = after.findings
      .filter(({ state }) => state === 'fixed-pending-restart')
      .map(({ id }) => id);
    expect(waiting).toEqual(['VM-SEC-017', 'VM-SEC-019']);

    await rollbackPlan({
      database: context.database,
      client: root,
      planId: plan.id,
      signal: context.signal,
      now: context.now,
    });
    expect(demo.state.guests['105']?.config).toEqual(before?.config);
    expect(demo.state.guests['105']?.pending).toEqual(before?.pending);
    expect(demo.state.backupJobs).toEqual(jobs);
  });

  it('is computed anew when somebody else changed the guest', async () => {
    const context = await contextOf(root);
    const { plan } = await secure.run({ intent: 'secure', slots: { guests: [105] } }, context);
    if (!plan || !secure.replan) throw new Error('no plan');
    const saved = configOf();
    await root.call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { protection: true } });
    const again = await secure.replan(plan, await contextOf(root));
    expect(again?.id).not.toBe(plan.id);
    expect(again?.steps.flatMap(({ changes }) => changes).map(({ key }) => key)).not.toContain('protection');
    expect(new Set(again?.steps.map(({ object }) => object))).toEqual(new Set(['qemu/105', 'cluster']));
    demo.state.guests['105'] = JSON.parse(saved) as (typeof demo.state.guests)[string];
  });

  it('is nothing when nothing is left to do', async () => {
    const context = await contextOf(root);
    const { plan } = await secure.run({ intent: 'secure', slots: { guests: [105] } }, context);
    if (!plan || !secure.replan) throw new Error('no plan');
    expect(await secure.replan({ ...plan, selection: [] }, await contextOf(root))).toBeNull();
  });
});
