import { makePlan, type DraftStep } from '../build.ts';
import type { Effect, Plan } from '../types.ts';
import { fakeTarget, type FakeCluster } from './fake-cluster.ts';

export const testNow = () => new Date('2026-11-23T20:00:00.000Z');

/** A step that sets (or with null removes) keys of a guest's configuration, computed from what is there now. */
export async function configStep(
  cluster: FakeCluster,
  object: string,
  values: Readonly<Record<string, string | null>>,
  more: Partial<DraftStep> & { readonly effect?: Effect } = {},
): Promise<DraftStep> {
  const path = `/nodes/pve1/${object}/config`;
  const now = (await cluster.client().call({ method: 'GET', path })) as Record<string, string>;
  const changes = Object.entries(values).map(([key, after]) => ({ key, before: now[key] ?? null, after }));
  const put = (side: 'before' | 'after') => {
    const gone = changes.filter((change) => change[side] === null).map(({ key }) => key);
    return {
      method: 'PUT' as const,
      path,
      params: {
        ...Object.fromEntries(
          changes.flatMap((change) => (change[side] === null ? [] : [[change.key, change[side]]])),
        ),
        ...(gone.length === 0 ? {} : { delete: gone.join(',') }),
      },
    };
  };
  return {
    title: `Change ${Object.keys(values).join(', ')} of ${object}`,
    why: 'A test asked for it.',
    source: 'VM-SEC-001',
    object,
    call: put('after'),
    read: { method: 'GET', path, params: {} },
    digest: now.digest ?? null,
    changes,
    effect: 'live',
    risk: 'safe',
    inverse: put('before'),
    irreversible: null,
    caution: null,
    privileges: ['/vms/105: VM.Config.Options'],
    rootOnly: false,
    ...more,
  };
}

/** A step that takes a snapshot; its inverse removes it. */
export const snapshotStep = (object: string, name: string): DraftStep => ({
  title: `Snapshot ${name} of ${object}`,
  why: 'A way back.',
  source: 'guest.snapshot',
  object,
  call: { method: 'POST', path: `/nodes/pve1/${object}/snapshot`, params: { snapname: name } },
  read: { method: 'GET', path: `/nodes/pve1/${object}/snapshot`, params: {} },
  digest: null,
  changes: [{ key: name, before: null, after: 'present' }],
  effect: 'live',
  risk: 'safe',
  inverse: { method: 'DELETE', path: `/nodes/pve1/${object}/snapshot/${name}`, params: {} },
  irreversible: null,
  caution: null,
  privileges: ['/vms/105: VM.Snapshot'],
  rootOnly: false,
});

export const testPlan = (
  steps: readonly DraftStep[],
  more: Partial<Parameters<typeof makePlan>[0]> = {},
): Plan =>
  makePlan({
    title: 'Secure VM 105 (db-01)',
    capability: 'secure',
    request: { intent: 'secure', slots: { guests: [105] } },
    selection: ['VM-SEC-001'],
    target: fakeTarget,
    createdBy: 'root@pam',
    typedNames: {},
    now: testNow,
    ...more,
    steps,
  });
