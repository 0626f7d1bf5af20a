import { beforeEach, describe, expect, it } from 'vitest';
import { ProxmoxAiError } from '../errors.ts';
import { openDatabase } from '../store/open.ts';
import type { Database } from '../store/database.ts';
import { approvePlan } from './approve.ts';
import type { DraftStep } from './build.ts';
import { executePlan } from './execute.ts';
import { listLedger } from './ledger.ts';
import { loadPlan, savePlan } from './plan-store.ts';
import { previewRollback } from './rollback-preview.ts';
import { rollbackPlan, type RollbackOptions } from './rollback.ts';
import { fakeCluster, type FakeCluster } from './testing/fake-cluster.ts';
import { configStep, snapshotStep, testNow, testPlan } from './testing/fixtures.ts';
import type { Plan } from './types.ts';
import { verifyLedger } from './verify-ledger.ts';

const net0 = 'virtio=BC:24:11:00:00:01,bridge=vmbr0';
let database: Database;
let cluster: FakeCluster;

beforeEach(() => {
  database = openDatabase(':memory:');
  cluster = fakeCluster({
    'qemu/105': { config: { name: 'db-01', net0, cores: '4', onboot: '1' } },
    'qemu/106': { config: { name: 'web-01', net0, cores: '2' } },
  });
});

const writes = () => cluster.calls.filter(({ method }) => method !== 'GET');
const options = (plan: Plan) => ({
  database,
  planId: plan.id,
  client: cluster.client(),
  now: testNow,
  settleMs: 0,
  taskPollMs: 1,
});
const back = (plan: Plan, more: Partial<RollbackOptions> = {}) => rollbackPlan({ ...options(plan), ...more });

async function executed(
  steps: readonly DraftStep[],
  more: Parameters<typeof testPlan>[1] = {},
): Promise<Plan> {
  const plan = testPlan(steps, more);
  savePlan(database, plan);
  approvePlan({ database, planId: plan.id, person: 'root@pam', now: testNow, typedNames: plan.typedNames });
  await executePlan(options(plan)).catch(() => undefined);
  return plan;
}
const states = (plan: Plan) => loadPlan(database, plan.id).steps.map(({ state }) => state);

describe('rollbackPlan', () => {
  it('undoes every step in reverse order and leaves the configuration as it was', async () => {
    const original = structuredClone(cluster.state.guests);
    const plan = await executed([
      snapshotStep('qemu/105', 'before'),
      await configStep(cluster, 'qemu/105', { net0: `${net0},firewall=1`, protection: '1', onboot: null }),
      await configStep(cluster, 'qemu/105', { cores: '2' }, { effect: 'restart' }),
      await configStep(cluster, 'qemu/106', { protection: '1' }),
    ]);
    expect(loadPlan(database, plan.id).status).toBe('done');
    const forward = writes().length;
    const record = await back(plan);
    expect(record.status).toBe('rolled-back');
    expect(states(plan)).toEqual(['undone', 'undone', 'undone', 'undone']);
    expect(cluster.state.guests['qemu/105']?.config).toEqual(original['qemu/105']?.config);
    expect(cluster.state.guests['qemu/106']).toEqual(original['qemu/106']);
    expect(cluster.state.guests['qemu/105']?.snapshots).toEqual([]);
    expect(cluster.state.guests['qemu/105']?.pending).toEqual({});
    expect(
      writes()
        .slice(forward)
        .map(({ path }) => path.replace('/nodes/pve1/qemu/', '')),
    ).toEqual(['106/config', '105/config', '105/config', '105/snapshot/before']);
    expect(verifyLedger(database).ok).toBe(true);
  });

  it('undoes what a plan that stopped half way had done, and nothing else', async () => {
    const steps = [
      await configStep(cluster, 'qemu/105', { protection: '1' }),
      await configStep(cluster, 'qemu/106', { protection: '1' }),
    ];
    cluster.before = (call) => {
      if (call.method === 'PUT' && call.path.includes('106')) throw new ProxmoxAiError('pve-denied', 'no');
    };
    const plan = await executed(steps);
    cluster.before = undefined;
    expect(previewRollback(database, plan.id).undo.map(({ id }) => id)).toEqual(['s1']);
    expect((await back(plan)).status).toBe('rolled-back');
    expect(states(plan)).toEqual(['undone', 'failed']);
    expect(cluster.state.guests['qemu/105']?.config.protection).toBeUndefined();
  });

  it('overwrites nothing that somebody changed since, stops there, and can go on later', async () => {
    const plan = await executed([
      await configStep(cluster, 'qemu/106', { protection: '1' }),
      await configStep(cluster, 'qemu/105', { net0: `${net0},firewall=1` }),
    ]);
    const theirs = `${net0},firewall=1,tag=20`;
    const put = (value: string) =>
      cluster
        .client('other@pve')
        .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { net0: value } });
    await put(theirs);
    await expect(back(plan)).rejects.toMatchObject({
      code: 'plan-stale',
      message: expect.stringContaining('tag=20') as string,
      fields: { done: [], notDone: ['s2', 's1'] },
    });
    expect(cluster.state.guests['qemu/105']?.config.net0).toBe(theirs);
    expect(loadPlan(database, plan.id).status).toBe('rollback-failed');
    expect(states(plan)).toEqual(['done', 'done']);
    await put(`${net0},firewall=1`);
    expect((await back(plan)).status).toBe('rolled-back');
  });

  it('leaves alone what somebody changed beside the values of the plan', async () => {
    const plan = await executed([await configStep(cluster, 'qemu/105', { protection: '1' })]);
    await cluster
      .client()
      .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { memory: 512 } });
    await back(plan);
    expect(cluster.state.guests['qemu/105']?.config).toMatchObject({ memory: '512', name: 'db-01' });
    expect(cluster.state.guests['qemu/105']?.config.protection).toBeUndefined();
  });

  it('is content with a step that somebody has undone already', async () => {
    const plan = await executed([await configStep(cluster, 'qemu/105', { protection: '1' })]);
    await cluster
      .client()
      .call({ method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { delete: 'protection' } });
    const before = writes().length;
    expect((await back(plan)).status).toBe('rolled-back');
    expect(writes()).toHaveLength(before);
  });

  it('names irreversible steps before anything is undone, and goes on when a person accepts them', async () => {
    const reversible = await configStep(cluster, 'qemu/105', { protection: '1' });
    const gone = {
      ...(await configStep(cluster, 'qemu/106', { onboot: '1' })),
      inverse: null,
      irreversible: 'the old value is not kept',
    };
    const plan = await executed([reversible, gone]);
    const before = writes().length;
    await expect(back(plan)).rejects.toMatchObject({
      code: 'plan-state',
      fields: { irreversible: { s2: 'the old value is not kept' }, undo: ['s1'] },
    });
    expect(writes()).toHaveLength(before);
    expect(loadPlan(database, plan.id).status).toBe('done');
    expect((await back(plan, { acceptIrreversible: true })).status).toBe('rolled-back');
    expect(states(plan)).toEqual(['undone', 'done']);
    expect(listLedger(database, { kinds: ['rollback-started'] })[0]?.data.irreversible).toEqual({
      s2: 'the old value is not kept',
    });
  });

  it('asks for the name where undoing removes a guest', async () => {
    const step: DraftStep = {
      ...(await configStep(cluster, 'qemu/105', { protection: '1' })),
      inverse: { method: 'DELETE', path: '/nodes/pve1/qemu/105', params: {} },
    };
    const plan = await executed([step], { typedNames: { 'qemu/105': 'db-01' } });
    await expect(back(plan)).rejects.toMatchObject({ code: 'not-approved' });
    await expect(back(plan, { typedNames: { 'qemu/105': 'DB-01' } })).rejects.toMatchObject({
      code: 'not-approved',
    });
    expect(loadPlan(database, plan.id).status).toBe('done');
  });

  it('has nothing to undo of a plan that never ran', async () => {
    const plan = testPlan([await configStep(cluster, 'qemu/105', { protection: '1' })]);
    savePlan(database, plan);
    await expect(back(plan)).rejects.toMatchObject({ code: 'plan-state' });
  });

  it('reads back after a lost answer instead of sending the inverse twice', async () => {
    const plan = await executed([await configStep(cluster, 'qemu/105', { protection: '1' })]);
    const before = writes().length;
    cluster.after = (call) => {
      if (call.method === 'PUT') throw new ProxmoxAiError('pve-unreachable', 'socket hang up');
    };
    expect((await back(plan)).status).toBe('rolled-back');
    expect(writes()).toHaveLength(before + 1);
  });

  it('stops at a 403, keeps what it undid, and goes on later', async () => {
    const plan = await executed([
      await configStep(cluster, 'qemu/105', { protection: '1' }),
      await configStep(cluster, 'qemu/106', { protection: '1' }),
    ]);
    cluster.before = (call) => {
      if (call.method === 'PUT' && call.path.includes('105')) throw new ProxmoxAiError('pve-denied', 'no');
    };
    await expect(back(plan)).rejects.toMatchObject({
      code: 'pve-denied',
      fields: { done: ['s2'], notDone: ['s1'] },
    });
    expect(states(plan)).toEqual(['done', 'undone']);
    cluster.before = undefined;
    expect((await back(plan)).status).toBe('rolled-back');
  });

  it('cannot be run forward again once a rollback has begun', async () => {
    const plan = await executed([await configStep(cluster, 'qemu/105', { protection: '1' })]);
    await back(plan);
    await expect(executePlan(options(plan))).rejects.toMatchObject({ code: 'plan-state' });
  });
});
