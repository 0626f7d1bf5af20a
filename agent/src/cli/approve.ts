import type { Assistant, RollbackChoices } from '../chat/types.ts';
import { ProxmoxAiError } from '../errors.ts';
import { objectsToType } from '../plans/approve.ts';
import type { Plan, PlanRecord } from '../plans/types.ts';
import type { Io } from './io.ts';
import { isYes, type LineReader } from './prompt.ts';
import { plain } from './terminal/style.ts';

/**
 * Asks a person to approve a plan they have just seen; the name of each object that a destructive step is about has to
 * be typed. Throws `not-approved` when the answer is not yes, a name differs, or the input ends.
 */
export async function approveInteractively(
  plan: Plan,
  assistant: Assistant,
  lines: LineReader,
  io: Io,
): Promise<PlanRecord> {
  const { userid, target, demo } = await assistant.status();
  const declined = (): ProxmoxAiError =>
    new ProxmoxAiError('not-approved', `Plan ${plan.id} was not approved; nothing was changed.`, {
      hint: `It waits: proxmox-ai plan approve ${plan.id}`,
    });
  const typed: Record<string, string> = {};
  for (const object of objectsToType(plan)) {
    const name = await lines.ask(
      `This destroys something on ${object} (${plain(plan.typedNames[object] ?? '')}). Type its name: `,
    );
    if (name === null) throw declined();
    typed[object] = name.trim();
  }
  const where = demo ? 'the demo cluster' : target;
  const count = (risk: string): number => plan.steps.filter((step) => step.risk === risk).length;
  const risks = ['disruptive', 'destructive']
    .filter((risk) => count(risk) > 0)
    .map((risk) => `${count(risk)} ${risk}`);
  const kept = plan.steps.filter(({ inverse }) => inverse === null).length;
  if (kept > 0) risks.push(`${kept} that cannot be undone`);
  const steps = `${plan.steps.length} step${plan.steps.length === 1 ? '' : 's'}${risks.length === 0 ? '' : ` (${risks.join(', ')})`}`;
  const answer = await lines.ask(
    `Approve "${plain(plan.title)}": ${steps} on ${where} as ${plain(userid)}? [y/N] `,
  );
  if (!isYes(answer)) throw declined();
  const record = await assistant.approve(plan.id, typed);
  io.err(`Approved by ${plain(userid)}.`);
  return record;
}

/**
 * Asks what a rollback needs to know: that steps which cannot be undone stay, and the names of guests whose data
 * undoing removes. Throws `not-approved` when the answer is not yes or the input ends.
 */
export async function askAboutRollback(
  id: string,
  assistant: Assistant,
  lines: LineReader,
  io: Io,
): Promise<RollbackChoices> {
  const { irreversible, typed } = await assistant.rollbackPreview(id);
  const declined = (): ProxmoxAiError =>
    new ProxmoxAiError('not-approved', 'Nothing was rolled back.', { hint: 'The plan stays as it is.' });
  if (irreversible.length > 0) {
    io.out('These steps cannot be undone and stay:');
    for (const { step, title, reason } of irreversible) io.out(`  ${step} ${plain(title)}: ${plain(reason)}`);
  }
  const { plan, steps } = await assistant.plan(id);
  const done =
    steps.filter(({ state }) => state !== 'waiting' && state !== 'skipped').length - irreversible.length;
  if (done > 0) {
    const answer = await lines.ask(
      `Undo "${plain(plan.title)}": ${done} step${done === 1 ? '' : 's'}, the last one first? [y/N] `,
    );
    if (!isYes(answer)) throw declined();
  }
  const typedNames: Record<string, string> = {};
  for (const [object, name] of Object.entries(typed)) {
    const answer = await lines.ask(`Undoing removes data of ${object} (${plain(name)}). Type its name: `);
    if (answer === null) throw declined();
    typedNames[object] = answer.trim();
  }
  return { typedNames, acceptIrreversible: irreversible.length > 0 };
}
