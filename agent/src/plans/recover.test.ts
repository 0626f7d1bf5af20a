import { beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../store/open.ts';
import type { Database } from '../store/database.ts';
import { approvePlan } from './approve.ts';
import { executePlan, resumePlan } from './execute.ts';
import { savePlan, loadPlan } from './plan-store.ts';
import { isAlive, thisProcess } from './process-identity.ts';
import { recoverInterrupted } from './recover.ts';
import { rollbackPlan } from './rollback.ts';
import { fakeCluster, type FakeCluster } from './testing/fake-cluster.ts';
import { configStep, testNow, testPlan } from './testing/fixtures.ts';
import type { Plan } from './types.ts';

let database: Database;
let cluster: FakeCluster;

beforeEach(() => {
  database = openDatabase(':memory:');
  cluster = fakeCluster({ 'qemu/105': { config: { cores: '4' } }, 'qemu/106': { config: {} } });
});

async function approved(): Promise<Plan> {
  const plan = testPlan([
    await configStep(cluster, 'qemu/105', { protection: '1' }),
    await configStep(cluster, 'qemu/106', { protection: '1' }),
  ]);
  savePlan(database, plan);
  approvePlan({ database, planId: plan.id, person: 'root@pam', now: testNow });
  return plan;
}
const options = (plan: Plan) => ({
  database,
  planId: plan.id,
  client: cluster.client(),
  now: testNow,
  settleMs: 0,
});

/** A run that never ends, in a process that is then said to be another, dead one. */
async function dieDuring(
  plan: Plan,
  path: string,
  moment: 'before' | 'after',
  run = executePlan,
): Promise<void> {
  const client = cluster.client();
  const hang = new Promise<never>(() => undefined);
  await new Promise<void>((resolve) => {
    cluster[moment] = async (call) => {
      if (call.method === 'GET' || !call.path.includes(path)) return;
      resolve();
      await hang;
    };
    void run({ ...options(plan), client });
  });
  cluster.before = cluster.after = undefined;
  database.sql.exec("UPDATE plan_runs SET process_start = '1'");
}

describe('recoverInterrupted', () => {
  it('leaves a plan alone that a living process runs, and nobody else can run it', async () => {
    const plan = await approved();
    await dieDuring(plan, '105', 'before');
    database.sql.prepare('UPDATE plan_runs SET process_start = ?').run(thisProcess().start);
    expect(recoverInterrupted(database)).toEqual([]);
    expect(loadPlan(database, plan.id).status).toBe('running');
    await expect(executePlan(options(plan))).rejects.toMatchObject({ code: 'plan-state' });
    await expect(resumePlan(options(plan))).rejects.toMatchObject({ code: 'plan-state' });
    await expect(rollbackPlan(options(plan))).rejects.toMatchObject({ code: 'plan-state' });
  });

  it.each(['before', 'after'] as const)(
    'tells what is known when the process died %s the call took hold',
    async (moment) => {
      const plan = await approved();
      await dieDuring(plan, '106', moment);
      const [recovered] = recoverInterrupted(database, { now: testNow });
      expect(recovered?.record.status).toBe('interrupted');
      expect(recovered?.record.steps.map(({ state }) => state)).toEqual(['done', 'unknown']);
      expect(recovered?.message).toContain('Done: s1. s2 had begun');
      expect(recoverInterrupted(database)).toEqual([]);
      const before = cluster.calls.filter(({ method }) => method !== 'GET').length;
      expect((await resumePlan(options(plan))).status).toBe('done');
      const sent = cluster.calls.filter(({ method }) => method !== 'GET').length - before;
      expect(sent).toBe(moment === 'before' ? 1 : 0);
      expect(cluster.state.guests['qemu/106']?.config.protection).toBe('1');
    },
  );

  it('lets an interrupted plan be rolled back, whether or not its last call took hold', async () => {
    for (const moment of ['before', 'after'] as const) {
      const plan = await approved();
      await dieDuring(plan, '106', moment);
      recoverInterrupted(database, { now: testNow });
      expect((await rollbackPlan(options(plan))).status).toBe('rolled-back');
      expect(cluster.state.guests['qemu/106']?.config).toEqual({});
      expect(cluster.state.guests['qemu/105']?.config).toEqual({ cores: '4' });
    }
  });

  it('lets an interrupted rollback go on, and not the plan', async () => {
    const plan = await approved();
    await executePlan(options(plan));
    await dieDuring(plan, '106', 'after', rollbackPlan);
    const [recovered] = recoverInterrupted(database, { now: testNow });
    expect(recovered?.record.status).toBe('rollback-failed');
    expect(recovered?.message).toContain('rollback of plan');
    await expect(resumePlan(options(plan))).rejects.toMatchObject({ code: 'plan-state' });
    expect((await rollbackPlan(options(plan))).status).toBe('rolled-back');
    expect(cluster.state.guests['qemu/105']?.config).toEqual({ cores: '4' });
  });

  it('stops a process that was declared dead and comes back, before it writes again', async () => {
    const plan = await approved();
    let release = (): void => undefined;
    const paused = new Promise<void>((resolve) => {
      cluster.after = async (call) => {
        if (call.method === 'GET') return;
        cluster.after = undefined;
        resolve();
        await new Promise<void>((go) => (release = go));
      };
    });
    const slow = executePlan(options(plan));
    await paused;
    database.sql.exec("UPDATE plan_runs SET process_start = '1'");
    recoverInterrupted(database, { now: testNow });
    release();
    await expect(slow).rejects.toMatchObject({ code: 'plan-state' });
    expect(cluster.state.guests['qemu/106']?.config.protection).toBeUndefined();
    expect(loadPlan(database, plan.id).status).toBe('interrupted');
  });

  it('forgets secrets of plans that are too old to run', async () => {
    const plan = testPlan([await configStep(cluster, 'qemu/105', { cipassword: 'hunter2hunter2' })]);
    savePlan(database, plan);
    const count = () => database.sql.prepare('SELECT count(*) AS n FROM plan_secrets').get();
    recoverInterrupted(database, { now: testNow });
    expect(count()).toEqual({ n: 1 });
    recoverInterrupted(database, { now: () => new Date(testNow().getTime() + 25 * 3_600_000) });
    expect(count()).toEqual({ n: 0 });
  });
});

describe('isAlive', () => {
  const self = thisProcess();
  const now = new Date();
  const minutesAgo = (n: number) => new Date(now.getTime() - n * 60_000);

  it('knows this process, and none with its number but another start or boot', () => {
    expect(isAlive(self, minutesAgo(60), now)).toBe(true);
    expect(isAlive({ ...self, start: '1' }, now, now)).toBe(false);
    expect(isAlive({ ...self, bootId: 'other' }, now, now)).toBe(false);
  });

  it('goes by the last sign of life where the process is out of sight', () => {
    const hidden = { ...self, pidNamespace: 'pid:[1]' };
    expect(isAlive(hidden, minutesAgo(0.5), now)).toBe(true);
    expect(isAlive(hidden, minutesAgo(2), now)).toBe(false);
  });
});
