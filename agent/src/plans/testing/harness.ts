import { ProxmoxAiError } from '../../errors.ts';
import type { Database } from '../../store/database.ts';
import { openDatabase } from '../../store/open.ts';
import { approvePlan } from '../approve.ts';
import type { DraftStep } from '../build.ts';
import { executePlan, resumePlan, type ExecuteOptions } from '../execute.ts';
import { listLedger } from '../ledger.ts';
import { loadPlan, savePlan } from '../plan-store.ts';
import type { Plan, PlanRecord, StepState } from '../types.ts';
import { fakeCluster, type FakeCluster } from './fake-cluster.ts';
import { testNow, testPlan } from './fixtures.ts';

export const net0 = 'virtio=BC:24:11:00:00:01,bridge=vmbr0';

export interface Harness {
  readonly database: Database;
  readonly cluster: FakeCluster;
  /** The configuration of a guest, VM 105 unless told. */
  config(id?: string): Record<string, string>;
  writes(): FakeCluster['calls'];
  approved(plan: Plan): Plan;
  approvedSteps(...steps: (DraftStep | Promise<DraftStep>)[]): Promise<Plan>;
  run(plan: Plan, more?: Partial<ExecuteOptions>): Promise<PlanRecord>;
  resume(plan: Plan, more?: Partial<ExecuteOptions>): Promise<PlanRecord>;
  states(plan: Plan): StepState[];
  kinds(plan: Plan): string[];
}

/** A store in memory and a small cluster with two VMs. */
export function newHarness(): Harness {
  const database = openDatabase(':memory:');
  const cluster = fakeCluster({
    'qemu/105': { config: { name: 'db-01', net0, cores: '4', memory: '4096' } },
    'qemu/106': { config: { name: 'web-01', net0, cores: '2' } },
  });
  const options = (plan: Plan) => ({
    database,
    planId: plan.id,
    client: cluster.client(),
    now: testNow,
    settleMs: 0,
    taskPollMs: 1,
  });
  const approved = (plan: Plan): Plan => {
    savePlan(database, plan);
    approvePlan({ database, planId: plan.id, person: 'root@pam', now: testNow });
    return plan;
  };
  return {
    database,
    cluster,
    config: (id = 'qemu/105') => cluster.state.guests[id]?.config ?? {},
    writes: () => cluster.calls.filter(({ method }) => method !== 'GET'),
    approved,
    approvedSteps: async (...steps) => {
      const ready: DraftStep[] = [];
      for (const step of steps) ready.push(await step);
      return approved(testPlan(ready));
    },
    run: (plan, more) => executePlan({ ...options(plan), ...more }),
    resume: (plan, more) => resumePlan({ ...options(plan), ...more }),
    states: (plan) => loadPlan(database, plan.id).steps.map(({ state }) => state),
    kinds: (plan) => listLedger(database, { planId: plan.id }).map(({ kind }) => kind),
  };
}

/** The error that a run must end with. */
export async function failure(promise: Promise<unknown>): Promise<ProxmoxAiError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProxmoxAiError) return error;
  throw new Error(`expected a ProxmoxAiError, got ${String(error)}`);
}
