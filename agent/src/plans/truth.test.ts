import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { fakeCluster } from './testing/fake-cluster.ts';
import { configStep } from './testing/fixtures.ts';
import { truthOf } from './truth.ts';
import type { PlanStep } from './types.ts';

const cluster = fakeCluster({ 'qemu/105': { config: { cores: '4' } } });
const step: PlanStep = { id: 's1', ...(await configStep(cluster, 'qemu/105', { cores: '2', onboot: '1' })) };
const config = (answer: Record<string, unknown>) => judge(step, truthOf(answer, '/x'));

describe('truthOf', () => {
  it('reads numbers, booleans and structures of an object as text', () => {
    const truth = truthOf(
      { cores: 4, onboot: true, off: false, list: [1, { b: 1, a: 2 }], digest: 'd' },
      '/x',
    );
    expect(['cores', 'onboot', 'off', 'list', 'none', 'constructor'].map((key) => truth.value(key))).toEqual([
      '4',
      '1',
      '0',
      '[1,{"a":2,"b":1}]',
      null,
      null,
    ]);
    expect(truth.digest).toBe('d');
  });

  it('finds elements of a list by name, field and selector', () => {
    const truth = truthOf(
      [
        { name: 'before', description: 'x', digest: 'd' },
        { type: 'in', action: 'ACCEPT', dport: 22, pos: 0 },
        { path: '/vms', ugid: 'ops@pve', roleid: 'PVEVMUser' },
      ],
      '/x',
    );
    expect(truth.digest).toBe('d');
    expect(truth.value('before')).toBe('present');
    expect(truth.value('after')).toBeNull();
    expect(truth.value('before.description')).toBe('x');
    expect(truth.value('type=in,action=ACCEPT,dport=22')).toBe('present');
    expect(truth.value('type=in,action=DROP,dport=22')).toBeNull();
    expect(truth.value('path=/vms,ugid=ops@pve,roleid=PVEVMUser')).toBe('present');
  });

  it('refuses a bare value', () => {
    expect(() => truthOf('yes', '/x')).toThrow(expect.objectContaining({ code: 'pve-protocol' }) as Error);
  });
});

describe('judge', () => {
  it('tells before, after, in between and somebody else', () => {
    expect(config({ cores: 4 })).toBe('before');
    expect(config({ cores: 2, onboot: 1 })).toBe('after');
    expect(config({ cores: 2 })).toBe('partly');
    expect(config({ cores: 8, onboot: 1 })).toBe('elsewhere');
    expect(judge({ ...step, changes: [] }, truthOf({}, '/x'))).toBe('unclear');
  });

  it('knows that a missing key is its default', () => {
    expect(config({ cores: 4, onboot: 0 })).toBe('before');
  });

  it('compares a secret by being set only', () => {
    const secret = { ...step, changes: [{ key: 'cipassword', before: null, after: '**********' }] };
    expect(judge(secret, truthOf({ cipassword: '**********' }, '/x'))).toBe('after');
    expect(judge(secret, truthOf({}, '/x'))).toBe('before');
  });
});
