import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import { validateParams } from '../pve/schema/validate.ts';
import { requirePerson } from './person.ts';
import { newPlanId } from './plan-id.ts';
import { undoDestroys } from './rollback-preview.ts';
import { planSchema, type Plan, type PlanCall, type PlanStep } from './types.ts';

/** A step before it has a number. */
export type DraftStep = Omit<PlanStep, 'id'>;

export interface PlanDraft extends Omit<Plan, 'id' | 'createdAt' | 'steps'> {
  readonly steps: readonly DraftStep[];
  readonly now: () => Date;
}

/**
 * A plan with an id, its steps numbered `s1`, `s2`…, checked in itself and against PVE's API schema, so that PVE has
 * no reason to refuse the form of a call half way. Inverses lose a digest: it would be an old one by then.
 * Errors: `pve-bad-request` (`fields.errors`: `s1.call.cores` → why PVE would refuse it), `not-approved` when
 * `createdBy` names nobody, `internal` when a step contradicts itself (`fields.problems`).
 */
export function makePlan({ now, steps, ...draft }: PlanDraft): Plan {
  requirePerson(draft.createdBy);
  const parsed = planSchema.safeParse({
    ...draft,
    id: newPlanId(),
    createdAt: now().toISOString(),
    steps: steps.map((step, index) => ({
      ...step,
      id: `s${index + 1}`,
      inverse: withoutDigest(step.inverse),
    })),
  });
  if (!parsed.success) throw invalid([z.prettifyError(parsed.error)]);
  const plan = parsed.data;
  const problems = plan.steps.flatMap((step) => contradictions(step, plan.typedNames));
  if (problems.length > 0) throw invalid(problems);
  const refused = plan.steps.flatMap(refusals);
  if (refused.length > 0) {
    throw new ProxmoxAiError(
      'pve-bad-request',
      `PVE would refuse this plan: ${refused.map(([, why]) => why).join(' ')}`,
      {
        hint: 'Ask for values that PVE allows.',
        fields: { errors: Object.fromEntries(refused) },
      },
    );
  }
  return plan;
}

function withoutDigest(call: PlanCall | null): PlanCall | null {
  if (call === null) return null;
  const params = Object.entries(call.params).filter(([name]) => name !== 'digest');
  return { ...call, params: Object.fromEntries(params) };
}

const invalid = (problems: readonly string[]): ProxmoxAiError =>
  new ProxmoxAiError('internal', `The plan contradicts itself: ${problems.join(' ')}`, {
    hint: 'This is a defect in Proxmox AI; nothing was changed.',
    fields: { problems },
  });

function contradictions(step: PlanStep, typedNames: Plan['typedNames']): string[] {
  const { id, call, read, inverse, irreversible, digest, changes, risk, object } = step;
  const keys = changes.map(({ key }) => key);
  const named = (typedNames[object] ?? '') !== '';
  const rules: readonly (readonly [wrong: boolean, why: string])[] = [
    [call.method === 'GET', 'changes nothing: its call is a GET.'],
    [read !== null && read.method !== 'GET', 'would change the cluster by reading it.'],
    [read === null && digest !== null, 'has a digest and nothing to read it from.'],
    [inverse?.method === 'GET', 'has an inverse that changes nothing.'],
    [inverse === null && irreversible === null, 'has no inverse and does not say why.'],
    [inverse !== null && irreversible !== null, 'has an inverse and is called irreversible.'],
    [new Set(keys).size !== keys.length, 'changes a key twice.'],
    [changes.some(({ before, after }) => before === after), 'lists a change that changes nothing.'],
    [risk === 'destructive' && !named, `destroys something on ${object}, whose name to type is missing.`],
    [undoDestroys(step) && !named, `destroys ${object} when it is undone, and its name to type is missing.`],
  ];
  return rules.filter(([wrong]) => wrong).map(([, why]) => `Step ${id} ${why}`);
}

function refusals({ id, call, read, inverse }: PlanStep): (readonly [string, string])[] {
  const calls = [
    ['call', call],
    ['read', read],
    ['inverse', inverse],
  ] as const;
  return calls.flatMap(([which, checked]) =>
    checked === null
      ? []
      : validateParams(checked.method, checked.path, checked.params).map(
          ({ param, message }) => [`${id}.${which}.${param}`, `${id} ${which} ${param}: ${message}`] as const,
        ),
  );
}
