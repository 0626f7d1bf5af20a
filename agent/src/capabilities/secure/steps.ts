import type { Change, Effect, PlanStep } from '../../plans/types.ts';
import type { Action, CallAction, Edit, Target } from './action.ts';
import { authorityOf, isRootOnly, writeOf } from './authority.ts';

/** An action with the check that asked for it. */
export interface ActionRequest {
  readonly check: { readonly id: string; readonly title: string; readonly why: string };
  readonly action: Action;
}
export type DraftStep = Omit<PlanStep, 'id'>;

const effectOrder: readonly Effect[] = ['live', 'replug', 'restart', 'stopped'];

interface Group {
  readonly target: Target;
  readonly rootOnly: boolean;
  readonly edits: readonly { readonly edit: Edit; readonly check: ActionRequest['check'] }[];
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
const joined = (texts: readonly (string | null)[]): string | null =>
  unique(texts.filter((text) => text !== null)).join(' ') || null;

const rootCaution = 'Only root@pam may change this; an API token or another user is refused.';

/** What may share one PUT: same place, same effect, same risk, same authority, same way back. */
const groupKey = ({ target, effect, risk, irreversible }: Edit, rootOnly: boolean): string =>
  [target.path, effect, risk, rootOnly, irreversible !== null].join(' ');

function groupsOf(requests: readonly ActionRequest[]): readonly Group[] {
  const groups = new Map<string, Omit<Group, 'edits'> & { edits: Group['edits'][number][] }>();
  for (const { action, check } of requests) {
    if (action.kind !== 'edit') continue;
    const rootOnly = isRootOnly(action);
    const key = groupKey(action, rootOnly);
    const group = groups.get(key);
    if (group) group.edits.push({ edit: action, check });
    else groups.set(key, { target: action.target, rootOnly, edits: [{ edit: action, check }] });
  }
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}

/** Live before disruptive, what everyone may do before what only root may, what can be undone before what cannot. */
function rank({ edits, rootOnly }: Group): number {
  const first = edits[0]?.edit;
  if (!first) return 0;
  return (
    (first.irreversible === null ? 0 : 100) +
    (rootOnly ? 50 : 0) +
    effectOrder.indexOf(first.effect) * 10 +
    (first.risk === 'safe' ? 0 : 1)
  );
}

interface Working {
  readonly values: Map<string, string>;
  digest: string | null;
}

function stepOf({ target, edits, rootOnly }: Group, working: Working): DraftStep | null {
  const old = Object.fromEntries(working.values);
  const before = new Map<string, string | null>();
  for (const { edit } of edits) {
    const value = working.values.get(edit.key) ?? null;
    if (!before.has(edit.key)) before.set(edit.key, value);
    const after = edit.apply(value);
    if (after === null) working.values.delete(edit.key);
    else working.values.set(edit.key, after);
  }
  const changes: readonly Change[] = [...before]
    .map(([key, value]) => ({ key, before: value, after: working.values.get(key) ?? null }))
    .filter((change) => change.before !== change.after);
  if (changes.length === 0) return null;
  const { digest } = working;
  // PVE's digest changes with the first write, so later steps compare the values that they were computed from.
  working.digest = null;
  const call = writeOf(
    target.path,
    changes.map(({ key, after }) => ({ key, value: after })),
  );
  const authority = authorityOf(call, old);
  const byRoot = rootOnly || authority.rootOnly;
  const irreversible = joined(edits.map(({ edit }) => edit.irreversible));
  const [first] = edits;
  const checks = unique(edits.map(({ check }) => check));
  return {
    title: `${target.label}: ${unique(edits.map(({ edit }) => edit.label)).join('; ')}`,
    why: checks.map(({ title, why }) => `${title}: ${why}`).join(' '),
    source: unique(checks.map(({ id }) => id)).join(','),
    object: target.object,
    call: digest === null ? call : { ...call, params: { ...call.params, digest } },
    read: { method: 'GET', path: target.path, params: {} },
    digest,
    changes: [...changes],
    effect: first?.edit.effect ?? 'live',
    risk: first?.edit.risk ?? 'safe',
    inverse:
      irreversible === null
        ? writeOf(
            target.path,
            changes.map(({ key, before: value }) => ({ key, value })),
          )
        : null,
    irreversible,
    caution: joined([...edits.map(({ edit }) => edit.caution), ...(byRoot ? [rootCaution] : [])]),
    privileges: [...authority.privileges],
    rootOnly: byRoot,
  };
}

const callStep = (action: CallAction, { id, title, why }: ActionRequest['check']): DraftStep => {
  const { privileges, rootOnly } = authorityOf(action.call);
  return {
    title: action.title,
    why: `${title}: ${why}`,
    source: id,
    object: action.object,
    call: action.call,
    read: action.read,
    digest: null,
    changes: [...action.changes],
    effect: action.effect,
    risk: action.risk,
    inverse: action.inverse,
    irreversible: action.irreversible,
    caution: action.caution,
    privileges: [...privileges],
    rootOnly,
  };
};

/**
 * Turns what the checks ask for into plan steps: per object first the calls that others build on, then one PUT per
 * effect, risk and authority with every change that belongs there.
 */
export function draftSteps(requests: readonly ActionRequest[]): readonly DraftStep[] {
  const byObject = Map.groupBy(requests, ({ action }) => objectOf(action));
  const working = new Map<string, Working>();
  return [...byObject.values()].flatMap((own) => {
    const calls = own.flatMap(({ action, check }) =>
      action.kind === 'call' ? [callStep(action, check)] : [],
    );
    const puts = groupsOf(own).flatMap((group) => {
      const { path, values, digest } = group.target;
      const state = working.get(path) ?? { values: new Map(Object.entries(values)), digest };
      working.set(path, state);
      return stepOf(group, state) ?? [];
    });
    return [...calls, ...puts];
  });
}

const objectOf = (action: Action): string => (action.kind === 'edit' ? action.target.object : action.object);
