import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import { fromPending, withPendingApplied } from './pending.ts';

const LIST = [
  { key: 'cores', value: 4, pending: 8 },
  { key: 'memory', value: '4096' },
  { key: 'net1', value: 'virtio', delete: 1 },
  { key: 'scsi1', value: 'local:x', delete: 2 },
  { key: 'agent', pending: '1' },
  { key: 'digest', value: 'abc' },
  { key: '__proto__', value: 'x' },
];

describe('fromPending', () => {
  test('separates what runs from what waits', () => {
    const file = fromPending('qemu', LIST);
    expect(Object.entries(file.current.values)).toEqual([
      ['cores', '4'],
      ['memory', '4096'],
      ['net1', 'virtio'],
      ['scsi1', 'local:x'],
      ['__proto__', 'x'],
    ]);
    expect(file.current.digest).toBe('abc');
    expect(file.pending?.set.values).toEqual({ cores: '8', agent: '1' });
    expect(file.pending?.delete).toEqual(['net1', '!scsi1']);
  });

  test('has no pending part when nothing waits', () => {
    expect(fromPending('lxc', [{ key: 'memory', value: 512, delete: 0 }]).pending).toBeUndefined();
  });

  test.each([[{}], ['x'], [null], [[{ value: 1 }]], [[{ key: 'a', value: {} }]]])('refuses %j', (list) => {
    expect(() => fromPending('qemu', list)).toThrow(ProxmoxAiError);
  });
});

describe('withPendingApplied', () => {
  test('is what the guest runs with after its next start', () => {
    const config = withPendingApplied(fromPending('qemu', LIST));
    expect(Object.entries(config.values).toSorted()).toEqual([
      ['__proto__', 'x'],
      ['agent', '1'],
      ['cores', '8'],
      ['memory', '4096'],
    ]);
  });

  test('is the current configuration when nothing waits', () => {
    const file = fromPending('qemu', [{ key: 'cores', value: 1 }]);
    expect(withPendingApplied(file)).toBe(file.current);
  });
});
