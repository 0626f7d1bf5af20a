import wrap from 'wrap-ansi';
import type { Finding } from '../capabilities/types.ts';
import type { RunEvent } from '../chat/events.ts';
import type { Plan, StepState } from '../plans/types.ts';
import type { Io } from './io.ts';
import { progressBar, transientLine } from './terminal/progress.ts';
import { markdownStream } from './terminal/stream.ts';
import { plain } from './terminal/style.ts';

/** What a drawn run amounted to. */
export interface RunSummary {
  readonly findings: readonly Finding[];
  readonly plan?: Plan;
  readonly asked: boolean;
  /** Requests that were offered as answers to what was asked. */
  readonly choices: readonly string[];
  readonly failed?: Extract<RunEvent, { type: 'failed' }>;
}

const marks: Readonly<Record<StepState, string>> = {
  waiting: '·',
  running: '▸',
  done: '✓',
  failed: '✗',
  skipped: '–',
  unknown: '?',
  undone: '↺',
};

/** Draws the events of a run as they come, and sums it up. Errors are drawn too, not thrown. */
export async function drawRun(events: AsyncIterable<RunEvent>, io: Io): Promise<RunSummary> {
  const { colors } = io;
  const bar = progressBar(io);
  const running = transientLine(io);
  const text = markdownStream(
    (drawn) => void io.stdout.write(drawn),
    () => ({ colors, width: io.width() }),
  );
  const findings: Finding[] = [];
  let plan: Plan | undefined;
  let failed: RunSummary['failed'];
  let asked = false;
  const choices: string[] = [];
  for await (const event of events) {
    if (event.type !== 'progress') bar.clear();
    running.clear();
    if (event.type !== 'markdown') text.end();
    switch (event.type) {
      case 'progress':
        bar.update(event.stage, event.done, event.total);
        break;
      case 'markdown':
        text.push(event.delta);
        break;
      case 'findings':
        findings.push(...event.findings);
        break;
      case 'consulted':
        io.err(
          io.errorColors.dim(
            `  ${event.from} asked ${event.to} about ${plain(event.topic)}: ${event.outcome}`,
          ),
        );
        break;
      case 'plan':
        plan = event.plan;
        io.out(`\n${colorDiff(event.diff, io)}`);
        break;
      case 'artefact':
        // Data for programs is in the --json output; a person gets what is written for people.
        if (event.artefact.mediaType !== 'application/json') {
          io.out(`\n${colors.bold(plain(event.artefact.name))}\n${plain(event.artefact.text)}`);
        }
        break;
      case 'question':
        asked = true;
        choices.push(...event.choices.map(({ text: request }) => request));
        for (const question of event.questions) io.out(plain(question));
        for (const choice of event.choices)
          io.out(`  ${plain(choice.label)}: ${colors.cyan(plain(choice.text))}`);
        break;
      case 'step':
        // What runs is shown while it runs, on a terminal; what became of it stays.
        if (event.state === 'running') running.show(`${event.stepId} ${plain(event.title)}`);
        else io.out(stepLine(event, io));
        break;
      case 'task-log':
        io.out(colors.dim(`    ${plain(event.line)}`));
        break;
      case 'failed':
        failed = event;
        drawError(event, io);
        break;
      case 'started':
      case 'interpreted':
      case 'finished':
        break;
    }
  }
  text.end();
  bar.clear();
  return { findings, asked, choices, ...(plan && { plan }), ...(failed && { failed }) };
}

function stepLine(event: Extract<RunEvent, { type: 'step' }>, io: Io): string {
  const { colors } = io;
  const { state, stepId, title, message, upid } = event;
  const paint =
    state === 'done' || state === 'undone' ? colors.green : state === 'failed' ? colors.red : colors.yellow;
  const detail = [message, upid]
    .filter((part) => part !== undefined)
    .map((part) => colors.dim(`\n     ${plain(part)}`));
  return hanging(`  ${paint(marks[state])} ${stepId} ${plain(title)}`, io.width(), 5) + detail.join('');
}

/** An error as the person sees it: what happened, then what to do. */
export function drawError(
  error: { readonly message: string; readonly hint?: string | undefined },
  io: Io,
): void {
  io.err(`${io.errorColors.red('✗')} ${plain(error.message)}`);
  if (error.hint !== undefined && error.hint !== '') io.err(`  ${plain(error.hint)}`);
}

/** A diff with its removed lines red and its added lines green, wrapped under the text it continues. */
export function colorDiff(diff: string, io: Io): string {
  const { colors } = io;
  const width = io.width();
  return plain(diff)
    .split('\n')
    .map((line) => {
      const drawn = hanging(line, width);
      return /^\s*-/.test(line) ? colors.red(drawn) : /^\s*\+/.test(line) ? colors.green(drawn) : drawn;
    })
    .join('\n');
}

/** A long line broken at spaces, its continuation under where the text of `  label:   text` or `  - text` begins. */
function hanging(line: string, width: number, column?: number): string {
  const [lead = ''] = /^\s*(?:[a-z]+:\s+|[-+~]\s+|s\d+\s+)?/.exec(line) ?? [];
  const indent = ' '.repeat(column ?? Math.min(lead.length, Math.floor(width / 2)));
  return wrap(line.slice(lead.length), width - indent.length, { hard: true, trim: true })
    .split('\n')
    .map((part, index) => `${index === 0 ? lead : indent}${part}`)
    .join('\n');
}
