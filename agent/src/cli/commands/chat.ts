import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { RunEvent } from '../../chat/events.ts';
import { ProxmoxAiError } from '../../errors.ts';
import { failure } from '../../chat/run.ts';
import { completeCommand, slashCommands, type ChatState } from '../chat-commands.ts';
import { chatOutcome, type TurnOutcome } from '../chat-outcome.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { lineReader } from '../prompt.ts';
import { drawError, drawRun, type RunSummary } from '../render.ts';
import type { Work } from '../run-command.ts';
import { plain } from '../terminal/style.ts';

const historyLimit = 500;

function readHistory(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .slice(-historyLimit)
      .reverse();
  } catch {
    // There is none before the first chat.
    return [];
  }
}

function writeHistory(folder: string, file: string, newestFirst: readonly string[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, `${newestFirst.slice(0, historyLimit).toReversed().join('\n')}\n`, { mode: 0o600 });
}

/** `proxmox-ai chat`: a conversation on the terminal, or one request a line from a pipe. */
export const chat = (): Work => async (context) => {
  const { io, folder } = context;
  const assistant = await context.openAssistant();
  const file = join(folder, 'chat-history');
  const lines = lineReader(io, {
    history: io.interactive ? readHistory(file) : [],
    onHistory: (history) => writeHistory(folder, file, history),
    complete: completeCommand,
  });
  const running: { run: AbortController | undefined } = { run: undefined };
  let interrupts = 0;
  lines.onInterrupt(() => {
    if (running.run !== undefined) {
      running.run.abort();
      return;
    }
    // The first Ctrl-C at the prompt could be a slip; the second one means it.
    if (++interrupts >= 2) {
      lines.close();
      return;
    }
    io.err('\n(Ctrl-C again, Ctrl-D or /quit leaves the chat)');
  });
  // Without a terminal Ctrl-C arrives as a signal: it ends what runs and then the chat.
  context.signal.addEventListener('abort', () => {
    running.run?.abort();
    lines.close();
  });

  const state: ChatState = {
    assistant,
    io,
    lines,
    conversation: randomUUID(),
    skill: context.options.skill ?? context.settings.chat.skill,
    selected: {},
    leave: false,
    draw: (start) => draw(running, context, start),
  };
  const outcome = chatOutcome();
  try {
    await greet(state);
    while (!state.leave) {
      const line = await lines.line(io.colors.cyan('you › '));
      if (line === null) break;
      interrupts = 0;
      const text = line.trim();
      if (text === '') continue;
      if (!io.interactive) io.out(io.colors.dim(`you › ${plain(text)}`));
      outcome.heard(text);
      try {
        outcome.ended(await turn(text, state));
      } catch (thrown) {
        const failed = failure(thrown);
        outcome.ended({ failed, asked: false, choices: [] });
        drawError(failed, io);
      }
      io.out('');
    }
  } finally {
    lines.close();
    await assistant.close();
  }
  // A pipe has nobody who read the error: its exit code has to tell.
  return io.interactive ? exitCodes.fine : outcome.code();
};

async function greet({ assistant, io }: ChatState): Promise<void> {
  const { version, target, userid, demo, pveVersion, nodes, guests, interruptedPlans } =
    await assistant.status();
  const { colors } = io;
  io.out(
    `${colors.bold('Proxmox AI')} ${version}: PVE ${plain(pveVersion)}, ${nodes} nodes, ${guests} guests, as ${plain(userid)}`,
  );
  io.out(
    demo
      ? colors.yellow('Demo cluster: no real one is configured. Everything works, nothing is real.')
      : `Connected to ${plain(target)}.`,
  );
  for (const id of interruptedPlans) {
    io.out(
      colors.red(
        `Plan ${id} was interrupted while it ran. /plan ${id} shows what was done; /apply ${id} goes on, /undo ${id} takes it back.`,
      ),
    );
  }
  io.out(colors.dim('Try "secure vm 105", or /help.') + '\n');
}

/** The command that a bare "apply" or "undo it" stands for; nothing is carried out by a word that was not meant so. */
function plainCommand(text: string): string | undefined {
  const bare =
    /^(apply|approve|undo|revert|roll ?back|show plans?|plans?)(?: it| that| (?:the |this )?(?:last )?plan)?[.!]*$/i;
  const word = bare.exec(text)?.[1]?.toLowerCase();
  if (word === undefined) return undefined;
  if (word.endsWith('plans')) return '/plans';
  if (word.endsWith('plan')) return '/plan';
  return word.startsWith('app') ? '/apply' : '/undo';
}

async function turn(text: string, state: ChatState): Promise<TurnOutcome> {
  if (text.startsWith('/')) {
    const [name = '', ...rest] = text.slice(1).split(/\s+/);
    const command = slashCommands.find(
      (candidate) => candidate.name === name || candidate.aliases.includes(name),
    );
    if (command === undefined) {
      throw new ProxmoxAiError('usage', `There is no command /${name}.`, { hint: '/help lists them.' });
    }
    const failed = await command.run(state, rest);
    return { asked: false, choices: [], ...(failed && { failed }) };
  }
  const meant = plainCommand(text);
  if (meant !== undefined) {
    throw new ProxmoxAiError('usage', `Type ${meant}.`, {
      hint: 'What changes the cluster, or takes it back, is a command of its own.',
    });
  }
  const { assistant, conversation, skill, selected } = state;
  const { summary } = await state.draw((signal) =>
    assistant.ask(text, { signal, skill, conversation, context: selected }),
  );
  if (summary.plan !== undefined) {
    state.plan = summary.plan.id;
    state.io.out(`\n/apply carries it out after you approve it, /plan shows it again.`);
  }
  return summary;
}

async function draw(
  running: { run: AbortController | undefined },
  { io, signal }: CliContext,
  start: (signal: AbortSignal) => AsyncIterable<RunEvent>,
): Promise<{ summary: RunSummary }> {
  const run = new AbortController();
  running.run = run;
  try {
    return { summary: await drawRun(start(AbortSignal.any([signal, run.signal])), io) };
  } finally {
    running.run = undefined;
  }
}
