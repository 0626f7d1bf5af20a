import { skillSchema, type Skill } from '../capabilities/types.ts';
import type { RunEvent } from '../chat/events.ts';
import type { Assistant } from '../chat/types.ts';
import { ProxmoxAiError } from '../errors.ts';
import type { RequestContext } from '../requests/types.ts';
import { approveInteractively, askAboutRollback } from './approve.ts';
import { drawRecord } from './commands/plan.ts';
import type { Io } from './io.ts';
import type { LineReader } from './prompt.ts';
import { colorDiff, type RunSummary } from './render.ts';
import { plain } from './terminal/style.ts';

/** What a chat remembers between turns. */
export interface ChatState {
  readonly assistant: Assistant;
  readonly io: Io;
  readonly lines: LineReader;
  readonly conversation: string;
  skill: Skill;
  selected: RequestContext;
  /** The plan that /plan and /apply mean when they name none. */
  plan?: string;
  /** The plan that was applied last: the one that /undo means. */
  applied?: string;
  leave: boolean;
  draw(start: (signal: AbortSignal) => AsyncIterable<RunEvent>): Promise<{ summary: RunSummary }>;
}

export interface SlashCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly help: string;
  run(state: ChatState, words: readonly string[]): Promise<RunSummary['failed']>;
}

function planOf(state: ChatState, [named]: readonly string[]): string {
  const id = named ?? state.plan;
  if (id === undefined) {
    throw new ProxmoxAiError('usage', 'There is no plan in this chat yet.', {
      hint: 'Ask for one ("secure vm 105"), or name one: /plans lists them.',
    });
  }
  state.plan = id;
  return id;
}

/** The chat's commands; everything else that is typed is a request. */
export const slashCommands: readonly SlashCommand[] = [
  {
    name: 'help',
    aliases: ['h', '?'],
    usage: '/help',
    help: 'this list',
    run: ({ io }) => {
      for (const { usage, help } of slashCommands) io.out(`  ${usage.padEnd(42)} ${help}`);
      io.out('  Ctrl-C stops what runs, not the chat. Everything else you type is a request.');
      return Promise.resolve(undefined);
    },
  },
  {
    name: 'plan',
    aliases: [],
    usage: '/plan [ID]',
    help: 'show the plan and what became of it',
    run: async (state, words) => {
      const record = await state.assistant.plan(planOf(state, words));
      state.io.out(colorDiff(await state.assistant.planDiff(record.plan.id), state.io));
      drawRecord(record, state);
      return undefined;
    },
  },
  {
    name: 'plans',
    aliases: [],
    usage: '/plans',
    help: 'list the latest plans',
    run: async ({ assistant, io }) => {
      const plans = await assistant.plans({ limit: 15 });
      if (plans.length === 0) io.out('There are no plans yet.');
      for (const { plan, status } of plans) io.out(`  ${plan.id}  ${status.padEnd(15)} ${plain(plan.title)}`);
      return undefined;
    },
  },
  {
    name: 'apply',
    aliases: ['approve'],
    usage: '/apply [ID]',
    help: 'approve the plan and carry it out',
    run: async (state, words) => {
      const { assistant, io, lines } = state;
      const record = await assistant.plan(planOf(state, words));
      const { plan } = record;
      if (record.status === 'pending') await approveInteractively(plan, assistant, lines, io);
      state.applied = plan.id;
      const { summary } = await state.draw((signal) => assistant.apply(plan.id, { signal }));
      const after = await assistant.plan(plan.id);
      if (after.supersededBy !== undefined) state.plan = after.supersededBy;
      drawRecord(after, state, { withSteps: false });
      if (summary.failed === undefined) io.out('/undo takes it back.');
      return summary.failed;
    },
  },
  {
    name: 'undo',
    aliases: ['rollback'],
    usage: '/undo [ID]',
    help: 'take back what the plan did',
    run: async (state, words) => {
      const id = planOf(state, words.length > 0 || state.applied === undefined ? words : [state.applied]);
      const choices = await askAboutRollback(id, state.assistant, state.lines, state.io);
      const { summary } = await state.draw((signal) => state.assistant.rollback(id, { ...choices, signal }));
      drawRecord(await state.assistant.plan(id), state, { withSteps: false });
      return summary.failed;
    },
  },
  {
    name: 'skill',
    aliases: [],
    usage: '/skill beginner|intermediate|expert',
    help: 'how much is explained',
    run: (state, [level]) => {
      const parsed = skillSchema.optional().safeParse(level);
      const known = `one of ${skillSchema.options.join(', ')}`;
      if (!parsed.success) throw new ProxmoxAiError('usage', `The skill is ${known}.`);
      if (parsed.data !== undefined) state.skill = parsed.data;
      state.io.out(
        parsed.data === undefined
          ? `Explaining for ${state.skill}; choose ${known}.`
          : `Explaining for ${state.skill}.`,
      );
      return Promise.resolve(undefined);
    },
  },
  {
    name: 'select',
    aliases: [],
    usage: '/select VMID',
    help: 'the guest that "it" means; without VMID none',
    run: (state, [vmid]) => {
      if (vmid !== undefined && !/^[1-9]\d{2,8}$/.test(vmid))
        throw new ProxmoxAiError('usage', 'A VMID is a number from 100.');
      state.selected = vmid === undefined ? {} : { guest: Number(vmid) };
      state.io.out(vmid === undefined ? 'Nothing is selected.' : `Guest ${vmid} is selected.`);
      return Promise.resolve(undefined);
    },
  },
  {
    name: 'status',
    aliases: [],
    usage: '/status',
    help: 'what the assistant is connected to',
    run: async ({ assistant, io }) => {
      const { statusLines } = await import('./commands/status.ts');
      for (const line of statusLines(await assistant.status())) io.out(plain(line));
      return undefined;
    },
  },
  {
    name: 'quit',
    aliases: ['exit', 'q'],
    usage: '/quit',
    help: 'leave the chat',
    run: (state) => {
      state.leave = true;
      return Promise.resolve(undefined);
    },
  },
];

/** Slash commands that a line can be completed to. */
export const completeCommand = (line: string): readonly string[] =>
  line.startsWith('/')
    ? slashCommands.map(({ name }) => `/${name}`).filter((name) => name.startsWith(line))
    : [];
