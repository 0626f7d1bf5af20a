import { beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../store/open.ts';
import type { Database } from '../store/database.ts';
import { approvePlan, rejectPlan } from './approve.ts';
import { listLedger } from './ledger.ts';
import { listPlans, loadPlan, savePlan } from './plan-store.ts';
import { fakeCluster } from './testing/fake-cluster.ts';
import { configStep, testNow, testPlan } from './testing/fixtures.ts';
import { verifyLedger } from './verify-ledger.ts';

const cluster = fakeCluster({ 'qemu/105': { config: { cores: '4' } } });
const step = await configStep(cluster, 'qemu/105', { cores: '2' });
const names = { 'qemu/105': 'db-01' };
let database: Database;

beforeEach(() => {
  database = openDatabase(':memory:');
});

function saved(...more: Parameters<typeof testPlan>) {
  const plan = testPlan(...more);
  savePlan(database, plan);
  return plan;
}
const approve = (planId: string, person = 'root@pam', typedNames?: Record<string, string>) =>
  approvePlan({
    database,
    planId,
    person,
    now: testNow,
    ...(typedNames === undefined ? {} : { typedNames }),
  });

describe('approvePlan', () => {
  it('records who approved which plan, once', () => {
    const { id } = saved([step]);
    expect(approve(id, 'ops@pve!cli')).toMatchObject({ status: 'approved', approvedBy: 'ops@pve!cli' });
    expect(listLedger(database, { kinds: ['approved'] })[0]).toMatchObject({
      actor: 'ops@pve!cli',
      planId: id,
    });
    expect(() => approve(id)).toThrow(expect.objectContaining({ code: 'plan-state' }) as Error);
  });

  it.each(['', 'root', 'root@', '@pam', 'root@pam!', 'ro ot@pam', 'root@pam\n'])(
    'needs a named person, not %j',
    (person) => {
      const { id } = saved([step]);
      expect(() => approve(id, person)).toThrow(expect.objectContaining({ code: 'not-approved' }) as Error);
      expect(loadPlan(database, id).status).toBe('pending');
    },
  );

  it('needs the name typed exactly where something is destroyed', () => {
    const { id } = saved([{ ...step, risk: 'destructive' }], { typedNames: names });
    for (const typed of [
      undefined,
      {},
      { 'qemu/105': 'DB-01' },
      { 'qemu/105': 'db-01 ' },
      { 'qemu/106': 'db-01' },
      { 'qemu/105': '' },
    ]) {
      expect(() => approve(id, 'root@pam', typed), JSON.stringify(typed)).toThrow(
        expect.objectContaining({ code: 'not-approved' }) as Error,
      );
    }
    expect(approve(id, 'root@pam', names).status).toBe('approved');
  });

  it('refuses a plan that is older than a day, or from the future because the clock was set back', () => {
    const { id } = saved([step]);
    const at = (hours: number) => () => new Date(testNow().getTime() + hours * 3_600_000);
    expect(() => approvePlan({ database, planId: id, person: 'root@pam', now: at(25) })).toThrow(
      expect.objectContaining({ code: 'plan-stale' }) as Error,
    );
    expect(() => approvePlan({ database, planId: id, person: 'root@pam', now: at(-1) })).toThrow(
      expect.objectContaining({ code: 'plan-stale' }) as Error,
    );
    expect(approvePlan({ database, planId: id, person: 'root@pam', now: at(23) }).status).toBe('approved');
  });

  it('takes no rejected plan', () => {
    const { id } = saved([step]);
    rejectPlan({ database, planId: id, person: 'root@pam', reason: 'not now', now: testNow });
    expect(() => approve(id)).toThrow(expect.objectContaining({ code: 'plan-state' }) as Error);
    expect(loadPlan(database, id)).toMatchObject({ status: 'rejected', steps: [{ state: 'skipped' }] });
  });
});

describe('stored plans', () => {
  it('are found by a unique beginning, typed loosely', () => {
    const { id } = saved([step]);
    expect(loadPlan(database, id.slice(0, 8).toUpperCase()).plan.id).toBe(id);
    expect(loadPlan(database, id.slice(2)).plan.id).toBe(id);
  });

  it('are unknown or ambiguous with a hint', () => {
    const one = saved([step]);
    const two = saved([step]);
    expect(() => loadPlan(database, 'p-')).toThrow(
      expect.objectContaining({ code: 'plan-unknown' }) as Error,
    );
    expect(() => loadPlan(database, 'p-%')).toThrow(
      expect.objectContaining({ code: 'plan-unknown' }) as Error,
    );
    for (const { id } of [one, two]) {
      expect(() => loadPlan(database, '')).toThrow(
        expect.objectContaining({ hint: expect.stringContaining(id) as string }) as Error,
      );
    }
  });

  it('are listed newest first, by status and up to a limit', () => {
    const ids = [1, 2, 3].map((n) => saved([step], { now: () => new Date(testNow().getTime() + n) }).id);
    approve(ids[0] ?? '');
    expect(listPlans(database).map(({ plan }) => plan.id)).toEqual([...ids].reverse());
    expect(listPlans(database, { status: 'pending', limit: 1 }).map(({ plan }) => plan.id)).toEqual([ids[2]]);
    expect(listPlans(database, { status: 'approved' }).map(({ plan }) => plan.id)).toEqual([ids[0]]);
  });

  it('cannot be changed, and verification names one that was changed all the same', () => {
    const { id } = saved([step]);
    expect(() => database.sql.exec("UPDATE plans SET title = 'x'")).toThrow(/append-only/);
    expect(() => database.sql.exec('DELETE FROM plans')).toThrow(/append-only/);
    expect(verifyLedger(database).ok).toBe(true);
    database.sql.exec('DROP TRIGGER plans_no_update');
    database.sql.exec('UPDATE plans SET body = replace(body, \'"cores":"2"\', \'"cores":"64"\')');
    expect(verifyLedger(database).problems).toContainEqual(
      expect.objectContaining({ kind: 'plan', message: expect.stringContaining(id) as string }),
    );
    expect(() => loadPlan(database, id)).toThrow(
      expect.objectContaining({ code: 'audit-tampered' }) as Error,
    );
  });
});
