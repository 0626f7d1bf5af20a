import { beforeEach, describe, expect, it } from 'vitest';
import { approvePlan, rejectPlan } from './approve.ts';
import { listLedger } from './ledger.ts';
import { loadPlan, savePlan } from './plan-store.ts';
import type { PlanEvent } from './plan-event.ts';
import { configStep, snapshotStep, testNow, testPlan } from './testing/fixtures.ts';
import { failure, net0, newHarness, type Harness } from './testing/harness.ts';
import type { Plan } from './types.ts';
import { verifyLedger } from './verify-ledger.ts';

let h: Harness;
beforeEach(() => {
  h = newHarness();
});

describe('executePlan', () => {
  it('applies every step in order, follows tasks, verifies by reading back, and says so in the ledger', async () => {
    const plan = await h.approvedSteps(
      snapshotStep('qemu/105', 'before'),
      configStep(h.cluster, 'qemu/105', { net0: `${net0},firewall=1`, protection: '1' }),
    );
    const events: PlanEvent[] = [];
    const record = await h.run(plan, { onEvent: (event) => events.push(event) });
    expect(record.status).toBe('done');
    expect(record.steps.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(record.steps[0]?.upid).toMatch(/^UPID:pve1:.*qmsnapshot:105/);
    expect(h.config()).toMatchObject({ net0: `${net0},firewall=1`, protection: '1' });
    expect(h.kinds(plan)).toEqual([
      'plan-created',
      'approved',
      'started',
      'step-intent',
      'step-task',
      'step-done',
      'step-intent',
      'step-done',
      'finished',
    ]);
    expect(events.filter(({ type }) => type === 'task-log')).toHaveLength(1);
    expect(verifyLedger(h.database)).toMatchObject({ ok: true, rows: 9 });
  });

  it('lets a second step on the same object follow the digest that the first one left', async () => {
    const plan = await h.approvedSteps(
      configStep(h.cluster, 'qemu/105', { protection: '1' }),
      configStep(h.cluster, 'qemu/105', { onboot: '1' }),
    );
    await h.run(plan);
    expect(h.config()).toMatchObject({ protection: '1', onboot: '1' });
    const sent = h.writes().map(({ params }) => params?.digest);
    expect(new Set(sent).size).toBe(2);
    expect(sent).not.toContain(undefined);
  });

  it('counts a pending value as done when the step takes hold at the next start, and tells so', async () => {
    const plan = await h.approvedSteps(
      configStep(h.cluster, 'qemu/105', { cores: '2' }, { effect: 'restart' }),
    );
    const events: PlanEvent[] = [];
    await h.run(plan, { onEvent: (event) => events.push(event) });
    expect(h.cluster.state.guests['qemu/105']).toMatchObject({
      config: { cores: '4' },
      pending: { cores: '2' },
    });
    expect(events.at(-1)).toMatchObject({
      state: 'done',
      message: expect.stringContaining('stopped and started') as string,
    });
    const done = listLedger(h.database, { kinds: ['step-done'] })[0];
    expect(done?.data).toMatchObject({ verification: 'read', takesHold: 'next-start' });
  });

  it('sees a pending value also where the step reads the running configuration', async () => {
    const step = await configStep(h.cluster, 'qemu/105', { cores: '2' }, { effect: 'restart' });
    const read = { method: 'GET' as const, path: '/nodes/pve1/qemu/105/config', params: { current: 1 } };
    expect((await h.run(await h.approvedSteps({ ...step, read }))).status).toBe('done');
  });

  it('refuses a plan that nobody approved, and one approved by somebody else', async () => {
    const plan = testPlan([await configStep(h.cluster, 'qemu/105', { protection: '1' })]);
    savePlan(h.database, plan);
    await expect(h.run(plan)).rejects.toMatchObject({ code: 'not-approved' });
    approvePlan({ database: h.database, planId: plan.id, person: 'ops@pve', now: testNow });
    await expect(h.run(plan)).rejects.toMatchObject({ code: 'not-approved' });
    rejectPlan({ database: h.database, planId: plan.id, person: 'ops@pve', now: testNow });
    await expect(h.run(plan)).rejects.toMatchObject({ code: 'plan-state' });
    expect(h.writes()).toEqual([]);
  });

  it('refuses a plan of another cluster and one that is older than a day', async () => {
    const step = await configStep(h.cluster, 'qemu/105', { protection: '1' });
    const elsewhere = h.approved(testPlan([step], { target: 'https://other:8006' }));
    await expect(h.run(elsewhere)).rejects.toMatchObject({ code: 'plan-state' });
    const old = h.approved(testPlan([step]));
    const later = () => new Date(testNow().getTime() + 25 * 3_600_000);
    await expect(h.run(old, { now: later })).rejects.toMatchObject({ code: 'plan-stale' });
    expect(loadPlan(h.database, old.id).status).toBe('approved');
    expect(h.writes()).toEqual([]);
  });

  it('refuses a plan whose stored text was changed after approval', async () => {
    const plan = await h.approvedSteps(configStep(h.cluster, 'qemu/105', { protection: '1' }));
    h.database.sql.exec('DROP TRIGGER plans_no_update');
    h.database.sql.prepare("UPDATE plans SET body = replace(body, 'protection', 'onboot')").run();
    await expect(h.run(plan)).rejects.toMatchObject({ code: 'audit-tampered' });
    expect(h.writes()).toEqual([]);
  });

  it('runs a plan once only', async () => {
    const plan = await h.approvedSteps(configStep(h.cluster, 'qemu/105', { protection: '1' }));
    const both = await Promise.allSettled([h.run(plan), h.run(plan)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(h.run(plan)).rejects.toMatchObject({ code: 'plan-state' });
    expect(h.writes()).toHaveLength(1);
  });
});

describe('a cluster that changed since', () => {
  it('overwrites nothing, and offers the plan that was computed anew', async () => {
    const plan = await h.approvedSteps(
      configStep(h.cluster, 'qemu/105', { cores: '2' }, { effect: 'restart' }),
    );
    await h.cluster
      .client('other@pve')
      .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { memory: 8192 } });
    const replan = async (old: Plan) =>
      testPlan([await configStep(h.cluster, 'qemu/105', { cores: '2' })], { title: old.title });
    const error = await failure(h.run(plan, { replan }));
    expect(error.code).toBe('plan-stale');
    const record = loadPlan(h.database, plan.id);
    expect(record.status).toBe('superseded');
    expect(error.fields.newPlanId).toBe(record.supersededBy);
    expect(loadPlan(h.database, record.supersededBy ?? '').status).toBe('pending');
    expect(h.writes()).toHaveLength(1);
    expect(h.cluster.state.guests['qemu/105']?.pending).toEqual({});
  });

  it('says so when nothing is left to do, and when the new plan cannot be made', async () => {
    const steps = [await configStep(h.cluster, 'qemu/105', { protection: '1' })];
    const first = h.approved(testPlan(steps));
    const second = h.approved(testPlan(steps));
    await h.cluster
      .client()
      .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { protection: 1 } });
    const nothing = await failure(h.run(first, { replan: () => Promise.resolve(null) }));
    expect(nothing).toMatchObject({ code: 'plan-stale', fields: { newPlanId: null } });
    expect(nothing.hint).toContain('nothing is left to do');
    const broken = await failure(h.run(second, { replan: () => Promise.reject(new Error('no inventory')) }));
    expect(broken).toMatchObject({ code: 'plan-stale', fields: { newPlanId: null } });
    expect(broken.hint).toContain('no inventory');
    expect(h.states(first)).toEqual(['skipped']);
    expect(loadPlan(h.database, second.id).status).toBe('stale');
  });

  it('goes by the values where there is no digest', async () => {
    const step = { ...(await configStep(h.cluster, 'qemu/105', { protection: '1' })), digest: null };
    const [fine, bad] = [h.approved(testPlan([step])), h.approved(testPlan([step]))];
    await h.cluster
      .client()
      .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { memory: 8192 } });
    expect((await h.run(fine)).status).toBe('done');
    expect((await failure(h.run(bad))).code).toBe('plan-stale');
  });

  it('is found also between reading and writing, where PVE refuses the old digest', async () => {
    const plan = await h.approvedSteps(configStep(h.cluster, 'qemu/105', { protection: '1' }));
    h.cluster.before = async (call) => {
      if (call.method !== 'PUT') return;
      h.cluster.before = undefined;
      await h.cluster.client('other@pve').call({ method: 'PUT', path: call.path, params: { memory: 8192 } });
    };
    const error = await failure(h.run(plan));
    expect(error.code).toBe('plan-stale');
    expect(h.config().protection).toBeUndefined();
    expect(loadPlan(h.database, plan.id).status).toBe('stale');
  });

  it('is found when somebody changes the object between two steps of the plan', async () => {
    const plan = await h.approvedSteps(
      configStep(h.cluster, 'qemu/105', { protection: '1' }),
      configStep(h.cluster, 'qemu/106', { protection: '1' }),
      configStep(h.cluster, 'qemu/105', { onboot: '1' }),
    );
    h.cluster.after = async (call) => {
      if (call.method !== 'PUT' || !call.path.includes('106')) return;
      h.cluster.after = undefined;
      await h.cluster
        .client('other@pve')
        .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { memory: 1024 } });
    };
    const error = await failure(h.run(plan));
    expect(error).toMatchObject({ code: 'plan-stale', fields: { done: ['s1', 's2'], notDone: ['s3'] } });
    expect(h.states(plan)).toEqual(['done', 'done', 'skipped']);
  });

  it('treats two spellings of one property string as equal', async () => {
    const plan = await h.approvedSteps({
      ...(await configStep(h.cluster, 'qemu/105', { net0: `${net0},firewall=1` })),
      digest: null,
    });
    h.cluster.after = (call) => {
      // PVE sorts the sub-keys when it stores a NIC.
      if (call.method === 'PUT') h.config().net0 = 'virtio=BC:24:11:00:00:01,firewall=1,bridge=vmbr0';
    };
    expect((await h.run(plan)).status).toBe('done');
  });
});
