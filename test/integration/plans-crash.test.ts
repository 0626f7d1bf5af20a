import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approvePlan } from '../../agent/src/plans/approve.ts';
import { resumePlan } from '../../agent/src/plans/execute.ts';
import { listLedger } from '../../agent/src/plans/ledger.ts';
import { loadPlan, savePlan } from '../../agent/src/plans/plan-store.ts';
import { recoverInterrupted } from '../../agent/src/plans/recover.ts';
import { rollbackPlan } from '../../agent/src/plans/rollback.ts';
import { fakeCluster, loadState, type FakeCluster } from '../../agent/src/plans/testing/fake-cluster.ts';
import { configStep, testPlan } from '../../agent/src/plans/testing/fixtures.ts';
import type { Plan } from '../../agent/src/plans/types.ts';
import { verifyLedger } from '../../agent/src/plans/verify-ledger.ts';
import type { Database } from '../../agent/src/store/database.ts';
import { openDatabase } from '../../agent/src/store/open.ts';
import { runWorker, startWorker } from './plans-spawn.ts';

let folder: string;
let database: Database;
let cluster: FakeCluster;
const file = () => join(folder, 'cluster.json');
const now = () => new Date();
const original = {
  'qemu/105': { config: { cores: '4', onboot: '1' } },
  'qemu/106': { config: { cores: '2' } },
  'qemu/107': { config: {} },
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plans-crash-'));
  database = openDatabase(join(folder, 'store.db'));
  cluster = fakeCluster(original, file());
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

async function approved(): Promise<Plan> {
  const plan = testPlan(
    [
      await configStep(cluster, 'qemu/105', { protection: '1', onboot: null }),
      await configStep(cluster, 'qemu/106', { cores: '1' }, { effect: 'restart' }),
      await configStep(cluster, 'qemu/107', { protection: '1' }),
    ],
    { now },
  );
  savePlan(database, plan);
  approvePlan({ database, planId: plan.id, person: 'root@pam' });
  return plan;
}
const options = (plan: Plan) => ({ database, planId: plan.id, client: cluster.client(), settleMs: 0 });
const config = (id: string) => loadState(file()).guests[id]?.config;

async function killIn(action: 'execute' | 'rollback', plan: Plan, path: string, moment: 'before' | 'after') {
  const worker = startWorker({
    database: database.path,
    action,
    planId: plan.id,
    fake: { file: file(), hang: { path, moment } },
  });
  await worker.until(({ type }) => type === 'hanging');
  await expect(resumePlan(options(plan))).rejects.toMatchObject({ code: 'plan-state' });
  expect(recoverInterrupted(database)).toEqual([]);
  await worker.kill();
  return worker;
}

describe('kill -9 in the middle of a step', () => {
  it.each(['before', 'after'] as const)(
    'is found at the next start; the plan goes on without a second write (killed %s PVE did it)',
    async (moment) => {
      const plan = await approved();
      const { child } = await killIn('execute', plan, '106', moment);
      expect(loadPlan(database, plan.id).status).toBe('running');
      expect(listLedger(database, { planId: plan.id }).at(-1)).toMatchObject({
        kind: 'step-intent',
        stepId: 's2',
      });

      const [recovered] = recoverInterrupted(database);
      expect(recovered?.record.status).toBe('interrupted');
      expect(recovered?.record.steps.map(({ state }) => state)).toEqual(['done', 'unknown', 'waiting']);
      expect(recovered?.message).toContain(`process ${child.pid} died`);
      expect(recovered?.message).toContain('Done: s1. s2 had begun');

      const record = await resumePlan(options(plan));
      expect(record.status).toBe('done');
      const written = cluster.calls
        .filter(({ method }) => method !== 'GET')
        .map(({ path }) => path.split('/')[4]);
      expect(written).toEqual(moment === 'before' ? ['106', '107'] : ['107']);
      expect(loadState(file()).guests['qemu/106']?.pending).toEqual({ cores: '1' });
      expect(config('qemu/107')).toEqual({ protection: '1' });
      expect(verifyLedger(database).ok).toBe(true);
    },
  );

  it.each(['before', 'after'] as const)(
    'can be rolled back to what was (killed %s PVE did it)',
    async (moment) => {
      const plan = await approved();
      await killIn('execute', plan, '107', moment);
      recoverInterrupted(database);
      expect((await rollbackPlan(options(plan))).status).toBe('rolled-back');
      for (const [id, guest] of Object.entries(original)) expect(config(id), id).toEqual(guest.config);
      expect(loadState(file()).guests['qemu/106']?.pending).toEqual({});
      expect(verifyLedger(database).ok).toBe(true);
    },
  );

  it.each(['before', 'after'] as const)(
    'of a rollback lets the rollback go on (killed %s PVE did it)',
    async (moment) => {
      const plan = await approved();
      expect(
        await runWorker({
          database: database.path,
          action: 'execute',
          planId: plan.id,
          fake: { file: file() },
        }),
      ).toMatchObject({
        status: 'done',
      });
      await killIn('rollback', plan, '106', moment);
      const [recovered] = recoverInterrupted(database);
      expect(recovered?.record.status).toBe('rollback-failed');
      expect((await rollbackPlan(options(plan))).status).toBe('rolled-back');
      for (const [id, guest] of Object.entries(original)) expect(config(id), id).toEqual(guest.config);
    },
  );
});

describe('several processes at once', () => {
  it('open a new store together and write one unbroken ledger', async () => {
    const shared = join(folder, 'new', 'store.db');
    const ends = await Promise.all(
      Array.from({ length: 4 }, () => runWorker({ database: shared, action: 'note', count: 25 })),
    );
    expect(ends.map(({ status }) => status)).toEqual(['noted', 'noted', 'noted', 'noted']);
    const opened = openDatabase(shared);
    expect(verifyLedger(opened)).toMatchObject({ ok: true, rows: 100 });
    opened.close();
  });

  it('run an approved plan once', async () => {
    const plan = await approved();
    const ends = await Promise.all(
      Array.from({ length: 3 }, () =>
        runWorker({ database: database.path, action: 'execute', planId: plan.id, fake: { file: file() } }),
      ),
    );
    expect(ends.filter(({ status }) => status === 'done')).toHaveLength(1);
    expect(ends.filter(({ code }) => code === 'plan-state')).toHaveLength(2);
    expect(listLedger(database, { planId: plan.id, kinds: ['step-intent'] })).toHaveLength(3);
    expect(verifyLedger(database).ok).toBe(true);
  });
});
