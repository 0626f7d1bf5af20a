import { describe, expect, it } from 'vitest';
import { assess } from './assess.ts';
import { checks } from './list.ts';
import { typeOf, type Case } from './testing/cases.ts';
import { allCases } from './testing/all-cases.ts';
import { guestIn } from './testing/world.ts';

const checkOf = (id: string) => {
  const found = checks.find((check) => check.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
};

function judge({ check, conf, world }: Case) {
  const { detail, surroundings } = guestIn(typeOf(check), conf, world);
  return assess(checkOf(check), detail, surroundings);
}

describe.each(checks.map(({ id, title }) => ({ id, title })))('$id $title', ({ id }) => {
  const cases = allCases.filter(({ check }) => check === id);

  it.each(cases.map((one) => ({ ...one })))('$state: $says', (one) => {
    const { state, severity, evidence, remedy, reason } = judge(one);
    expect({ state, reason }).toMatchObject({ state: one.state });
    if (one.severity !== undefined) expect(severity).toBe(one.severity);
    if (one.keys !== undefined) expect(evidence.map(({ key }) => key)).toEqual(one.keys);
    if (one.fix !== undefined) expect((remedy?.actions.length ?? 0) > 0).toBe(one.fix);
    if (one.state === 'fail') expect(evidence.length).toBeGreaterThan(0);
    if (one.state === 'unknown' || one.state === 'na') expect(reason).not.toBe('');
  });

  it('has a case that fails and one that passes, unless only the node could tell', () => {
    const states = new Set(cases.map(({ state }) => state));
    const special: Readonly<Record<string, readonly string[]>> = {
      'CT-SEC-022': ['unknown'],
      'VM-SEC-018': ['pass', 'unknown'],
      'VM-SEC-025': ['fail', 'na'],
    };
    for (const state of special[id] ?? ['fail', 'pass']) expect(states).toContain(state);
  });
});
