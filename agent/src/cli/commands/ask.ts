import type { RunEvent } from '../../chat/events.ts';
import type { Assistant } from '../../chat/types.ts';
import { ProxmoxAiError, type ErrorCode } from '../../errors.ts';
import type { CliContext } from '../context.ts';
import { printJson } from '../json.ts';
import { drawRun, type RunSummary } from '../render.ts';
import { exitOfRun, type Work } from '../run-command.ts';
import { demoNotice } from '../notice.ts';

/** `proxmox-ai ask TEXT` */
export const ask =
  (text: string): Work =>
  async (context) =>
    answerRun(context, (assistant) => assistant.ask(text, { signal: context.signal, ...skillOf(context) }));

export const skillOf = ({
  options,
  settings,
}: CliContext): { skill: CliContext['settings']['chat']['skill'] } => ({
  skill: options.skill ?? settings.chat.skill,
});

/** One run, drawn or as JSON; `verdict` may turn what was found into an exit code. */
export async function answerRun(
  context: CliContext,
  start: (assistant: Assistant) => AsyncIterable<RunEvent>,
  verdict: (summary: Pick<RunSummary, 'findings'>) => number = () => 0,
): Promise<number> {
  const assistant = await context.openAssistant();
  try {
    if (context.options.json) {
      const printed = await printRun(context, assistant, start(assistant));
      return exitOfRun(undefined, printed.asked) || verdict(printed);
    }
    await demoNotice(context, assistant);
    const summary = await drawRun(start(assistant), context.io);
    if (summary.plan !== undefined && summary.failed === undefined) {
      context.io.err(
        `\nApprove it with \`proxmox-ai plan approve ${summary.plan.id}\`, then \`proxmox-ai plan apply ${summary.plan.id}\`.`,
      );
    }
    return exitOfRun(summary.failed, summary.asked) || verdict(summary);
  } finally {
    await assistant.close();
  }
}

async function printRun(
  { io }: CliContext,
  assistant: Assistant,
  events: AsyncIterable<RunEvent>,
): Promise<Pick<RunSummary, 'findings' | 'asked'>> {
  const collected: RunEvent[] = [];
  for await (const event of events)
    if (event.type !== 'progress' && event.type !== 'task-log') collected.push(event);
  const of = <T extends RunEvent['type']>(type: T): Extract<RunEvent, { type: T }>[] =>
    collected.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);
  const [failed] = of('failed');
  if (failed !== undefined) {
    throw new ProxmoxAiError(
      failed.code as ErrorCode,
      failed.message,
      failed.hint === undefined ? {} : { hint: failed.hint },
    );
  }
  const { demo, target } = await assistant.status();
  const findings = of('findings').flatMap((event) => event.findings);
  io.out(
    printJson('ask', {
      interpretation: of('interpreted')[0]?.interpretation ?? null,
      markdown: of('markdown')
        .map(({ delta }) => delta)
        .join(''),
      findings,
      plan: of('plan').at(-1)?.plan ?? null,
      artefacts: of('artefact').map(({ artefact }) => artefact),
      questions: of('question').flatMap(({ questions }) => questions),
      demo,
      target,
    }),
  );
  return { findings, asked: of('question').length > 0 };
}
