import type { Disposition } from '../requests/types.ts';
import type { Request } from '../requests/request.ts';
import { impactOf } from '../requests/validate.ts';

const order: readonly Disposition[] = ['answer', 'plan', 'plan-typed', 'ask', 'refuse'];

/** What happens next with one request: from the intent's static data, never from a model. */
export function dispositionOf(request: Request, questions: readonly string[]): Disposition {
  if (questions.length > 0) return 'ask';
  const impact = impactOf(request);
  return impact === 'read' ? 'answer' : impact === 'destructive' ? 'plan-typed' : 'plan';
}

/** Several requests in one text: the most careful of their dispositions. */
export const strictest = (dispositions: readonly Disposition[]): Disposition =>
  order[Math.max(0, ...dispositions.map((disposition) => order.indexOf(disposition)))] ?? 'ask';
