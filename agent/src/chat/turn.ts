import { randomUUID } from 'node:crypto';
import type { Answer, Capability, Skill } from '../capabilities/types.ts';
import { renderDiff } from '../plans/diff.ts';
import { keepPlan } from '../plans/keep-plan.ts';
import type { Inventory } from '../pve/inventory/types.ts';
import type { PveClient } from '../pve/types.ts';
import type { Request } from '../requests/request.ts';
import { dispatch } from '../specialists/dispatch.ts';
import type { Database } from '../store/database.ts';
import { saveFindings } from '../store/findings.ts';
import type { Emit } from './run.ts';

export interface WorkOptions {
  readonly client: PveClient;
  readonly database: Database;
  readonly inventory: Inventory;
  readonly skill: Skill;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly capabilities?: readonly Capability[];
}

/** Carries out one request and tells its answer as events. Findings and the plan are kept before they are shown. */
export async function work(request: Request, emit: Emit, options: WorkOptions): Promise<Answer> {
  const { client, database, inventory, skill, signal, now, capabilities } = options;
  const answer = await dispatch(
    request,
    {
      client,
      database,
      inventory,
      skill,
      signal,
      now,
      userid: client.userid,
      progress: ({ stage, done, total }) => emit({ type: 'progress', stage, done, total }),
    },
    {
      onConsultation: (trace) => emit({ type: 'consulted', ...trace }),
      ...(capabilities === undefined ? {} : { capabilities }),
    },
  );
  const plan = answer.plan && keepPlan(database, answer.plan);
  // The text names the plan as the capability made it; when the same one waits already, that one is meant.
  const markdown =
    plan && answer.plan ? answer.markdown.replaceAll(answer.plan.id, plan.id) : answer.markdown;
  emit({ type: 'markdown', delta: markdown });
  if (answer.findings.length > 0) {
    saveFindings(database, {
      runId: randomUUID(),
      createdAt: now().toISOString(),
      findings: answer.findings,
    });
    emit({ type: 'findings', findings: answer.findings });
  }
  for (const artefact of answer.artefacts) emit({ type: 'artefact', artefact });
  if (plan !== null) emit({ type: 'plan', plan, diff: renderDiff(plan) });
  if (answer.choices.length > 0) emit({ type: 'question', questions: [], choices: answer.choices });
  return answer;
}
