import { describe, expect, test } from 'vitest';
import type { DemoState, GuestState } from '../state.ts';
import { generateWorld } from '../world/generate.ts';
import { createTaskRunner, endInterruptedTasks } from './tasks.ts';
import type { TaskRunner } from './tasks.ts';

const now = 1_800_000_000;

const setup = (speed = Infinity): { state: DemoState; tasks: TaskRunner; guest: GuestState } => {
  const state = generateWorld({ seed: 1, now });
  const guest = state.guests['105'];
  if (!guest) throw new Error('the demo has VM 105');
  delete guest.config.lock;
  return {
    state,
    guest,
    tasks: createTaskRunner({ state, now: () => now, speed, onChange: () => undefined }),
  };
};

const ended = async (tasks: TaskRunner, upid: string): Promise<string | undefined> => {
  for (let i = 0; i < 200 && tasks.find(upid)?.exitstatus === undefined; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return tasks.find(upid)?.exitstatus;
};

describe('a task', () => {
  test('has a UPID in PVE’s format, also for an API token', async () => {
    const { tasks } = setup();
    const plan = { node: 'pve1', type: 'qmstart', id: '105', steps: [] };
    const upid = tasks.start(plan, 'root@pam!ci');
    expect(upid).toMatch(/^UPID:pve1:[0-9A-F]{8}:[0-9A-F]{8}:6B49D200:qmstart:105:root@pam!ci:$/);
    expect(tasks.find(upid)).toMatchObject({ user: 'root@pam', tokenid: 'ci', starttime: now });
    expect(tasks.start(plan, 'root@pam')).not.toBe(upid);
    await tasks.close();
  });

  test('runs its steps in order, after the UPID was given', async () => {
    const { tasks } = setup();
    const order: string[] = [];
    const step = (name: string): { log: string; apply: () => void } => ({
      log: name,
      apply: () => void order.push(name),
    });
    const upid = tasks.start(
      { node: 'pve1', type: 'vzdump', id: '', steps: [step('one'), step('two')] },
      'root@pam',
    );
    expect(order).toEqual([]);
    expect(await ended(tasks, upid)).toBe('OK');
    expect(order).toEqual(['one', 'two']);
    expect(tasks.find(upid)).toMatchObject({ log: ['one', 'two', 'TASK OK'], endtime: now });
  });

  test('ends with the message of the step that fails, and runs no more', async () => {
    const { tasks } = setup();
    const fail = {
      apply: () => {
        throw new Error('no space left\non device');
      },
    };
    const upid = tasks.start(
      { node: 'pve1', type: 'imgcopy', id: '', steps: [fail, { log: 'never' }] },
      'root@pam',
    );
    expect(await ended(tasks, upid)).toBe('no space left on device');
    expect(tasks.find(upid)?.log).toEqual(['TASK ERROR: no space left on device']);
  });

  test('counts its warnings', async () => {
    const { tasks } = setup();
    const upid = tasks.start(
      { node: 'pve1', type: 'vzdump', id: '', steps: [{ log: 'WARN: old' }] },
      'root@pam',
    );
    expect(await ended(tasks, upid)).toBe('WARNINGS: 1');
  });

  test('locks its guest while it runs; others that lock it fail with PVE’s message', async () => {
    const { tasks, guest } = setup(1);
    const lock = { vmid: 105, lock: 'backup' };
    const first = tasks.start(
      { node: 'pve1', type: 'vzdump', id: '105', lock, steps: [{ delayMs: 60_000 }] },
      'root@pam',
    );
    expect(guest.config.lock).toBe('backup');
    const second = tasks.start(
      { node: 'pve1', type: 'qmsnapshot', id: '105', lock: { vmid: 105, lock: 'snapshot' }, steps: [] },
      'root@pam',
    );
    expect(await ended(tasks, second)).toBe('VM is locked (backup)');
    expect(guest.config.lock).toBe('backup');
    expect(tasks.stop(first)).toBe(true);
    expect(await ended(tasks, first)).toBe('received interrupt');
    expect(guest.config.lock).toBeUndefined();
    expect(tasks.stop(first)).toBe(false);
  });

  test('that sets no lock leaves the lock of its guest to its steps, which know PVE’s exceptions', async () => {
    const { tasks, guest } = setup();
    guest.config.lock = 'suspended';
    const upid = tasks.start({ node: 'pve1', type: 'qmstart', id: '105', steps: [] }, 'root@pam');
    expect(await ended(tasks, upid)).toBe('OK');
    expect(guest.config.lock).toBe('suspended');
    await tasks.close();
  });
});

test('what a stopped server left running ends and frees its guest', () => {
  const { state, guest } = setup();
  guest.config.lock = 'backup';
  state.tasks.push({
    upid: 'x',
    node: 'pve1',
    type: 'vzdump',
    id: '105',
    user: 'root@pam',
    starttime: now,
    log: [],
  });
  endInterruptedTasks(state, now + 5);
  expect(state.tasks.at(-1)).toMatchObject({ exitstatus: 'unexpected status', endtime: now + 5 });
  expect(guest.config.lock).toBeUndefined();
});
