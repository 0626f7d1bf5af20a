import { describe, expect, it } from 'vitest';
import { openDatabase } from '../store/open.ts';
import { approvePlan } from './approve.ts';
import { makePlan, type PlanDraft } from './build.ts';
import { keepPlan } from './keep-plan.ts';
import { listPlans } from './plan-store.ts';

const draft = (at: string, over: Partial<PlanDraft> = {}): PlanDraft => ({
  title: 'Protect VM 105',
  capability: 'secure',
  request: { intent: 'secure', slots: { guests: [105] } },
  selection: ['VM-SEC-026'],
  target: 'https://pve1:8006',
  createdBy: 'root@pam',
  typedNames: {},
  now: () => new Date(at),
  steps: [
    {
      title: 'protect',
      why: 'because',
      source: 'VM-SEC-026',
      object: 'qemu/105',
      call: { method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { protection: 1 } },
      read: { method: 'GET', path: '/nodes/pve1/qemu/105/config', params: {} },
      digest: null,
      changes: [{ key: 'protection', before: null, after: '1' }],
      effect: 'live',
      risk: 'safe',
      inverse: { method: 'PUT', path: '/nodes/pve1/qemu/105/config', params: { delete: 'protection' } },
      irreversible: null,
      caution: null,
      privileges: [],
      rootOnly: false,
    },
  ],
  ...over,
});

describe('a plan that is asked for again', () => {
  it('is kept once while it waits, and anew when it differs, was decided, or grows old', () => {
    const database = openDatabase(':memory:');
    const first = keepPlan(database, makePlan(draft('2026-01-01T00:00:00Z')));
    expect(keepPlan(database, makePlan(draft('2026-01-01T01:00:00Z'))).id).toBe(first.id);
    expect(keepPlan(database, makePlan(draft('2026-01-01T01:00:00Z', { createdBy: 'a@pve' }))).id).not.toBe(
      first.id,
    );
    const late = keepPlan(database, makePlan(draft('2026-01-01T13:00:00Z')));
    expect(late.id).not.toBe(first.id);
    const now = (): Date => new Date('2026-01-01T13:10:00Z');
    approvePlan({ database, planId: late.id, person: 'root@pam', now });
    expect(keepPlan(database, makePlan(draft('2026-01-01T13:20:00Z'))).id).not.toBe(late.id);
    expect(listPlans(database)).toHaveLength(4);
    database.close();
  });
});
