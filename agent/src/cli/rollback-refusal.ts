import type { RunEvent } from '../chat/events.ts';
import type { Assistant } from '../chat/types.ts';
import type { PlanStatus } from '../plans/types.ts';

/** Step ids and irreversible steps that a message lists; more are counted. */
const listed = 3;
const manySteps = new RegExp(`s\\d+(?:, s\\d+){${listed},}`, 'g');

/** A text in which a long list of step ids is their number: "s87, s86, …, s1" → "87 steps". */
export const countSteps = (text: string): string =>
  text.replace(manySteps, (ids) => `${ids.split(', ').length} steps`);

type Failed = Extract<RunEvent, { type: 'failed' }>;

const mayRollBack: readonly PlanStatus[] = [
  'done',
  'failed',
  'interrupted',
  'stale',
  'superseded',
  'rollback-failed',
];

/** The refusal in words of the command line, when it is about steps that cannot be undone; undefined otherwise. */
async function withFlag({ hint = '', ...failed }: Failed, id: string, assistant: Assistant) {
  const { plan, status, steps } = await assistant.plan(id);
  const { irreversible } = await assistant.rollbackPreview(id);
  const undoable = plan.steps.some(
    (step) =>
      step.inverse !== null &&
      steps.some(
        (progress) => progress.id === step.id && (progress.state === 'done' || progress.state === 'unknown'),
      ),
  );
  if (irreversible.length === 0 || !undoable || !mayRollBack.includes(status)) return undefined;
  const reasons = irreversible
    .slice(0, listed)
    .map(({ step, title, reason }) => `${step} (${title}): ${reason}`);
  const more = irreversible.length - reasons.length;
  const count = `${irreversible.length} step${irreversible.length === 1 ? ' stays' : 's stay'}`;
  return {
    ...failed,
    message: `Not all of plan ${plan.id} can be undone; ${count}: ${reasons.join('; ')}${more === 0 ? '' : `; and ${more} more`}`,
    hint: `${countSteps(hint)} On the command line the flag --accept-irreversible confirms it.`.trim(),
  };
}

/**
 * The events of a rollback that nobody is asked about. When it is refused because some steps cannot be undone, the
 * refusal names the flag that accepts them, and counts what would fill the screen.
 */
export async function* explainRefusal(
  events: AsyncIterable<RunEvent>,
  id: string,
  assistant: Assistant,
): AsyncGenerator<RunEvent, void, undefined> {
  let begun = false;
  for await (const event of events) {
    begun ||= event.type === 'step';
    const refused = event.type === 'failed' && event.code === 'plan-state' && !begun;
    yield refused ? ((await withFlag(event, id, assistant)) ?? event) : event;
  }
}
