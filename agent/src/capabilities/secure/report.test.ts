import { describe, expect, it } from 'vitest';
import type { Skill } from '../types.ts';
import { assess } from './assess.ts';
import { checks } from './list.ts';
import { byWeight } from './order.ts';
import { planOf } from './plan.ts';
import { report } from './report.ts';
import { scoresArtefact } from './scores.ts';
import { guestIn, now, type World } from './testing/world.ts';
import { toFinding } from './to-finding.ts';

const conf =
  'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr1,tag=20\nargs: -monitor stdio\ncpu: host\nhookscript: local:snippets/x';

function answer(skill: Skill, world: World = {}, copies = 1) {
  const { detail, surroundings } = guestIn('qemu', conf, world);
  const one = {
    guest: detail.guest,
    assessments: checks
      .filter(({ scope }) => scope === 'qemu')
      .map((check) => assess(check, detail, surroundings)),
  };
  const results = Array.from({ length: copies }, (_, i) => ({
    ...one,
    guest: { ...detail.guest, vmid: detail.guest.vmid + i },
  }));
  const context = { skill, inventory: surroundings.inventory, userid: 'root@pam', now: () => now };
  const findings = results
    .flatMap(({ guest, assessments }) =>
      assessments
        .filter(({ state }) => state !== 'pass' && state !== 'na')
        .map((found) => toFinding(found, guest)),
    )
    .sort(byWeight);
  const plan = planOf({ intent: 'secure', slots: { guests: [105] } }, [one], context);
  return { markdown: report({ results, findings, plan, context }), findings, plan, results, context };
}

describe('the report', () => {
  it.each(['beginner', 'intermediate', 'expert'] as const)(
    'names score, coverage, plan and source for %s',
    (skill) => {
      const { markdown, plan } = answer(skill);
      expect(markdown).toMatch(/Score \*\*\d+\*\* of 100, \d+ % of the checks/);
      expect(markdown).toContain(plan?.id ?? 'a plan');
      expect(markdown).toContain(`As of ${now.toISOString()}, read as root@pam`);
    },
  );

  it('explains to a beginner why a finding matters, and is a table for an expert', () => {
    const why = checks.find(({ id }) => id === 'VM-SEC-001')?.why ?? '';
    expect(answer('beginner').markdown).toContain(why);
    expect(answer('expert').markdown).not.toContain(why);
    expect(answer('expert').markdown).toContain('| critical | VM-SEC-021 |');
  });

  it('lists what could not be checked with the reason', () => {
    expect(answer('expert').markdown).toMatch(/### Could not be checked\n\n(.*\n)*- VM-SEC-018.*node itself/);
  });

  it('puts the gravest finding first and unknowns last', () => {
    const { findings } = answer('expert');
    expect(findings[0]).toMatchObject({ id: 'VM-SEC-021', severity: 'critical', state: 'fail' });
    expect(findings.at(-1)?.state).toBe('unknown');
  });

  it('groups the findings of many guests by check', () => {
    const { markdown } = answer('intermediate', {}, 12);
    expect(markdown).toContain('## Security of 12 guests');
    expect(markdown).toMatch(/VM-SEC-021 Raw QEMU arguments: 12 guests \(105 db-01.* and 4 more\)/);
  });

  it.each(['beginner', 'intermediate', 'expert'] as const)(
    'shows hostile names and values literally to %s',
    (skill) => {
      const name = '[click](https://evil.example) <img src=x onerror=1> `code` | # x\u001b[31m\u202e';
      for (const copies of [1, 3]) {
        const { markdown } = answer(skill, { name, tags: ['prod'] }, copies);
        expect(markdown).not.toMatch(/[^\\]\[click\]\(/);
        expect(markdown).not.toMatch(/[^\\]<img/);
        expect(markdown).not.toContain('\u001b');
        expect(markdown).not.toContain('\u202e');
      }
    },
  );

  it('keeps the fingerprint when a value changes, and tells objects apart', () => {
    const first = answer('expert', {}, 2).findings.filter(({ id }) => id === 'VM-SEC-021');
    expect(new Set(first.map(({ fingerprint }) => fingerprint)).size).toBe(2);
    for (const { fingerprint } of first) expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    const other = guestIn('qemu', 'args: -vnc 0.0.0.0:1');
    const check = checks.find(({ id }) => id === 'VM-SEC-021');
    if (!check) throw new Error('no check');
    const again = toFinding(assess(check, other.detail, other.surroundings), other.detail.guest);
    expect(again.fingerprint).toBe(first[0]?.fingerprint);
  });

  it('keeps for machines what passed and what did not apply', () => {
    const { results, context } = answer('expert');
    const { guests } = JSON.parse(scoresArtefact(results, context).text) as {
      guests: { passed: string[]; notApplicable: string[]; counts: Record<string, number> }[];
    };
    expect(guests[0]?.passed).toContain('VM-SEC-005');
    expect(guests[0]?.notApplicable).toContain('VM-SEC-016');
    expect(Object.values(guests[0]?.counts ?? {}).reduce((a, b) => a + b, 0)).toBe(44);
  });
});
