import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProxmoxAiError } from '../errors.ts';
import { openDatabase } from '../store/open.ts';
import { approvePlan } from './approve.ts';
import { deriveProgress, toRecord } from './derive.ts';
import { executePlan, resumePlan } from './execute.ts';
import { ledgerKindSchema, type LedgerEntry } from './ledger-entry.ts';
import { loadPlan, readProgress, savePlan } from './plan-store.ts';
import { rollbackPlan } from './rollback.ts';
import { fakeCluster, type FakeCluster } from './testing/fake-cluster.ts';
import { configStep, testNow, testPlan } from './testing/fixtures.ts';
import { planStatusSchema, stepStateSchema, type Plan } from './types.ts';
import { verifyLedger } from './verify-ledger.ts';

const guests = {
  'qemu/101': { config: { cores: '4' } },
  'qemu/102': { config: { onboot: '1' } },
  'qemu/103': { config: { tags: 'a' } },
};

async function threeSteps(cluster: FakeCluster): Promise<Plan> {
  return testPlan([
    await configStep(cluster, 'qemu/101', { protection: '1' }),
    await configStep(cluster, 'qemu/102', { protection: '1', onboot: null }),
    await configStep(cluster, 'qemu/103', { protection: '1' }),
  ]);
}

describe('deriveProgress', () => {
  it('makes sense of any rows in any order', async () => {
    const plan = await threeSteps(fakeCluster(guests));
    const row = fc.record({
      seq: fc.nat(),
      at: fc.constant('2026-11-23T20:00:00.000Z'),
      kind: fc.constantFrom(...ledgerKindSchema.options),
      planId: fc.constant(plan.id),
      stepId: fc.constantFrom(null, 's1', 's2', 's3', 's9'),
      actor: fc.constant('root@pam'),
      data: fc.dictionary(
        fc.constantFrom('outcome', 'applied', 'error', 'by', 'upid', 'digest'),
        fc.jsonValue(),
      ),
      previous: fc.constant(''),
      hash: fc.constant(''),
    });
    fc.assert(
      fc.property(fc.array(row), (entries: LedgerEntry[]) => {
        const progress = deriveProgress(plan, entries);
        const record = toRecord(plan, progress);
        planStatusSchema.parse(record.status);
        expect(record.steps.map(({ id }) => id)).toEqual(['s1', 's2', 's3']);
        for (const step of progress.steps) {
          stepStateSchema.parse(step.state);
          if (step.state === 'done') expect(step.applied).toBe('yes');
          if (step.state === 'waiting' || step.state === 'undone') expect(step.applied).toBe('no');
          if (step.state === 'unknown' || step.state === 'running') expect(step.applied).toBe('unknown');
        }
        if (record.status === 'superseded')
          expect(entries.some(({ kind }) => kind === 'superseded')).toBe(true);
      }),
    );
  });
});

type Fault = 'none' | 'denied' | 'lost-before' | 'lost-after' | 'refused-after' | 'blind' | 'stop';
const faults: readonly Fault[] = [
  'none',
  'denied',
  'lost-before',
  'lost-after',
  'refused-after',
  'blind',
  'stop',
];

/** Makes the next writes go wrong, one fault each. */
function plantFaults(cluster: FakeCluster, planted: Fault[], stop: AbortController): void {
  const lost = new ProxmoxAiError('pve-unreachable', 'socket hang up');
  let blind = false;
  cluster.before = (call) => {
    if (blind) throw lost;
    if (call.method === 'GET') return;
    if (planted[0] === 'denied')
      throw (planted.shift(), new ProxmoxAiError('pve-denied', 'Permission check failed'));
    if (planted[0] === 'lost-before') throw (planted.shift(), lost);
  };
  cluster.after = (call) => {
    if (call.method === 'GET') return;
    const fault = planted.shift() ?? 'none';
    if (fault === 'stop') stop.abort();
    if (fault === 'blind') blind = true;
    if (fault === 'lost-after' || fault === 'blind') throw lost;
    if (fault === 'refused-after') throw new ProxmoxAiError('pve-bad-request', 'hotplug problem');
  };
}

describe('any sequence of runs and faults', () => {
  it('leaves a record that agrees with the cluster, and a rollback that restores it', async () => {
    const round = fc.record({
      what: fc.constantFrom('resume', 'rollback'),
      planted: fc.array(fc.constantFrom(...faults), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...faults), { maxLength: 4 }),
        fc.array(round, { maxLength: 4 }),
        async (first, rounds) => {
          const database = openDatabase(':memory:');
          const cluster = fakeCluster(guests);
          const plan = await threeSteps(cluster);
          savePlan(database, plan);
          approvePlan({ database, planId: plan.id, person: 'root@pam', now: testNow });
          const attemptRun = async (run: typeof executePlan, planted: Fault[]): Promise<void> => {
            const stop = new AbortController();
            plantFaults(cluster, [...planted], stop);
            const options = {
              database,
              planId: plan.id,
              client: cluster.client(),
              now: testNow,
              settleMs: 0,
            };
            await run({ ...options, signal: stop.signal }).catch((thrown: unknown) => {
              expect(thrown).toBeInstanceOf(ProxmoxAiError);
              expect((thrown as ProxmoxAiError).code).not.toBe('internal');
            });
            cluster.before = cluster.after = undefined;
            agree(cluster, plan, readProgress(database, plan).steps);
          };
          await attemptRun(executePlan, first);
          for (const { what, planted } of rounds)
            await attemptRun(what === 'resume' ? resumePlan : rollbackPlan, planted);
          await attemptRun(rollbackPlan, []);
          const record = loadPlan(database, plan.id);
          for (const [id, { config }] of Object.entries(guests)) {
            expect(cluster.state.guests[id]?.config, id).toEqual(config);
          }
          expect(record.steps.every(({ state }) => state !== 'running' && state !== 'done')).toBe(true);
          expect(verifyLedger(database).ok).toBe(true);
          expect(database.sql.prepare('SELECT * FROM plan_runs').all()).toEqual([]);
          database.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** What the ledger says of each step is what the cluster shows; only `unknown` says nothing. */
function agree(cluster: FakeCluster, plan: Plan, steps: ReturnType<typeof readProgress>['steps']): void {
  for (const { id, applied } of steps) {
    const object = plan.steps.find((step) => step.id === id)?.object ?? '';
    const isThere = cluster.state.guests[object]?.config.protection === '1';
    if (applied === 'yes') expect(isThere, `${id} ${object}`).toBe(true);
    if (applied === 'no') expect(isThere, `${id} ${object}`).toBe(false);
  }
}
