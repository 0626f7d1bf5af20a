import { describe, expect, it } from 'vitest';
import type { ProxmoxAiError } from '../../errors.ts';
import { targetsOf } from './targets.ts';
import { guestIn } from './testing/world.ts';

const { inventory } = guestIn('qemu', 'memory: 512').surroundings;
const code = (slots: Record<string, unknown>): string => {
  try {
    targetsOf({ intent: 'secure', slots }, inventory);
    return 'none';
  } catch (error) {
    return (error as ProxmoxAiError).code;
  }
};

describe('the guests that a request means', () => {
  it.each([[{ guests: [105] }], [{ guests: ['db-01'] }], [{ node: 'pve1' }], [{ scope: 'cluster' }], [{}]])(
    '%o',
    (slots) => {
      expect(targetsOf({ intent: 'secure', slots }, inventory).map(({ vmid }) => vmid)).toEqual([105]);
    },
  );

  it('names near guests for one that does not exist', () => {
    let hint: string | undefined;
    try {
      targetsOf({ intent: 'secure', slots: { guests: ['db-1'] } }, inventory);
    } catch (error) {
      ({ hint } = error as ProxmoxAiError);
    }
    expect(hint).toContain('db-01');
  });

  it.each([
    [{ node: 'pve9' }, 'usage'],
    [{ scope: 'guest' }, 'usage'],
    [{ scope: 'node' }, 'usage'],
    [{ node: 'pve2' }, 'guest-unknown'],
    [{ guests: [999] }, 'guest-unknown'],
  ])('%o is %s', (slots, expected) => {
    expect(code(slots)).toBe(expected);
  });
});
