import { describe, expect, it } from 'vitest';
import { checks } from './list.ts';
import { checkTable } from './table.ts';

const ids = (prefix: string, last: number): string[] =>
  Array.from({ length: last }, (_, i) => `${prefix}-${String(i + 1).padStart(3, '0')}`);

describe('the list of checks', () => {
  it('has every check of catalogue sections 1 and 2, once and in order', () => {
    expect(checks.map(({ id }) => id)).toEqual([...ids('VM-SEC', 44), ...ids('CT-SEC', 24)]);
  });

  it('judges VMs by VM checks and containers by CT checks', () => {
    for (const { id, scope } of checks) expect(scope).toBe(id.startsWith('VM-') ? 'qemu' : 'lxc');
  });

  it('says of each why, what to do, what takes hold when, and where it is from', () => {
    for (const { why, advice, effect, references } of checks) {
      for (const text of [why, advice, effect]) expect(text).toMatch(/^\S.{3,}[.]$/s);
      expect(references.length).toBeGreaterThan(0);
    }
  });

  it('is a table for people', () => {
    const row = checkTable().find(({ id }) => id === 'VM-SEC-001');
    expect(row).toMatchObject({
      scope: 'qemu',
      severity: 'medium; high when exposed',
      needs: ['config', 'firewallOptions'],
      exceptions: ['router'],
    });
  });
});
