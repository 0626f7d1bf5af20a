import { beforeEach, describe, expect, it } from 'vitest';
import { ProxmoxAiError } from '../errors.ts';
import { openDatabase } from '../store/open.ts';
import type { Database } from '../store/database.ts';
import { approvePlan, rejectPlan } from './approve.ts';
import { executePlan, resumePlan, type ExecuteOptions } from './execute.ts';
import { listLedger } from './ledger.ts';
import { listPlans, loadPlan, savePlan } from './plan-store.ts';
import { fakeCluster, type FakeCluster } from './testing/fake-cluster.ts';
import { configStep, snapshotStep, testNow, testPlan } from './testing/fixtures.ts';
import { verifyLedger } from './verify-ledger.ts';
import type { Plan } from './types.ts';
import type { DraftStep } from './build.ts';
import type { PlanEvent } from './plan-event.ts';

const net0 = 'virtio=BC:24:11:00:00:01,bridge=vmbr0';
let database: Database;
let cluster: FakeCluster;

beforeEach(() => {
  database = openDatabase(':memory:');
  cluster = fakeCluster({
    'qemu/105': { config: { name: 'db-01', net0, cores: '4', memory: '4096' } },
    'qemu/106': { config: { name: 'web-01', net0, cores: '2' } },
  });
});

const config = (id = 'qemu/105') => cluster.state.guests[id]?.config ?? {};
const writes = () => cluster.calls.filter(({ method }) => method !== 'GET');

function approved(plan: Plan): Plan {
  savePlan(database, plan);
  approvePlan({ database, planId: plan.id, person: 'root@pam', now: testNow });
  return plan;
}

async function approvedSteps(...steps: (DraftStep | Promise<DraftStep>)[]): Promise<Plan> {
  return approved(testPlan(await Promise.all(steps)));
}

const run = (plan: Plan, more: Partial<ExecuteOptions> = {}) =>
  executePlan({
    database,
    planId: plan.id,
    client: cluster.client(),
    now: testNow,
    settleMs: 0,
    taskPollMs: 1,
    ...more,
  });
const resume = (plan: Plan, more: Partial<ExecuteOptions> = {}) =>
  resumePlan({
    database,
    planId: plan.id,
    client: cluster.client(),
    now: testNow,
    settleMs: 0,
    taskPollMs: 1,
    ...more,
  });

async function failure(promise: Promise<unknown>): Promise<ProxmoxAiError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProxmoxAiError) return error;
  throw new Error(`expected a ProxmoxAiError, got ${String(error)}`);
}
const states = (plan: Plan) => loadPlan(database, plan.id).steps.map(({ state }) => state);
const kinds = (plan: Plan) => listLedger(database, { planId: plan.id }).map(({ kind }) => kind);

describe('executePlan', () => {
  it('applies every step in order, follows tasks, verifies by reading back, and says so in the ledger', async () => {
    const plan = await approvedSteps(
      snapshotStep('qemu/105', 'before'),
      configStep(cluster, 'qemu/105', { net0: `${net0},firewall=1`, protection: '1' }),
    );
    const events: PlanEvent[] = [];
    const record = await run(plan, { onEvent: (event) => events.push(event) });
    expect(record.status).toBe('done');
    expect(record.steps.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(record.steps[0]?.upid).toMatch(/^UPID:pve1:.*qmsnapshot:105/);
    expect(config()).toMatchObject({ net0: `${net0},firewall=1`, protection: '1' });
    expect(kinds(plan)).toEqual([
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
    expect(verifyLedger(database)).toMatchObject({ ok: true, rows: 9 });
  });

  it('lets a second step on the same object follow the digest that the first one left', async () => {
    const plan = await approvedSteps(
      configStep(cluster, 'qemu/105', { protection: '1' }),
      configStep(cluster, 'qemu/105', { onboot: '1' }),
    );
    await run(plan);
    expect(config()).toMatchObject({ protection: '1', onboot: '1' });
    const sent = writes().map(({ params }) => params?.digest);
    expect(new Set(sent).size).toBe(2);
    expect(sent).not.toContain(undefined);
  });

  it('counts a pending value as done when the step takes hold at the next start, and tells so', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { cores: '2' }, { effect: 'restart' }));
    const events: PlanEvent[] = [];
    await run(plan, { onEvent: (event) => events.push(event) });
    expect(cluster.state.guests['qemu/105']).toMatchObject({
      config: { cores: '4' },
      pending: { cores: '2' },
    });
    expect(events.at(-1)).toMatchObject({
      state: 'done',
      message: expect.stringContaining('stopped and started') as string,
    });
    const done = listLedger(database, { kinds: ['step-done'] })[0];
    expect(done?.data).toMatchObject({ verification: 'read', takesHold: 'next-start' });
  });

  it('sees a pending value also where the step reads the running configuration', async () => {
    const step = await configStep(cluster, 'qemu/105', { cores: '2' }, { effect: 'restart' });
    const read = { method: 'GET' as const, path: '/nodes/pve1/qemu/105/config', params: { current: 1 } };
    expect((await run(await approvedSteps({ ...step, read }))).status).toBe('done');
  });

  it('refuses a plan that nobody approved, and one approved by somebody else', async () => {
    const plan = testPlan([await configStep(cluster, 'qemu/105', { protection: '1' })]);
    savePlan(database, plan);
    await expect(run(plan)).rejects.toMatchObject({ code: 'not-approved' });
    approvePlan({ database, planId: plan.id, person: 'ops@pve', now: testNow });
    await expect(run(plan)).rejects.toMatchObject({ code: 'not-approved' });
    rejectPlan({ database, planId: plan.id, person: 'ops@pve', now: testNow });
    await expect(run(plan)).rejects.toMatchObject({ code: 'plan-state' });
    expect(writes()).toEqual([]);
  });

  it('refuses a plan of another cluster and one that is older than a day', async () => {
    const step = await configStep(cluster, 'qemu/105', { protection: '1' });
    const elsewhere = approved(testPlan([step], { target: 'https://other:8006' }));
    await expect(run(elsewhere)).rejects.toMatchObject({ code: 'plan-state' });
    const old = approved(testPlan([step]));
    const later = () => new Date(testNow().getTime() + 25 * 3_600_000);
    await expect(run(old, { now: later })).rejects.toMatchObject({ code: 'plan-stale' });
    expect(loadPlan(database, old.id).status).toBe('approved');
    expect(writes()).toEqual([]);
  });

  it('refuses a plan whose stored text was changed after approval', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { protection: '1' }));
    database.sql.exec('DROP TRIGGER plans_no_update');
    database.sql.prepare("UPDATE plans SET body = replace(body, 'protection', 'onboot')").run();
    await expect(run(plan)).rejects.toMatchObject({ code: 'audit-tampered' });
    expect(writes()).toEqual([]);
  });

  it('runs a plan once only', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { protection: '1' }));
    const both = await Promise.allSettled([run(plan), run(plan)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(run(plan)).rejects.toMatchObject({ code: 'plan-state' });
    expect(writes()).toHaveLength(1);
  });
});

describe('a cluster that changed since', () => {
  it('overwrites nothing, and offers the plan that was computed anew', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { cores: '2' }, { effect: 'restart' }));
    await cluster
      .client('other@pve')
      .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { memory: 8192 } });
    const replan = async (old: Plan) =>
      testPlan([await configStep(cluster, 'qemu/105', { cores: '2' })], { title: old.title });
    const error = await failure(run(plan, { replan }));
    expect(error.code).toBe('plan-stale');
    const record = loadPlan(database, plan.id);
    expect(record.status).toBe('superseded');
    expect(error.fields.newPlanId).toBe(record.supersededBy);
    expect(loadPlan(database, record.supersededBy ?? '').status).toBe('pending');
    expect(writes()).toHaveLength(1);
    expect(cluster.state.guests['qemu/105']?.pending).toEqual({});
  });

  it('says so when nothing is left to do, and when the new plan cannot be made', async () => {
    const steps = [await configStep(cluster, 'qemu/105', { protection: '1' })];
    const first = approved(testPlan(steps));
    const second = approved(testPlan(steps));
    await cluster
      .client()
      .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { protection: 1 } });
    const nothing = await failure(run(first, { replan: () => Promise.resolve(null) }));
    expect(nothing).toMatchObject({ code: 'plan-stale', fields: { newPlanId: null } });
    expect(nothing.hint).toContain('nothing is left to do');
    const broken = await failure(run(second, { replan: () => Promise.reject(new Error('no inventory')) }));
    expect(broken).toMatchObject({ code: 'plan-stale', fields: { newPlanId: null } });
    expect(broken.hint).toContain('no inventory');
    expect(states(first)).toEqual(['skipped']);
    expect(loadPlan(database, second.id).status).toBe('stale');
  });

  it('goes by the values where there is no digest', async () => {
    const step = { ...(await configStep(cluster, 'qemu/105', { protection: '1' })), digest: null };
    const [fine, bad] = [approved(testPlan([step])), approved(testPlan([step]))];
    await cluster
      .client()
      .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { memory: 8192 } });
    expect((await run(fine)).status).toBe('done');
    expect((await failure(run(bad))).code).toBe('plan-stale');
  });

  it('is found also between reading and writing, where PVE refuses the old digest', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { protection: '1' }));
    cluster.before = async (call) => {
      if (call.method !== 'PUT') return;
      cluster.before = undefined;
      await cluster.client('other@pve').call({ method: 'PUT', path: call.path, params: { memory: 8192 } });
    };
    const error = await failure(run(plan));
    expect(error.code).toBe('plan-stale');
    expect(config().protection).toBeUndefined();
    expect(loadPlan(database, plan.id).status).toBe('stale');
  });

  it('is found when somebody changes the object between two steps of the plan', async () => {
    const plan = await approvedSteps(
      configStep(cluster, 'qemu/105', { protection: '1' }),
      configStep(cluster, 'qemu/106', { protection: '1' }),
      configStep(cluster, 'qemu/105', { onboot: '1' }),
    );
    cluster.after = async (call) => {
      if (call.method !== 'PUT' || !call.path.includes('106')) return;
      cluster.after = undefined;
      await cluster
        .client('other@pve')
        .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { memory: 1024 } });
    };
    const error = await failure(run(plan));
    expect(error).toMatchObject({ code: 'plan-stale', fields: { done: ['s1', 's2'], notDone: ['s3'] } });
    expect(states(plan)).toEqual(['done', 'done', 'skipped']);
  });

  it('treats two spellings of one property string as equal', async () => {
    const plan = await approvedSteps({
      ...(await configStep(cluster, 'qemu/105', { net0: `${net0},firewall=1` })),
      digest: null,
    });
    cluster.after = (call) => {
      // PVE sorts the sub-keys when it stores a NIC.
      if (call.method === 'PUT') config().net0 = 'virtio=BC:24:11:00:00:01,firewall=1,bridge=vmbr0';
    };
    expect((await run(plan)).status).toBe('done');
  });
});

describe('a step that fails', () => {
  const denied = (vmid: string) => (call: { method: string; path: string }) => {
    if (call.method !== 'GET' && call.path.includes(vmid)) {
      throw new ProxmoxAiError('pve-denied', 'Permission check failed (/vms/106, VM.Config.Options)');
    }
  };

  it('stops the plan at a 403 in the middle and says what was done and what was not', async () => {
    const plan = await approvedSteps(
      configStep(cluster, 'qemu/105', { protection: '1' }),
      configStep(cluster, 'qemu/106', { protection: '1' }),
      configStep(cluster, 'qemu/105', { onboot: '1' }),
    );
    cluster.before = denied('106');
    const error = await failure(run(plan));
    expect(error).toMatchObject({
      code: 'pve-denied',
      fields: { done: ['s1'], notDone: ['s2', 's3'], stepId: 's2' },
    });
    expect(error.message).toContain('Permission check failed (/vms/106, VM.Config.Options)');
    expect(states(plan)).toEqual(['done', 'failed', 'waiting']);
    expect(config().onboot).toBeUndefined();
    cluster.before = undefined;
    expect((await resume(plan)).status).toBe('done');
    expect(writes().filter(({ path }) => path.includes('105'))).toHaveLength(2);
  });

  it('says that PVE reported success where the change is not there', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { protection: '1' }));
    cluster.after = (call) => {
      if (call.method === 'PUT') Reflect.deleteProperty(config(), 'protection');
    };
    const error = await failure(run(plan));
    expect(error.code).toBe('task-failed');
    expect(error.message).toContain('protection is not set, not 1');
    expect(states(plan)).toEqual(['failed']);
  });

  it('fails with a task that failed', async () => {
    const plan = await approvedSteps(snapshotStep('qemu/105', 'before'));
    cluster.after = (call) => {
      if (call.method !== 'POST') return;
      for (const upid of Object.keys(cluster.state.tasks))
        cluster.state.tasks[upid] = 'snapshot feature is not available';
      cluster.state.guests['qemu/105']?.snapshots.pop();
    };
    const error = await failure(run(plan));
    expect(error.code).toBe('task-failed');
    expect(loadPlan(database, plan.id).steps[0]).toMatchObject({
      state: 'failed',
      upid: expect.stringMatching(/^UPID/) as string,
    });
  });

  it('knows a change that PVE made although it answered with an error', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { cores: '2' }, { effect: 'live' }));
    cluster.after = (call) => {
      if (call.method === 'PUT') throw new ProxmoxAiError('pve-bad-request', 'hotplug problem - cores');
    };
    expect((await failure(run(plan))).code).toBe('pve-bad-request');
    expect(states(plan)).toEqual(['failed']);
    cluster.after = undefined;
    expect((await resume(plan)).status).toBe('done');
    expect(writes()).toHaveLength(1);
  });

  it('masks a secret that an error quotes, and keeps none in ledger or plan', async () => {
    const step = await configStep(cluster, 'qemu/105', { cipassword: 'hunter2hunter2' });
    const plan = approved(testPlan([step]));
    cluster.before = (call) => {
      if (call.method === 'PUT')
        throw new ProxmoxAiError('pve-server', `bad ${String(call.params?.cipassword)}`);
    };
    expect((await failure(run(plan))).message).not.toContain('hunter2');
    cluster.before = undefined;
    await resume(plan);
    expect(writes().at(-1)?.params?.cipassword).toBe('hunter2hunter2');
    const everything = ['plans', 'ledger', 'plan_secrets'].map((table) =>
      database.sql.prepare(`SELECT * FROM ${table}`).all(),
    );
    expect(JSON.stringify(everything)).not.toContain('hunter2');
  });
});

describe('a connection that is lost', () => {
  const lost = () => new ProxmoxAiError('pve-unreachable', 'socket hang up');

  it('does not repeat a write whose answer was lost, but reads back that it took hold', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { protection: '1' }));
    cluster.after = (call) => {
      if (call.method === 'PUT') throw lost();
    };
    expect((await run(plan)).status).toBe('done');
    expect(writes()).toHaveLength(1);
    expect(listLedger(database, { kinds: ['step-done'] })[0]?.data.warning).toContain('socket hang up');
  });

  it('fails the step when the write never arrived, and resumes it', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { protection: '1' }));
    cluster.before = (call) => {
      if (call.method === 'PUT') throw lost();
    };
    expect((await failure(run(plan))).code).toBe('pve-unreachable');
    expect(loadPlan(database, plan.id).status).toBe('failed');
    cluster.before = undefined;
    expect((await resume(plan)).status).toBe('done');
    expect(config().protection).toBe('1');
  });

  it('is unknown while nothing can be read back, and is resolved on resuming without a second write', async () => {
    const plan = await approvedSteps(
      configStep(cluster, 'qemu/105', { protection: '1' }),
      configStep(cluster, 'qemu/106', { protection: '1' }),
    );
    let sent = false;
    cluster.before = () => {
      if (sent) throw lost();
    };
    cluster.after = (call) => {
      if (call.method !== 'PUT') return;
      sent = true;
      throw lost();
    };
    const error = await failure(run(plan));
    expect(error.message).toContain('unknown outcome');
    expect(states(plan)).toEqual(['unknown', 'waiting']);
    cluster.before = cluster.after = undefined;
    expect((await resume(plan)).status).toBe('done');
    expect(writes()).toHaveLength(2);
    expect(listLedger(database, { kinds: ['step-done'] })[0]?.data.resolved).toBe(true);
  });

  it('waits for a change that shows a moment later', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { protection: '1' }));
    let reads = 0;
    cluster.before = (call) => {
      if (call.method === 'PUT') {
        cluster.before = (next) => {
          if (next.path.endsWith('/config') && ++reads === 2) config().protection = '1';
        };
        throw lost();
      }
    };
    expect((await run(plan, { settleMs: 200 })).status).toBe('done');
    expect(writes()).toHaveLength(1);
  });

  it('stops on resuming when the cluster does not tell, instead of guessing', async () => {
    const step = {
      ...(await configStep(cluster, 'qemu/105', { protection: '1' })),
      read: null,
      digest: null,
    };
    const plan = await approvedSteps(step);
    cluster.before = (call) => {
      if (call.method === 'PUT') throw lost();
    };
    await failure(run(plan));
    expect(states(plan)).toEqual(['unknown']);
    cluster.before = undefined;
    expect((await failure(resume(plan))).code).toBe('plan-state');
    expect(writes()).toHaveLength(1);
  });
});

describe('a person who stops the run', () => {
  it('ends it between two steps, and it can go on', async () => {
    const plan = await approvedSteps(
      configStep(cluster, 'qemu/105', { protection: '1' }),
      configStep(cluster, 'qemu/106', { protection: '1' }),
    );
    const stop = new AbortController();
    cluster.after = (call) => {
      if (call.method === 'PUT') stop.abort();
    };
    const error = await failure(run(plan, { signal: stop.signal }));
    expect(error.code).toBe('cancelled');
    expect(loadPlan(database, plan.id).status).toBe('interrupted');
    expect(states(plan)).toEqual(['done', 'waiting']);
    expect((await resume(plan)).status).toBe('done');
  });

  it('is not undone by a screen that went away', async () => {
    const plan = await approvedSteps(configStep(cluster, 'qemu/105', { protection: '1' }));
    const record = await run(plan, {
      onEvent: () => {
        throw new Error('EPIPE');
      },
    });
    expect(record.status).toBe('done');
    expect(listPlans(database, { status: 'done' })).toHaveLength(1);
  });
});
