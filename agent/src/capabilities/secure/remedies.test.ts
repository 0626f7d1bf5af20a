import { describe, expect, it } from 'vitest';
import { printConfig, sameConfig } from '../../pve/config/guest-config.ts';
import { nics, disks } from '../../pve/config/devices.ts';
import type { GuestConfig } from '../../pve/config/types.ts';
import { validateParams } from '../../pve/schema/lookup.ts';
import type { PlanCall } from '../../plans/types.ts';
import { assess } from './assess.ts';
import { checks } from './list.ts';
import { draftSteps, type DraftStep } from './steps.ts';
import { allCases } from './testing/all-cases.ts';
import { typeOf, type Case } from './testing/cases.ts';
import { guestIn } from './testing/world.ts';

function stepsOf({ check: id, conf, world }: Case) {
  const { detail, surroundings } = guestIn(typeOf(id), conf, world);
  const check = checks.find((one) => one.id === id);
  if (!check) throw new Error(`no check ${id}`);
  const { remedy } = assess(check, detail, surroundings);
  return { detail, steps: draftSteps((remedy?.actions ?? []).map((action) => ({ check, action }))) };
}

/** What a PUT of keys makes of the keys, as PVE does it. */
function put(values: Readonly<Record<string, string>>, { params }: PlanCall): Record<string, string> {
  const { delete: removed, ...set } = params;
  const next: Record<string, string> = { ...values };
  for (const key of String(removed ?? '').split(',')) Reflect.deleteProperty(next, key);
  for (const [key, value] of Object.entries(set)) if (key !== 'digest') next[key] = String(value);
  return next;
}

const offered = allCases.filter(({ fix, state }) => fix === true && state === 'fail');
const withEdits = offered.map((one) => ({ one, says: `${one.check}: ${one.says}` }));

describe.each(withEdits)('the remedy of $says', ({ one }) => {
  const { detail, steps } = stepsOf(one);
  const config: GuestConfig = detail.config.known
    ? detail.config.value
    : { type: 'qemu', values: {}, lxcRaw: [] };

  it('is made of calls that PVE takes', () => {
    expect(steps.length).toBeGreaterThan(0);
    for (const { call, read, inverse } of steps) {
      for (const made of [call, read, inverse]) {
        if (made) expect(validateParams(made.method, made.path, made.params)).toEqual([]);
      }
    }
  });

  it('says how it is undone, or why it is not', () => {
    for (const { inverse, irreversible } of steps)
      expect((inverse === null) !== (irreversible === null)).toBe(true);
  });

  it('is undone by its inverse', () => {
    for (const step of steps.filter(({ changes, inverse }) => changes.length > 0 && inverse !== null)) {
      const start = startOf(step, config);
      const after = put(start, step.call);
      for (const { key, after: value } of step.changes) expect(after[key] ?? null).toBe(value);
      const back = put(after, step.inverse ?? step.call);
      expect(after).not.toEqual(start);
      const same = (values: Record<string, string>): GuestConfig => ({ ...config, values });
      if (step.read?.path.endsWith('/config') === true)
        expect(sameConfig(same(start), same(back))).toBe(true);
      else expect(back).toEqual(start);
    }
  });

  it('loses no MAC address, volume or other key', () => {
    for (const step of steps.filter(({ read }) => read?.path.endsWith('/config') === true)) {
      const after: GuestConfig = { ...config, values: put(printConfig(config), step.call) };
      expect(nics(after).map(({ mac, bridge, tag }) => ({ mac, bridge, tag }))).toEqual(
        nics(config).map(({ mac, bridge, tag }) => ({ mac, bridge, tag })),
      );
      const real = ({ kind }: { kind: string }) => kind !== 'cdrom';
      expect(
        disks(after)
          .filter(real)
          .map(({ volume, sizeBytes }) => ({ volume, sizeBytes })),
      ).toEqual(
        disks(config)
          .filter(real)
          .map(({ volume, sizeBytes }) => ({ volume, sizeBytes })),
      );
      const changed = new Set(step.changes.map(({ key }) => key));
      for (const key of Object.keys(config.values))
        if (!changed.has(key)) expect(after.values[key]).toBe(config.values[key]);
    }
  });

  it('mends what it is for', () => {
    const done = new Set([
      'VM-SEC-020',
      'VM-SEC-021',
      'VM-SEC-026',
      'VM-SEC-028',
      'VM-SEC-041',
      'VM-SEC-043',
      'CT-SEC-007',
      'CT-SEC-016',
      'CT-SEC-017',
      'CT-SEC-020',
      'CT-SEC-024',
      'VM-SEC-017',
      'VM-SEC-019',
      'VM-SEC-015',
    ]);
    if (!done.has(one.check)) return;
    const { detail: before, surroundings } = guestIn(typeOf(one.check), one.conf, one.world);
    const values = steps.reduce((now, { call }) => put(now, call), printConfig(config));
    const mended = { known: true as const, value: { ...config, values } };
    const check = checks.find(({ id }) => id === one.check);
    if (!check) throw new Error('no check');
    const state = assess(check, { ...before, config: mended, currentConfig: mended }, surroundings).state;
    expect(['pass', 'na']).toContain(state);
  });
});

function startOf({ read, changes }: DraftStep, config: GuestConfig): Record<string, string> {
  if (read?.path.endsWith('/config') === true) return printConfig(config);
  return Object.fromEntries(changes.flatMap(({ key, before }) => (before === null ? [] : [[key, before]])));
}

describe('remedies that only root@pam may carry out', () => {
  it.each(['VM-SEC-021', 'VM-SEC-041', 'CT-SEC-007'])('%s says so', (id) => {
    const one = offered.find(({ check }) => check === id);
    if (!one) throw new Error(`no case of ${id}`);
    for (const step of stepsOf(one).steps) {
      expect(step.rootOnly).toBe(true);
      expect(step.caution).toMatch(/root@pam/);
    }
  });

  it('does not say so of nesting on an unprivileged container', () => {
    const one = offered.find(({ check }) => check === 'CT-SEC-008');
    if (!one) throw new Error('no case');
    expect(stepsOf(one).steps.map(({ rootOnly, privileges }) => ({ rootOnly, privileges }))).toEqual([
      { rootOnly: false, privileges: ['/vms/105: VM.Allocate'] },
    ]);
  });
});

describe('what is never done automatically', () => {
  const never = [
    'VM-SEC-004',
    'VM-SEC-008',
    'VM-SEC-010',
    'VM-SEC-011',
    'VM-SEC-012',
    'VM-SEC-013',
    'VM-SEC-014',
    'VM-SEC-016',
    'VM-SEC-030',
    'CT-SEC-001',
    'CT-SEC-005',
    'CT-SEC-010',
    'CT-SEC-014',
  ];
  it.each(never)('%s offers no step', (id) => {
    for (const one of allCases.filter(({ check, state }) => check === id && state === 'fail')) {
      expect(stepsOf(one).steps).toEqual([]);
    }
  });
});
