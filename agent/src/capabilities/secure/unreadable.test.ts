import { describe, expect, it } from 'vitest';
import type { GuestDetail } from '../../pve/inventory/types.ts';
import type { Known } from '../../pve/types.ts';
import { assess } from './assess.ts';
import type { DataName, Surroundings } from './facts.ts';
import { checks } from './list.ts';
import { allCases } from './testing/all-cases.ts';
import { typeOf, type Case } from './testing/cases.ts';
import { guestIn } from './testing/world.ts';

const denied: Known<never> = { known: false, reason: '403 Permission check failed', privilege: 'VM.Audit' };
interface World {
  readonly detail: GuestDetail;
  readonly surroundings: Surroundings;
}

const inGuest = ['firewall', 'snapshots', 'status', 'addresses'] as const;
const perNode = { network: 'networks', nodeStatus: 'nodeStatus', packages: 'packages' } as const;

/** The same guest with one datum that may not be read. */
function without(name: DataName | 'config' | 'currentConfig', { detail, surroundings }: World): World {
  if (name === 'config' || name === 'currentConfig' || inGuest.some((part) => part === name)) {
    return { detail: { ...detail, [name]: denied }, surroundings };
  }
  const { cluster } = surroundings;
  const replaced =
    name in perNode
      ? { [perNode[name as keyof typeof perNode]]: { pve1: denied, pve2: denied } }
      : { [name]: denied };
  return { detail, surroundings: { ...surroundings, cluster: { ...cluster, ...replaced } } };
}

const judged = allCases.filter(({ state }) => state === 'pass' || state === 'fail');
const world = ({ check, conf, world: around }: Case): World => guestIn(typeOf(check), conf, around);

describe.each(checks.map((check) => ({ id: check.id, check })))('$id without a datum', ({ id, check }) => {
  const cases = judged.filter((one) => one.check === id);

  it('is unknown without the configuration', () => {
    for (const one of allCases.filter((other) => other.check === id)) {
      const { detail, surroundings } = without('config', world(one));
      expect(assess(check, detail, surroundings).state).toBe('unknown');
    }
  });

  it('does not pass while the running configuration cannot be read', () => {
    for (const one of cases) {
      const { detail, surroundings } = without('currentConfig', world(one));
      expect(assess(check, detail, surroundings).state).toBe(one.state === 'pass' ? 'unknown' : 'fail');
    }
  });

  it.each(check.rule.needs.map((need) => ({ need })))(
    'never passes without $need, and says so',
    ({ need }) => {
      const outcomes = cases.map((one) => {
        const { detail, surroundings } = without(need, world(one));
        return { one, found: assess(check, detail, surroundings) };
      });
      for (const { one, found } of outcomes) {
        // Configuration alone may settle it; where the datum was looked at, its loss is unknown and never a pass.
        if (one.state === 'fail') expect(['unknown', 'fail']).toContain(found.state);
        if (found.state === 'unknown') expect(found.reason).toContain('403 Permission check failed');
      }
      if (outcomes.length > 0) expect(outcomes.map(({ found }) => found.state)).toContain('unknown');
    },
  );
});

describe('what else cannot be taken for granted', () => {
  const [macSpoofing] = checks.filter(({ id }) => id === 'VM-SEC-005');

  it('names the privilege that is missing', () => {
    if (!macSpoofing) throw new Error('no check');
    const { detail, surroundings } = without('firewall', guestIn('qemu', 'memory: 512'));
    expect(assess(macSpoofing, detail, surroundings).reason).toContain('needs VM.Audit');
  });

  it('does not raise the severity on a guess about tenants', () => {
    if (!macSpoofing) throw new Error('no check');
    const base = guestIn('qemu', 'memory: 512', { firewall: { options: { macfilter: '0' } } });
    const { detail, surroundings } = without('acl', base);
    expect(assess(macSpoofing, detail, surroundings)).toMatchObject({ state: 'fail', severity: 'medium' });
  });

  it('takes a value that PVE would not have written for unknown and goes on', () => {
    const protection = checks.find(({ id }) => id === 'VM-SEC-026');
    if (!protection) throw new Error('no check');
    const { detail, surroundings } = guestIn('qemu', 'memory: 512', { tags: ['prod'] });
    if (!detail.config.known) throw new Error('no config');
    const config = { ...detail.config.value, values: { protection: 'perhaps' } };
    expect(
      assess(protection, { ...detail, config: { known: true, value: config } }, surroundings).state,
    ).toBe('unknown');
  });
});
