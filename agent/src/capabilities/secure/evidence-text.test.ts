import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceOf, shortened } from './evidence-text.ts';

describe('a value shortened for people', () => {
  it.each([
    ['6: alice@pve, terraform@pve!ci, bob@pve', 30, '6: alice@pve, terraform@pve!ci and 1 more'],
    ['virtio=BC:24:11:AA:BB:CC,bridge=vmbr1,tag=20', 40, 'virtio=BC:24:11:AA:BB:CC,bridge=vmbr1 and 1 more'],
    ['-monitor stdio -vnc 0.0.0.0:1', 20, '-monitor stdio -vnc… (29 characters)'],
    ['short', 30, 'short'],
    ['aaaaaaaaaa', 4, 'aaaa… (10 characters)'],
  ])('%s', (text, most, expected) => {
    expect(shortened(text, most)).toBe(expected);
  });

  it('ends with a whole item of a list, whatever the list', () => {
    const name = fc.stringMatching(/^[a-z]{1,12}@[a-z]{1,4}$/);
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 40 }), (names) => {
        const kept = shortened(names.join(', '), 60)
          .replace(/ and \d+ more$/, '')
          .split(', ');
        expect(names.slice(0, kept.length)).toEqual(kept);
      }),
    );
  });

  it('names how many pieces of evidence were left out', () => {
    const evidence = ['a', 'b', 'c'].map((key) => ({ path: '/', key, value: '1' }));
    expect(evidenceOf({ evidence }, { count: 2, most: 9 })).toBe('`a: 1`, `b: 1`, and 1 more');
    expect(evidenceOf({ evidence: [] }, { count: 2, most: 9 })).toBe('');
  });
});
