import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../chat/events.ts';
import type { Assistant } from '../chat/types.ts';
import { countSteps, explainRefusal } from './rollback-refusal.ts';

const refusal: RunEvent = {
  type: 'failed',
  code: 'plan-state',
  message: 'Not all of plan p-1 can be undone. s9 (t): r',
  hint: 'Nothing was changed yet. Confirm that these stay, and s4, s3, s2, s1 will be undone.',
};
/** The two calls that the explanation makes. */
function assistant(status: string, irreversible: readonly string[], inverse: object | null = {}): Assistant {
  const answers = {
    plan: () =>
      Promise.resolve({
        plan: { id: 'p-1', steps: [{ id: 's1', inverse }] },
        status,
        steps: [{ id: 's1', state: 'done' }],
      }),
    rollbackPreview: () =>
      Promise.resolve({
        irreversible: irreversible.map((step) => ({ step, title: 'change', reason: 'gone' })),
        typed: {},
      }),
  };
  return answers as unknown as Assistant;
}
async function explained(events: readonly RunEvent[], by: Assistant): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  async function* source(): AsyncGenerator<RunEvent> {
    await Promise.resolve();
    yield* events;
  }
  for await (const event of explainRefusal(source(), 'p-1', by)) all.push(event);
  return all;
}

describe('a rollback refused because steps cannot be undone', () => {
  it('names the flag and counts long lists', async () => {
    const [event] = await explained([refusal], assistant('done', ['s5', 's6', 's7', 's8', 's9']));
    expect(event).toMatchObject({
      code: 'plan-state',
      message: expect.stringMatching(/5 steps stay: s5 .*s6 .*s7 .*; and 2 more$/) as string,
      hint: expect.stringMatching(/4 steps will be undone\. .*--accept-irreversible/) as string,
    });
  });

  it('keeps every other refusal as it is', async () => {
    expect(await explained([refusal], assistant('done', []))).toEqual([refusal]);
    expect(await explained([refusal], assistant('rolled-back', ['s9']))).toEqual([refusal]);
    expect(await explained([refusal], assistant('done', ['s9'], null))).toEqual([refusal]);
    const other = { ...refusal, code: 'plan-stale' };
    expect(await explained([other], assistant('done', ['s9']))).toEqual([other]);
  });

  it('keeps a failure that came after the first step began', async () => {
    const step: RunEvent = { type: 'step', planId: 'p-1', stepId: 's1', title: 't', state: 'undone' };
    expect(await explained([step, refusal], assistant('done', ['s9']))).toEqual([step, refusal]);
  });

  it('leaves short lists of steps alone', () => {
    expect(countSteps('s3, s2, s1 will be undone')).toBe('s3, s2, s1 will be undone');
    expect(countSteps('s12, s3, s2, s1 will be undone')).toBe('4 steps will be undone');
  });
});
