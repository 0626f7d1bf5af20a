import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';
import { startDemo, type DemoCluster } from '../../agent/src/demo/start.ts';
import { approvePlan } from '../../agent/src/plans/approve.ts';
import { makePlan, type DraftStep } from '../../agent/src/plans/build.ts';
import { executePlan, resumePlan } from '../../agent/src/plans/execute.ts';
import type { PlanEvent } from '../../agent/src/plans/plan-event.ts';
import { loadPlan, savePlan } from '../../agent/src/plans/plan-store.ts';
import { recoverInterrupted } from '../../agent/src/plans/recover.ts';
import { rollbackPlan } from '../../agent/src/plans/rollback.ts';
import type { Plan } from '../../agent/src/plans/types.ts';
import { verifyLedger } from '../../agent/src/plans/verify-ledger.ts';
import { connect } from '../../agent/src/pve/client/connect.ts';
import { ProxmoxAiError } from '../../agent/src/errors.ts';
import type { PveClient } from '../../agent/src/pve/types.ts';
import type { Database } from '../../agent/src/store/database.ts';
import { openDatabase } from '../../agent/src/store/open.ts';
import { startWorker } from './plans-spawn.ts';

let folder: string;
let database: Database;
let demo: DemoCluster;
let root: PveClient;
let original: string;

const login = ({ userid, password }: { userid: string; password: string }) =>
  connect({
    target: demo.url,
    auth: { kind: 'password', userid, password },
    trust: { kind: 'ca', pem: demo.caPem },
    backoffMs: 10,
  });

/** Everything of the cluster that a plan of these tests could touch. */
function picture(): string {
  const { guests, backupJobs, firewall } = demo.state;
  const kept = Object.values(guests).map(({ vmid, config, pending, snapshots, firewall: rules }) => ({
    vmid,
    config,
    pending,
    snapshots,
    rules,
  }));
  return JSON.stringify({ kept, backupJobs, firewall }, sortKeys);
}
const sortKeys = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plans-demo-'));
  database = openDatabase(join(folder, 'store.db'));
  demo = await startDemo({ speed: Infinity, authDelayMs: 0 });
  root = await login(demoAccounts.root);
  original = picture();
});
afterEach(async () => {
  root.close();
  database.close();
  await demo.close();
  rmSync(folder, { recursive: true });
});

/** A PUT of some keys computed from what the cluster has now, with its way back. */
async function put(
  object: string,
  path: string,
  values: Record<string, string | null>,
  more: Partial<DraftStep> = {},
) {
  const now = z.record(z.string(), z.unknown()).parse(await root.call({ method: 'GET', path }));
  const text = (key: string): string | null => {
    const value = now[key];
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
  };
  const changes = Object.entries(values).map(([key, after]) => ({ key, before: text(key), after }));
  const call = (side: 'before' | 'after') => ({
    method: 'PUT' as const,
    path,
    params: {
      ...Object.fromEntries(
        changes.flatMap((change) => (change[side] === null ? [] : [[change.key, change[side]]])),
      ),
      ...(changes.some((change) => change[side] === null)
        ? {
            delete: changes
              .filter((change) => change[side] === null)
              .map(({ key }) => key)
              .join(','),
          }
        : {}),
    },
  });
  const step: DraftStep = {
    title: `Change ${Object.keys(values).join(', ')} of ${object}`,
    why: 'A test asked for it.',
    source: 'test',
    object,
    call: call('after'),
    read: { method: 'GET', path, params: {} },
    digest: text('digest'),
    changes,
    effect: 'live',
    risk: 'safe',
    inverse: call('before'),
    irreversible: null,
    caution: null,
    privileges: [],
    rootOnly: false,
    ...more,
  };
  return step;
}

const config = (
  object: string,
  node: string,
  values: Record<string, string | null>,
  more: Partial<DraftStep> = {},
) => put(object, `/nodes/${node}/${object}/config`, values, more);

const snapshot = (object: string, node: string, name: string): DraftStep => ({
  title: `Snapshot ${name} of ${object}`,
  why: 'A way back.',
  source: 'test',
  object,
  call: { method: 'POST', path: `/nodes/${node}/${object}/snapshot`, params: { snapname: name } },
  read: { method: 'GET', path: `/nodes/${node}/${object}/snapshot`, params: {} },
  digest: null,
  changes: [{ key: name, before: null, after: 'present' }],
  effect: 'live',
  risk: 'safe',
  inverse: { method: 'DELETE', path: `/nodes/${node}/${object}/snapshot/${name}`, params: {} },
  irreversible: null,
  caution: null,
  privileges: [],
  rootOnly: false,
});

function planned(steps: readonly DraftStep[]): Plan {
  return makePlan({
    title: 'Change the demo',
    capability: 'test',
    request: { intent: 'secure', slots: { guests: [105] } },
    selection: [],
    target: root.target,
    createdBy: root.userid,
    typedNames: {},
    steps,
    now: () => new Date(),
  });
}

function approved(steps: readonly DraftStep[], person = root.userid): Plan {
  const plan = planned(steps);
  savePlan(database, plan);
  approvePlan({ database, planId: plan.id, person });
  return plan;
}

const options = (plan: Plan, client = root) => ({
  database,
  planId: plan.id,
  client,
  settleMs: 300,
  taskPollMs: 20,
});

async function failure(promise: Promise<unknown>): Promise<ProxmoxAiError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof ProxmoxAiError) return thrown;
  throw new Error(`expected a ProxmoxAiError, got ${String(thrown)}`);
}

const states = (plan: Plan) => loadPlan(database, plan.id).steps.map(({ state }) => state);
const net0 = 'virtio=BC:24:11:5E:01:05,bridge=vmbr0';

describe('a plan on the demo cluster, over HTTPS', () => {
  it('is applied as PVE calls and tasks, and rolled back to exactly what was', async () => {
    const job = Object.keys(demo.state.backupJobs)[0] ?? '';
    const events: PlanEvent[] = [];
    const plan = approved([
      snapshot('qemu/105', 'pve1', 'before-test'),
      await config('qemu/105', 'pve1', {
        net0: `${net0},firewall=1`,
        onboot: null,
        protection: '1',
        tags: 'prod;critical;test',
      }),
      await config(
        'qemu/105',
        'pve1',
        { cpu: 'x86-64-v2-AES', memory: '8192' },
        { effect: 'restart', digest: null },
      ),
      await put('qemu/105', '/nodes/pve1/qemu/105/firewall/options', { enable: '1', policy_in: 'DROP' }),
      await config('lxc/201', 'pve1', { protection: '1', description: 'two\nlines' }),
      await put('cluster', `/cluster/backup/${job}`, { comment: 'changed' }),
    ]);
    const record = await executePlan({ ...options(plan), onEvent: (event) => events.push(event) });
    expect(record.status).toBe('done');
    expect(record.steps.map(({ state }) => state)).toEqual(plan.steps.map(() => 'done'));
    expect(record.steps[0]?.upid).toMatch(/^UPID:pve1:.*:qmsnapshot:105:root@pam:$/);
    expect(events.some((event) => event.type === 'task-log')).toBe(true);
    const guest = demo.state.guests['105'];
    expect(guest?.config).toMatchObject({ protection: '1' });
    expect(guest?.config.cpu).toBe('kvm64');
    expect(guest?.pending.set).toMatchObject({ cpu: 'x86-64-v2-AES' });
    expect(guest?.firewall.options).toMatchObject({ policy_in: 'DROP' });
    expect(picture()).not.toBe(original);

    const back = await rollbackPlan(options(plan));
    expect(back.status).toBe('rolled-back');
    expect(JSON.parse(picture())).toEqual(JSON.parse(original));
    expect(verifyLedger(database).ok).toBe(true);
  });

  it('overwrites nothing that a second person changed in between', async () => {
    const plan = approved([await config('qemu/105', 'pve1', { protection: '1' })]);
    const operator = await login(demoAccounts.operator);
    await operator.call({
      method: 'PUT',
      path: '/nodes/pve1/qemu/105/config',
      params: { description: 'mine' },
    });
    operator.close();
    const theirs = picture();
    const replan = async () => planned([await config('qemu/105', 'pve1', { protection: '1' })]);
    const error = await failure(executePlan({ ...options(plan), replan }));
    expect(error.code).toBe('plan-stale');
    expect(picture()).toBe(theirs);
    const fresh = loadPlan(database, String(error.fields.newPlanId));
    expect(loadPlan(database, plan.id)).toMatchObject({ status: 'superseded', supersededBy: fresh.plan.id });
    expect(fresh.status).toBe('pending');
    approvePlan({ database, planId: fresh.plan.id, person: root.userid });
    expect((await executePlan(options(fresh.plan))).status).toBe('done');
    expect(demo.state.guests['105']?.config).toMatchObject({
      protection: '1',
      description: expect.stringContaining('mine') as string,
    });
  });

  it('stops at a 403 in the middle; what was done can be rolled back', async () => {
    const operator = await login(demoAccounts.operator);
    const plan = approved(
      [
        await config('qemu/105', 'pve1', { protection: '1' }),
        // Not in the operator's pool: readable for nobody but administrators and auditors.
        await config('qemu/100', 'pve1', { onboot: '0' }),
        await config('qemu/105', 'pve1', { onboot: null }, { digest: null }),
      ],
      operator.userid,
    );
    const error = await failure(executePlan(options(plan, operator)));
    expect(error).toMatchObject({
      code: 'pve-denied',
      fields: { stepId: 's2', done: ['s1'], notDone: ['s2', 's3'] },
    });
    expect(error.message).toContain('Permission check failed');
    expect(loadPlan(database, plan.id).status).toBe('failed');
    expect((await rollbackPlan(options(plan, operator))).status).toBe('rolled-back');
    expect(JSON.parse(picture())).toEqual(JSON.parse(original));
    operator.close();
  });

  it('does not send a write again whose answer was lost', async () => {
    const plan = approved([await config('qemu/105', 'pve1', { protection: '1' })]);
    demo.inject({ kind: 'hang-up-after', method: 'PUT', path: /\/qemu\/105\/config$/ });
    expect((await executePlan(options(plan))).status).toBe('done');
    const never = approved([await config('qemu/105', 'pve1', { onboot: null })]);
    demo.inject({ kind: 'hang-up', method: 'PUT', path: /\/qemu\/105\/config$/ });
    const lost = await failure(executePlan(options(never)));
    expect(lost.code, lost.message).toBe('pve-unreachable');
    expect(states(never)).toEqual(['failed']);
    expect((await resumePlan(options(never))).status).toBe('done');
  });

  it.each([
    ['before PVE did it', { kind: 'hang' }, 'before'],
    ['after PVE did it', { kind: 'slow', delayMs: 120_000 }, 'after'],
  ] as const)('survives kill -9 in the middle of a step, %s', async (_when, fault, moment) => {
    const plan = approved([
      await config('qemu/105', 'pve1', { protection: '1' }),
      await config('qemu/108', 'pve1', { protection: '1' }),
      await config('qemu/105', 'pve1', { cores: '2' }, { effect: 'restart', digest: null }),
    ]);
    demo.inject({ ...fault, method: 'PUT', path: /\/qemu\/108\/config$/ });
    const { userid, password } = demoAccounts.root;
    const worker = startWorker({
      database: database.path,
      action: 'execute',
      planId: plan.id,
      demo: { target: demo.url, caPem: demo.caPem, userid, password },
    });
    await worker.until(({ stepId, state }) => stepId === 's2' && state === 'running');
    const applied = () => demo.state.guests['108']?.config.protection === '1';
    if (moment === 'after') await expect.poll(applied, { timeout: 20_000 }).toBe(true);
    await worker.kill();
    demo.clearFaults();
    expect(applied()).toBe(moment === 'after');

    const [recovered] = recoverInterrupted(database);
    expect(recovered?.record.steps.map(({ state }) => state)).toEqual(['done', 'unknown', 'waiting']);
    expect((await resumePlan(options(plan))).status).toBe('done');
    expect(applied()).toBe(true);
    expect(demo.state.guests['105']?.pending.set).toMatchObject({ cores: '2' });
    expect((await rollbackPlan(options(plan))).status).toBe('rolled-back');
    expect(JSON.parse(picture())).toEqual(JSON.parse(original));
    expect(verifyLedger(database).ok).toBe(true);
  });
});
