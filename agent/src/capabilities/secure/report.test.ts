import { describe, expect, it } from 'vitest';
import type { Skill } from '../types.ts';
import { assess } from './assess.ts';
import { checks } from './list.ts';
import { byWeight } from './order.ts';
import { planOf, type GuestResult } from './plan.ts';
import { report } from './report.ts';
import { scoresArtefact } from './scores.ts';
import { guestIn, now, type World } from './testing/world.ts';
import { findingsOf, toFinding } from './to-finding.ts';

const conf =
  'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr1,tag=20\nargs: -monitor stdio\ncpu: host\nhookscript: local:snippets/x';

interface Options {
  readonly copies?: number;
  readonly text?: string;
  readonly unreadable?: (copy: number) => string | undefined;
}

function answer(skill: Skill, world: World = {}, { copies = 1, text = conf, unreadable }: Options = {}) {
  const { detail, surroundings } = guestIn('qemu', text, world);
  const denied = { known: false, reason: 'Node pve1 is offline.' } as const;
  const results: readonly GuestResult[] = Array.from({ length: copies }, (_, i) => {
    const why = unreadable?.(i);
    const read = why === undefined ? detail : { ...detail, config: denied, currentConfig: denied };
    return {
      guest: { ...detail.guest, vmid: detail.guest.vmid + i },
      assessments: checks
        .filter(({ scope }) => scope === 'qemu')
        .map((check) => assess(check, read, surroundings)),
      ...(why === undefined ? {} : { unreadable: why }),
    };
  });
  const context = { skill, inventory: surroundings.inventory, userid: 'root@pam', now: () => now };
  const findings = results.flatMap(findingsOf).sort(byWeight);
  const plan = planOf({ intent: 'secure', slots: { guests: [105] } }, results.slice(0, 1), context);
  return { markdown: report({ results, findings, plan, context }), findings, plan, results, context };
}

describe('the report', () => {
  it.each(['beginner', 'intermediate', 'expert'] as const)(
    'names score, coverage, plan and source for %s',
    (skill) => {
      const { markdown, plan } = answer(skill);
      expect(markdown).toMatch(/Score at most \*\*\d+\*\* of 100; \d+ % of the checks/);
      expect(markdown).toContain(plan?.id ?? 'a plan');
      expect(markdown).toContain('As of 2026-11-01 12:00 UTC, read as root@pam');
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

  it('says of coverage what is true: none, some, all', () => {
    const none = answer('beginner', {}, { unreadable: () => 'node pve1 is offline' }).markdown;
    expect(none).toContain('No score, because nothing could be checked.');
    expect(none).not.toContain('of 100');
    expect(none).not.toContain('No open finding');
    expect(answer('intermediate').markdown).toMatch(
      /; \d\d % of the checks that apply could be carried out\./,
    );
    const { results, context } = answer('intermediate');
    const all = results.map((result) => ({
      ...result,
      assessments: result.assessments.filter(({ state }) => state === 'pass'),
    }));
    const full = report({ results: all, findings: [], plan: null, context });
    expect(full).toContain(
      'No open finding. Score **100** of 100; every check that applies could be carried out.',
    );
  });

  it('names a finding in one line, what was found and what to do under it', () => {
    expect(answer('intermediate').markdown).toMatch(
      /^- \*\*critical\*\* VM-SEC-021 Raw QEMU arguments\n {2}- Found: `args: -monitor stdio`\n {2}- (In the plan|By hand): .+$/m,
    );
  });

  it('groups the findings of many guests by check', () => {
    const { markdown } = answer('intermediate', {}, { copies: 15 });
    expect(markdown).toContain('## Security of 15 guests');
    expect(markdown).toMatch(
      /- \*\*critical\*\* VM-SEC-021 Raw QEMU arguments\n {2}- On 15 guests: 105, 106, 107, .*116 and 3 more\n/,
    );
    expect(answer('expert', {}, { copies: 15 }).markdown).toMatch(
      /\| critical \| VM-SEC-021 \| 15 \| Raw QEMU arguments: 105, .* and 7 more \| 15 \|/,
    );
  });

  it('leads with how much is open, where, and who is at the greatest risk', () => {
    const { results, context } = answer('intermediate', {}, { copies: 3 });
    const better = results.map((result, i) =>
      i === 1
        ? result
        : { ...result, assessments: result.assessments.filter(({ state }) => state !== 'fail') },
    );
    const markdown = report({
      results: better,
      findings: better.flatMap(findingsOf).sort(byWeight),
      plan: null,
      context,
    });
    expect(markdown).toMatch(/\*\*\d+ open findings on 1 of 3 guests\*\*: 1 critical, /);
    expect(markdown).toMatch(/At the greatest risk is VM 106 \(db-01\) with a score of \d+ of 100\./);
    const rows = [...markdown.matchAll(/^\| VM (\d+) /gm)].map(([, id]) => id);
    expect(rows).toEqual(['106', '105', '107']);
  });

  it('has one line for a guest of which nothing could be read', () => {
    const { markdown, findings } = answer(
      'intermediate',
      {},
      { copies: 3, unreadable: (i) => (i === 2 ? 'Node pve1 is offline' : undefined) },
    );
    expect(findings.filter(({ object }) => object === 'qemu/107')).toMatchObject([
      {
        id: 'VM-SEC-000',
        state: 'unknown',
        explanation: 'None of the 44 checks could be carried out: Node pve1 is offline.',
      },
    ]);
    expect(markdown).toContain('1 guest could not be checked at all.');
    expect(markdown.match(/^.*107.*$/gm)).toEqual([
      '| VM 107 (db-01) | none | | | | 0 % |',
      '- VM 107 (db-01): Node pve1 is offline',
    ]);
  });

  it.each(['beginner', 'intermediate', 'expert'] as const)(
    'stays readable for 10,000 guests to %s',
    (skill) => {
      const { results, context } = answer(
        skill,
        {},
        { copies: 2, unreadable: (i) => (i === 1 ? 'denied' : undefined) },
      );
      const many = Array.from({ length: 10_000 }, (_, i) => {
        const one = results[i % 2];
        if (!one) throw new Error('no result');
        return { ...one, guest: { ...one.guest, vmid: 100 + i } };
      });
      const findings = many.flatMap(findingsOf).sort(byWeight);
      const { length } = report({ results: many, findings, plan: null, context });
      expect(length).toBeLessThan(16_000);
      expect(report({ results: many, findings, plan: null, context })).toContain('`--json`');
    },
  );

  it.each(['beginner', 'intermediate', 'expert'] as const)(
    'shows hostile names and values literally to %s',
    (skill) => {
      const name = '[click](https://evil.example) <img src=x onerror=1> `code` | # x\u001b[31m\u202e';
      for (const copies of [1, 3]) {
        const { markdown } = answer(skill, { name, tags: ['prod'] }, { copies });
        expect(markdown).not.toMatch(/[^\\]\[click\]\(/);
        expect(markdown).not.toMatch(/[^\\]<img/);
        expect(markdown).not.toContain('\u001b');
        expect(markdown).not.toContain('\u202e');
      }
    },
  );

  it('keeps the fingerprint when a value changes, and tells objects apart', () => {
    const first = answer('expert', {}, { copies: 2 }).findings.filter(({ id }) => id === 'VM-SEC-021');
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
