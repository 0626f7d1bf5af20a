import type { Advice, Answer, Capability, Consultation, WorkContext } from '../capabilities/types.ts';
import { ProxmoxAiError, toError } from '../errors.ts';
import { intents } from '../requests/intent-table.ts';
import type { Request } from '../requests/request.ts';
import type { SpecialistName } from '../requests/specialist-names.ts';
import { validateRequest } from '../requests/validate.ts';
import { availableIntents, capabilityFor, specialists } from './registry.ts';

/** How deep specialists may ask one another, and how long all consultations of one request may take together. */
export const consultationLimits = { depth: 3, budgetMs: 20_000 } as const;

/** One consultation as it happened: what the user can open as the trace of an answer. */
export interface ConsultationTrace {
  readonly from: SpecialistName;
  readonly to: SpecialistName;
  readonly topic: string;
  readonly depth: number;
  readonly durationMs: number;
  readonly outcome: 'advice' | 'declined' | 'failed';
}

export interface DispatchOptions {
  readonly onConsultation?: (trace: ConsultationTrace) => void;
  /** Capabilities to choose from; the release's own by default. */
  readonly capabilities?: readonly Capability[];
  readonly limits?: { readonly depth: number; readonly budgetMs: number };
}

const notAvailable = (request: Request, options: DispatchOptions): ProxmoxAiError => {
  const { specialist, title } = intents[request.intent];
  const able = availableIntents(options.capabilities).map((intent) => intents[intent].title.toLowerCase());
  return new ProxmoxAiError(
    'not-available',
    request.intent === 'other'
      ? 'That is outside of what I can help with.'
      : `I read this as "${title}" (${request.intent}). The ${specialists[specialist].title.toLowerCase()} specialist owns it, but this release cannot do it yet.`,
    { hint: `What works today: ${able.join(', ')}.`, fields: { intent: request.intent, specialist } },
  );
};

const decline = (to: SpecialistName, why: string): ProxmoxAiError =>
  new ProxmoxAiError('not-available', `The ${to} specialist was not consulted: ${why}.`);

/**
 * Carries out one request by the specialist that owns its intent. Consultations go by typed messages, are bounded in
 * depth and in time, never go round in a circle, and never carry a plan back: advice is text and findings only.
 * Throws `not-available` for what this release cannot do and whatever the capability throws.
 */
export async function dispatch(
  request: Request,
  context: Omit<WorkContext, 'consult'>,
  options: DispatchOptions = {},
): Promise<Answer> {
  const { depth: maxDepth, budgetMs } = options.limits ?? consultationLimits;
  let spentMs = 0;

  const work = async (asked: Request, signal: AbortSignal, chain: readonly string[]): Promise<Answer> => {
    validateRequest(asked);
    const capability = capabilityFor(asked.intent, options.capabilities);
    if (capability === undefined) throw notAvailable(asked, options);
    return capability.run(asked, {
      ...context,
      signal,
      consult: (consultation) => consult({ from: capability.specialist, ...consultation }, signal, chain),
    });
  };

  const consult = async (
    message: Consultation,
    signal: AbortSignal,
    chain: readonly string[],
  ): Promise<Advice> => {
    const started = performance.now();
    const depth = chain.length;
    const key = `${message.to}:${message.request.intent}:${JSON.stringify(message.request.slots)}`;
    let outcome: ConsultationTrace['outcome'] = 'failed';
    try {
      if (depth > maxDepth) throw decline(message.to, `consultations may be ${maxDepth} deep at most`);
      if (chain.includes(key)) throw decline(message.to, 'it is already being asked the same question');
      const leftMs = budgetMs - spentMs;
      if (leftMs <= 0) throw decline(message.to, 'the time for consultations is used up');
      const owner = intents[message.request.intent].specialist;
      if (owner !== message.to)
        throw decline(message.to, `"${message.request.intent}" belongs to the ${owner} specialist`);
      const answer = await work(
        message.request,
        AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(leftMs))]),
        [...chain, key],
      );
      outcome = 'advice';
      return { from: message.to, markdown: answer.markdown, findings: answer.findings };
    } catch (thrown) {
      const error = toError(thrown);
      if (error.code === 'not-available') outcome = 'declined';
      throw error;
    } finally {
      const durationMs = performance.now() - started;
      // Nested consultations run inside their parent's time; only the outermost counts against the budget.
      if (depth === 1) spentMs += durationMs;
      options.onConsultation?.({
        from: message.from,
        to: message.to,
        topic: message.topic,
        depth,
        durationMs,
        outcome,
      });
    }
  };

  const { specialist } = intents[request.intent];
  return work(request, context.signal, [`${specialist}:${request.intent}:${JSON.stringify(request.slots)}`]);
}
