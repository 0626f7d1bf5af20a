import { describe, expect, it } from 'vitest';
import type { DraftStep } from './build.ts';
import { makePlan } from './build.ts';
import { newPlanId, normalisePlanId, planIdPattern } from './plan-id.ts';
import { fakeCluster } from './testing/fake-cluster.ts';
import { configStep, snapshotStep, testPlan } from './testing/fixtures.ts';

const cluster = fakeCluster({ 'qemu/105': { config: { cores: '4' } } });
const step = await configStep(cluster, 'qemu/105', { cores: '2' });
const variant = (more: Partial<DraftStep>): DraftStep => ({ ...step, ...more });

describe('makePlan', () => {
  it('numbers the steps and gives an id', () => {
    const plan = testPlan([snapshotStep('qemu/105', 'before'), step]);
    expect(plan.steps.map(({ id }) => id)).toEqual(['s1', 's2']);
    expect(plan.id).toMatch(planIdPattern);
    expect(plan.createdAt).toBe('2026-11-23T20:00:00.000Z');
  });

  it('takes an old digest out of an inverse', () => {
    const inverse = {
      method: 'PUT' as const,
      path: '/nodes/pve1/qemu/105/config',
      params: { cores: 4, digest: 'a'.repeat(40) },
    };
    expect(testPlan([variant({ inverse })]).steps[0]?.inverse?.params).toEqual({ cores: 4 });
  });

  it('refuses what PVE would refuse, naming step, call and parameter', () => {
    const call = {
      method: 'PUT' as const,
      path: '/nodes/pve1/qemu/105/config',
      params: { cores: 0, nonsense: 1 },
    };
    expect(() => testPlan([step, variant({ call })])).toThrow(
      expect.objectContaining({
        code: 'pve-bad-request',
        fields: {
          errors: {
            's2.call.cores': expect.any(String) as string,
            's2.call.nonsense': expect.any(String) as string,
          },
        },
      }) as Error,
    );
    const inverse = {
      method: 'PUT' as const,
      path: '/nodes/pve1/qemu/105/config',
      params: { onboot: 'maybe' },
    };
    expect(() => testPlan([variant({ inverse })])).toThrow(/s1 inverse onboot/);
    const nowhere = { method: 'POST' as const, path: '/nodes/pve1/qemu/105/nonsense', params: {} };
    expect(() => testPlan([variant({ call: nowhere })])).toThrow(/PVE has no call/);
  });

  it.each([
    ['its call is a GET', { call: { method: 'GET', path: '/version', params: {} } }],
    ['by reading it', { read: { method: 'POST', path: '/nodes/pve1/qemu/105/status/stop', params: {} } }],
    ['nothing to read it from', { read: null }],
    ['does not say why', { inverse: null }],
    ['is called irreversible', { irreversible: 'no' }],
    ['changes a key twice', { changes: [...step.changes, ...step.changes] }],
    ['lists a change that changes nothing', { changes: [{ key: 'cores', before: '4', after: '4' }] }],
    ['whose name to type is missing', { risk: 'destructive' }],
    [
      'its name to type is missing',
      { inverse: { method: 'DELETE', path: '/nodes/pve1/qemu/105', params: {} } },
    ],
  ] satisfies [string, Partial<DraftStep>][])('refuses a step that contradicts itself: %s', (why, more) => {
    expect(() => testPlan([variant(more)])).toThrow(
      expect.objectContaining({ code: 'internal', message: expect.stringContaining(why) as string }) as Error,
    );
  });

  it('refuses a plan without steps and one that nobody asked for', () => {
    expect(() => testPlan([])).toThrow(/contradicts itself/);
    expect(() => testPlan([step], { createdBy: 'root' })).toThrow(/named person/);
    expect(makePlan).toBeTypeOf('function');
  });
});

describe('plan ids', () => {
  it('are random, and forgive how people type them', () => {
    const ids = new Set(Array.from({ length: 2000 }, newPlanId));
    expect(ids.size).toBe(2000);
    for (const id of ids) expect(id).toMatch(planIdPattern);
    expect(normalisePlanId(' P-OIL7 ')).toBe('p-0117');
    expect(normalisePlanId('7k3m')).toBe('p-7k3m');
  });
});
