import { beforeEach, describe, expect, it } from 'vitest';
import { ProxmoxAiError } from '../errors.ts';
import { listLedger } from './ledger.ts';
import { listPlans, loadPlan } from './plan-store.ts';
import { configStep, snapshotStep, testPlan } from './testing/fixtures.ts';
import { failure, newHarness, type Harness } from './testing/harness.ts';

let h: Harness;
beforeEach(() => {
  h = newHarness();
});

describe('a step that fails', () => {
  const denied = (vmid: string) => (call: { method: string; path: string }) => {
    if (call.method !== 'GET' && call.path.includes(vmid)) {
      throw new ProxmoxAiError('pve-denied', 'Permission check failed (/vms/106, VM.Config.Options)');
    }
  };

  it('stops the plan at a 403 in the middle and says what was done and what was not', async () => {
    const plan = await h.approvedSteps(
      configStep(h.cluster, 'qemu/105', { protection: '1' }),
      configStep(h.cluster, 'qemu/106', { protection: '1' }),
      configStep(h.cluster, 'qemu/105', { onboot: '1' }),
    );
    h.cluster.before = denied('106');
    const error = await failure(h.run(plan));
    expect(error).toMatchObject({
      code: 'pve-denied',
      fields: { done: ['s1'], notDone: ['s2', 's3'], stepId: 's2' },
    });
    expect(error.message).toContain('Permission check failed (/vms/106, VM.Config.Options)');
    expect(h.states(plan)).toEqual(['done', 'failed', 'waiting']);
    expect(h.config().onboot).toBeUndefined();
    h.cluster.before = undefined;
    expect((await h.resume(plan)).status).toBe('done');
    expect(h.writes().filter(({ path }) => path.includes('105'))).toHaveLength(2);
  });

  it('says that PVE reported success where the change is not there', async () => {
    const plan = await h.approvedSteps(configStep(h.cluster, 'qemu/105', { protection: '1' }));
    h.cluster.after = (call) => {
      if (call.method === 'PUT') Reflect.deleteProperty(h.config(), 'protection');
    };
    const error = await failure(h.run(plan));
    expect(error.code).toBe('task-failed');
    expect(error.message).toContain('protection is not set, not 1');
    expect(h.states(plan)).toEqual(['failed']);
  });

  it('fails with a task that failed', async () => {
    const plan = await h.approvedSteps(snapshotStep('qemu/105', 'before'));
    h.cluster.after = (call) => {
      if (call.method !== 'POST') return;
      for (const upid of Object.keys(h.cluster.state.tasks))
        h.cluster.state.tasks[upid] = 'snapshot feature is not available';
      h.cluster.state.guests['qemu/105']?.snapshots.pop();
    };
    const error = await failure(h.run(plan));
    expect(error.code).toBe('task-failed');
    expect(loadPlan(h.database, plan.id).steps[0]).toMatchObject({
      state: 'failed',
      upid: expect.stringMatching(/^UPID/) as string,
    });
  });

  it('knows a change that PVE made although it answered with an error', async () => {
    const plan = await h.approvedSteps(configStep(h.cluster, 'qemu/105', { cores: '2' }, { effect: 'live' }));
    h.cluster.after = (call) => {
      if (call.method === 'PUT') throw new ProxmoxAiError('pve-bad-request', 'hotplug problem - cores');
    };
    expect((await failure(h.run(plan))).code).toBe('pve-bad-request');
    expect(h.states(plan)).toEqual(['failed']);
    h.cluster.after = undefined;
    expect((await h.resume(plan)).status).toBe('done');
    expect(h.writes()).toHaveLength(1);
  });

  it('masks a secret that an error quotes, and keeps none in ledger or plan', async () => {
    const step = await configStep(h.cluster, 'qemu/105', { cipassword: 'hunter2hunter2' });
    const plan = h.approved(testPlan([step]));
    h.cluster.before = (call) => {
      if (call.method === 'PUT')
        throw new ProxmoxAiError('pve-server', `bad ${String(call.params?.cipassword)}`);
    };
    expect((await failure(h.run(plan))).message).not.toContain('hunter2');
    h.cluster.before = undefined;
    await h.resume(plan);
    expect(h.writes().at(-1)?.params?.cipassword).toBe('hunter2hunter2');
    const everything = ['plans', 'ledger', 'plan_secrets'].map((table) =>
      h.database.sql.prepare(`SELECT * FROM ${table}`).all(),
    );
    expect(JSON.stringify(everything)).not.toContain('hunter2');
  });
});

describe('a connection that is lost', () => {
  const lost = () => new ProxmoxAiError('pve-unreachable', 'socket hang up');

  it('does not repeat a write whose answer was lost, but reads back that it took hold', async () => {
    const plan = await h.approvedSteps(configStep(h.cluster, 'qemu/105', { protection: '1' }));
    h.cluster.after = (call) => {
      if (call.method === 'PUT') throw lost();
    };
    expect((await h.run(plan)).status).toBe('done');
    expect(h.writes()).toHaveLength(1);
    expect(listLedger(h.database, { kinds: ['step-done'] })[0]?.data.warning).toContain('socket hang up');
  });

  it('fails the step when the write never arrived, and resumes it', async () => {
    const plan = await h.approvedSteps(configStep(h.cluster, 'qemu/105', { protection: '1' }));
    h.cluster.before = (call) => {
      if (call.method === 'PUT') throw lost();
    };
    expect((await failure(h.run(plan))).code).toBe('pve-unreachable');
    expect(loadPlan(h.database, plan.id).status).toBe('failed');
    h.cluster.before = undefined;
    expect((await h.resume(plan)).status).toBe('done');
    expect(h.config().protection).toBe('1');
  });

  it('is unknown while nothing can be read back, and is resolved on resuming without a second write', async () => {
    const plan = await h.approvedSteps(
      configStep(h.cluster, 'qemu/105', { protection: '1' }),
      configStep(h.cluster, 'qemu/106', { protection: '1' }),
    );
    let sent = false;
    h.cluster.before = () => {
      if (sent) throw lost();
    };
    h.cluster.after = (call) => {
      if (call.method !== 'PUT') return;
      sent = true;
      throw lost();
    };
    const error = await failure(h.run(plan));
    expect(error.message).toContain('unknown outcome');
    expect(h.states(plan)).toEqual(['unknown', 'waiting']);
    h.cluster.before = h.cluster.after = undefined;
    expect((await h.resume(plan)).status).toBe('done');
    expect(h.writes()).toHaveLength(2);
    expect(listLedger(h.database, { kinds: ['step-done'] })[0]?.data.resolved).toBe(true);
  });

  it('waits for a change that shows a moment later', async () => {
    const plan = await h.approvedSteps(configStep(h.cluster, 'qemu/105', { protection: '1' }));
    let reads = 0;
    h.cluster.before = (call) => {
      if (call.method === 'PUT') {
        h.cluster.before = (next) => {
          if (next.path.endsWith('/config') && ++reads === 2) h.config().protection = '1';
        };
        throw lost();
      }
    };
    expect((await h.run(plan, { settleMs: 200 })).status).toBe('done');
    expect(h.writes()).toHaveLength(1);
  });

  it('stops on resuming when the cluster does not tell, instead of guessing', async () => {
    const step = {
      ...(await configStep(h.cluster, 'qemu/105', { protection: '1' })),
      read: null,
      digest: null,
    };
    const plan = await h.approvedSteps(step);
    h.cluster.before = (call) => {
      if (call.method === 'PUT') throw lost();
    };
    await failure(h.run(plan));
    expect(h.states(plan)).toEqual(['unknown']);
    h.cluster.before = undefined;
    expect((await failure(h.resume(plan))).code).toBe('plan-state');
    expect(h.writes()).toHaveLength(1);
  });
});

describe('a person who stops the run', () => {
  it('ends it between two steps, and it can go on', async () => {
    const plan = await h.approvedSteps(
      configStep(h.cluster, 'qemu/105', { protection: '1' }),
      configStep(h.cluster, 'qemu/106', { protection: '1' }),
    );
    const stop = new AbortController();
    h.cluster.after = (call) => {
      if (call.method === 'PUT') stop.abort();
    };
    const error = await failure(h.run(plan, { signal: stop.signal }));
    expect(error.code).toBe('cancelled');
    expect(loadPlan(h.database, plan.id).status).toBe('interrupted');
    expect(h.states(plan)).toEqual(['done', 'waiting']);
    expect((await h.resume(plan)).status).toBe('done');
  });

  it('is not undone by a screen that went away', async () => {
    const plan = await h.approvedSteps(configStep(h.cluster, 'qemu/105', { protection: '1' }));
    const record = await h.run(plan, {
      onEvent: () => {
        throw new Error('EPIPE');
      },
    });
    expect(record.status).toBe('done');
    expect(listPlans(h.database, { status: 'done' })).toHaveLength(1);
  });
});
