import { z } from 'zod';
import { planStatusSchema, type PlanRecord } from '../../plans/types.ts';
import type { Assistant } from '../../chat/types.ts';
import { ProxmoxAiError } from '../../errors.ts';
import type { RunEvent } from '../../chat/events.ts';
import { approveInteractively, askAboutRollback } from '../approve.ts';
import type { CliContext } from '../context.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { printJson, type outputSchemas } from '../json.ts';
import { demoNotice } from '../notice.ts';
import { lineReader } from '../prompt.ts';
import { colorDiff, drawRun } from '../render.ts';
import { explainRefusal } from '../rollback-refusal.ts';
import type { Work } from '../run-command.ts';
import { plain } from '../terminal/style.ts';

const withAssistant =
  (work: (context: CliContext, assistant: Assistant) => Promise<number>): Work =>
  async (context) => {
    const assistant = await context.openAssistant();
    try {
      if (!context.options.json) await demoNotice(context, assistant);
      return await work(context, assistant);
    } finally {
      await assistant.close();
    }
  };

const listOptions = z.object({
  status: planStatusSchema.optional(),
  limit: z.coerce.number().int().min(1).max(1000),
});

/** `proxmox-ai plan list` */
export const listPlans = (given: unknown): Work =>
  withAssistant(async ({ io, options }, assistant) => {
    const parsed = listOptions.safeParse(given);
    if (!parsed.success) throw new ProxmoxAiError('usage', '--limit takes a number from 1 to 1000.');
    const { status, limit } = parsed.data;
    const plans = await assistant.plans({ limit, ...(status === undefined ? {} : { status }) });
    if (options.json) io.out(printJson('plan list', { plans: plans.map(toJson) }));
    else if (plans.length === 0) io.out('There are no plans. `proxmox-ai secure GUEST` makes one.');
    else
      for (const { plan, status: state } of plans)
        io.out(
          `${plan.id}  ${state.padEnd(15)} ${plan.createdAt.slice(0, 16).replace('T', ' ')}  ${plain(plan.title)}`,
        );
    return exitCodes.fine;
  });

/** A record as plain JSON data. */
const toJson = (record: PlanRecord): z.input<(typeof outputSchemas)['plan show']> => ({
  ...record,
  steps: record.steps.map((step) => ({ ...step })),
});

/** `proxmox-ai plan show ID` */
export const showPlan = (id: string): Work =>
  withAssistant(async ({ io, options }, assistant) => {
    const record = await assistant.plan(id);
    if (options.json) io.out(printJson('plan show', toJson(record)));
    else {
      io.out(colorDiff(await assistant.planDiff(record.plan.id), io));
      drawRecord(record, { io });
    }
    return exitCodes.fine;
  });

/** What became of a plan; with `steps`, a line for each step that began. */
export function drawRecord(
  { plan, status, approvedBy, steps, supersededBy }: PlanRecord,
  { io }: Pick<CliContext, 'io'>,
  { withSteps = true }: { withSteps?: boolean } = {},
): void {
  const { colors } = io;
  const by = approvedBy === undefined ? '' : `, approved by ${plain(approvedBy)}`;
  io.out(`\n${colors.bold(`Plan ${plan.id} is ${status}`)}${by}.`);
  if (supersededBy !== undefined) io.out(`It is replaced by ${supersededBy}, which waits for approval.`);
  for (const step of withSteps ? steps.filter(({ state }) => state !== 'waiting') : []) {
    const error = step.error === undefined ? '' : `: ${plain(step.error)}`;
    io.out(
      `  ${step.id} ${step.state}${error}${step.upid === undefined ? '' : colors.dim(`  ${plain(step.upid)}`)}`,
    );
  }
}

const approveOptions = z.object({ yes: z.boolean().default(false), typed: z.array(z.string()).default([]) });

function parseTyped(typed: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    typed.map((pair) => {
      const cut = pair.indexOf('=');
      if (cut < 1)
        throw new ProxmoxAiError('usage', `--typed takes object=name, not "${pair}".`, {
          hint: 'For example --typed qemu/105=db-01',
        });
      return [pair.slice(0, cut), pair.slice(cut + 1)];
    }),
  );
}

/** `proxmox-ai plan approve ID` */
export const approvePlan = (id: string, given: unknown): Work =>
  withAssistant(async (context, assistant) => {
    const { yes, typed } = approveOptions.parse(given);
    const { plan } = await assistant.plan(id);
    if (yes || context.options.json) {
      if (!yes)
        throw new ProxmoxAiError('not-approved', 'With --json nothing is asked.', { hint: 'Add --yes.' });
      const record = await assistant.approve(plan.id, parseTyped(typed));
      if (context.options.json) context.io.out(printJson('plan show', toJson(record)));
      else drawRecord(record, context);
      return exitCodes.fine;
    }
    const lines = lineReader(context.io);
    try {
      context.io.out(colorDiff(await assistant.planDiff(plan.id), context.io));
      const record = await approveInteractively(plan, assistant, lines, context.io);
      drawRecord(record, context);
    } finally {
      lines.close();
    }
    return exitCodes.fine;
  });

/** `proxmox-ai plan reject ID` */
export const rejectPlan = (id: string, given: unknown): Work =>
  withAssistant(async (context, assistant) => {
    const { reason } = z.object({ reason: z.string().max(1000) }).parse(given);
    const record = await assistant.reject(id, reason);
    if (context.options.json) context.io.out(printJson('plan show', toJson(record)));
    else drawRecord(record, context);
    return exitCodes.fine;
  });

type Start = (context: CliContext, assistant: Assistant) => Promise<AsyncIterable<RunEvent>>;

const runPlan = (id: string, start: Start): Work =>
  withAssistant(async (context, assistant) => {
    const { io, options } = context;
    const events = await start(context, assistant);
    let failed: Extract<RunEvent, { type: 'failed' }> | undefined;
    if (options.json) {
      for await (const event of events) if (event.type === 'failed') failed = event;
    } else failed = (await drawRun(events, io)).failed;
    const record = await assistant.plan(id);
    if (options.json) {
      const error = failed && {
        code: failed.code,
        message: failed.message,
        ...(failed.hint === undefined ? {} : { hint: failed.hint }),
      };
      io.out(printJson('plan apply', { record: toJson(record), failed: error ?? null }));
    } else drawRecord(record, context, { withSteps: false });
    return failed === undefined ? exitCodes.fine : exitCodeOf(failed.code);
  });

/** `proxmox-ai plan apply ID` */
export const applyPlan = (id: string): Work =>
  runPlan(id, ({ signal }, assistant) => Promise.resolve(assistant.apply(id, { signal })));

const rollbackOptions = z.object({
  acceptIrreversible: z.boolean().default(false),
  typed: z.array(z.string()).default([]),
});

/** `proxmox-ai plan rollback ID`; asks on a terminal what its flags would say. */
export const rollbackPlan = (id: string, given: unknown): Work =>
  runPlan(id, async ({ io, options, signal }, assistant) => {
    const { acceptIrreversible, typed } = rollbackOptions.parse(given);
    if (!io.interactive || options.json) {
      const choices = { acceptIrreversible, typedNames: parseTyped(typed) };
      return explainRefusal(assistant.rollback(id, { signal, ...choices }), id, assistant);
    }
    const lines = lineReader(io);
    try {
      return assistant.rollback(id, { signal, ...(await askAboutRollback(id, assistant, lines, io)) });
    } finally {
      lines.close();
    }
  });
