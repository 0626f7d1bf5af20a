import { describe, expect, it } from 'vitest';
import type { Answer, Capability, WorkContext } from '../capabilities/types.ts';
import type { Request } from '../requests/request.ts';
import { specialistNames } from '../requests/specialist-names.ts';
import { dispatch, type ConsultationTrace } from './dispatch.ts';
import { intentsOf, specialists } from './registry.ts';

const answer = (markdown: string): Answer => ({
  markdown,
  findings: [],
  plan: null,
  artefacts: [],
  choices: [],
});
const context = (signal = new AbortController().signal): Omit<WorkContext, 'consult'> =>
  // Only what the dispatcher itself passes on is needed here; capabilities of these tests use nothing else.
  ({
    signal,
    skill: 'intermediate',
    userid: 'root@pam',
    progress: () => undefined,
    now: () => new Date(0),
  }) as unknown as Omit<WorkContext, 'consult'>;

const create: Request = { intent: 'guest.create', slots: {} };
const secure: Request = { intent: 'secure', slots: { guests: [105] } };
const securityCapability: Capability = {
  name: 's',
  specialist: 'security',
  intents: ['secure'],
  run: () => Promise.resolve(answer('looks good')),
};
const asking = (request: Request, to: 'security' | 'planning' | 'development'): Capability => ({
  name: 'c',
  specialist: 'development',
  intents: ['guest.create'],
  run: async (_request, { consult }) => answer((await consult({ to, topic: 'review', request })).markdown),
});

describe('the specialists', () => {
  it('are five, and every intent belongs to exactly one', () => {
    expect(Object.keys(specialists)).toEqual([...specialistNames]);
    const all = specialistNames.flatMap((name) => intentsOf(name));
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(42);
  });
});

describe('dispatch', () => {
  it('says which specialist owns what this release cannot do, and what works', async () => {
    await expect(
      dispatch({ intent: 'backup.status', slots: {} }, context(), { capabilities: [securityCapability] }),
    ).rejects.toMatchObject({
      code: 'not-available',
      message: expect.stringMatching(/configuration specialist owns it/) as string,
      hint: expect.stringMatching(/security weaknesses/) as string,
    });
  });

  it('refuses a request whose slots do not fit its intent before any work', async () => {
    await expect(
      dispatch({ intent: 'secure', slots: { guests: 'x' } }, context(), {
        capabilities: [securityCapability],
      }),
    ).rejects.toMatchObject({ code: 'usage' });
  });

  it('passes advice back and leaves a trace', async () => {
    const traces: ConsultationTrace[] = [];
    const result = await dispatch(create, context(), {
      capabilities: [asking(secure, 'security'), securityCapability],
      onConsultation: (trace) => traces.push(trace),
    });
    expect(result.markdown).toBe('looks good');
    expect(traces).toMatchObject([
      { from: 'development', to: 'security', topic: 'review', depth: 1, outcome: 'advice' },
    ]);
  });

  it('declines a question that belongs to another specialist, and one that goes round in a circle', async () => {
    await expect(
      dispatch(create, context(), { capabilities: [asking(secure, 'planning'), securityCapability] }),
    ).rejects.toThrow(/belongs to the security specialist/);
    const traces: ConsultationTrace[] = [];
    await expect(
      dispatch(create, context(), {
        capabilities: [asking(create, 'development')],
        onConsultation: (trace) => traces.push(trace),
      }),
    ).rejects.toThrow(/already being asked/);
    expect(traces).toMatchObject([{ outcome: 'declined' }]);
  });

  it('stops at the depth limit', async () => {
    let asked = 0;
    const endless: Capability = {
      name: 'e',
      specialist: 'development',
      intents: ['guest.create'],
      run: async (request, { consult }) => {
        asked++;
        const count = Number(request.slots.count ?? 0) + 1;
        return answer(
          (
            await consult({
              to: 'development',
              topic: 'again',
              request: { intent: 'guest.create', slots: { count } },
            })
          ).markdown,
        );
      },
    };
    await expect(dispatch(create, context(), { capabilities: [endless] })).rejects.toThrow(/3 deep at most/);
    expect(asked).toBe(4);
  });

  it('ends a consultation whose time budget is used up', async () => {
    const slow: Capability = {
      name: 'slow',
      specialist: 'security',
      intents: ['secure'],
      run: (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    };
    await expect(
      dispatch(create, context(), {
        capabilities: [asking(secure, 'security'), slow],
        limits: { depth: 3, budgetMs: 30 },
      }),
    ).rejects.toMatchObject({ name: 'ProxmoxAiError' });
  });

  it('hands the caller’s cancellation to the capability', async () => {
    const controller = new AbortController();
    const waiting: Capability = {
      ...securityCapability,
      run: (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    };
    const running = dispatch(secure, context(controller.signal), { capabilities: [waiting] });
    controller.abort();
    await expect(running).rejects.toThrow('stopped');
  });
});
