import { z } from 'zod';
import type { Assistant } from '../chat/types.ts';
import type { RunEvent } from '../chat/events.ts';
import { version } from '../session/version.ts';
import type { RunRegistry } from './run-registry.ts';
import * as schema from './schemas.ts';

/** What a route works with: the assistant that acts as the caller, and the runs. */
export interface RouteContext {
  readonly assistant: Assistant;
  readonly userid: string;
  readonly runs: RunRegistry;
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
}

/** One route: its own documentation, validation and work. The OpenAPI document is made from this table. */
export interface Route {
  readonly method: 'get' | 'post';
  /** With `{name}` for path parameters, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly response: z.ZodType;
  readonly status?: number;
  handle(context: RouteContext): Promise<unknown>;
}

const started = Date.now();
const id = ({ params }: RouteContext): string => params.id ?? '';

function startRun({ assistant, runs, userid, body }: RouteContext): unknown {
  const wanted = schema.startRunSchema.parse(body);
  const start = (signal: AbortSignal): AsyncIterable<RunEvent> => {
    if ('apply' in wanted) return assistant.apply(wanted.apply, { signal });
    if ('rollback' in wanted) {
      const { typedNames, acceptIrreversible } = wanted;
      return assistant.rollback(wanted.rollback, {
        signal,
        ...(typedNames === undefined ? {} : { typedNames }),
        ...(acceptIrreversible === undefined ? {} : { acceptIrreversible }),
      });
    }
    const { context, skill, conversation } = wanted;
    const turn = {
      signal,
      ...(context === undefined ? {} : { context }),
      ...(skill === undefined ? {} : { skill }),
      ...(conversation === undefined ? {} : { conversation }),
    };
    return 'text' in wanted ? assistant.ask(wanted.text, turn) : assistant.carryOut(wanted.request, turn);
  };
  return runs.start(userid, start);
}

/** Every route of the agent, for the CLI and the GUI alike. */
export const routes: readonly Route[] = [
  { method: 'get', path: '/health', summary: 'That the agent lives; asks PVE nothing', response: schema.healthSchema, handle: ({ assistant: { target, demo } }) => Promise.resolve({ ok: true, version, uptimeSeconds: Math.round((Date.now() - started) / 1000), target, demo }) },
  { method: 'get', path: '/status', summary: 'What the assistant is connected to', response: schema.statusSchema, handle: ({ assistant }) => assistant.status() },
  {
    method: 'post', path: '/interpret', summary: 'How a text is understood', body: schema.interpretBodySchema, response: schema.interpretationSchema,
    handle: ({ assistant, body }) => {
      const { text, context } = schema.interpretBodySchema.parse(body);
      return assistant.interpret(text, context);
    },
  },
  { method: 'post', path: '/runs', summary: 'Start a run: a text, a request, the application or the rollback of a plan', body: schema.startRunSchema, response: schema.runSchema, status: 202, handle: (context) => Promise.resolve(startRun(context)) },
  { method: 'get', path: '/runs/{id}', summary: 'State of a run', response: schema.runSchema, handle: (context) => Promise.resolve(context.runs.view(id(context), context.userid)) },
  {
    method: 'get', path: '/runs/{id}/events', summary: 'Events after a number, waiting up to 20 s for the next; a stream with Accept: text/event-stream', query: schema.eventsQuerySchema, response: schema.eventsSchema,
    handle: (context) => {
      const { after, wait } = schema.eventsQuerySchema.parse(context.query);
      return context.runs.events(id(context), context.userid, after, wait * 1000, context.signal);
    },
  },
  { method: 'post', path: '/runs/{id}/cancel', summary: 'Stop a run; a plan stops between two steps', response: schema.runSchema, handle: (context) => Promise.resolve(context.runs.cancel(id(context), context.userid)) },
  {
    method: 'get', path: '/plans', summary: 'Plans, newest first', query: schema.plansQuerySchema, response: z.strictObject({ plans: z.array(schema.planRecordSchema) }),
    handle: async ({ assistant, query }) => {
      const { status, limit } = schema.plansQuerySchema.parse(query);
      return { plans: await assistant.plans({ limit, ...(status === undefined ? {} : { status }) }) };
    },
  },
  { method: 'get', path: '/plans/{id}', summary: 'A plan and what became of it', response: schema.planRecordSchema, handle: (context) => context.assistant.plan(id(context)) },
  { method: 'get', path: '/plans/{id}/diff', summary: 'A plan as a diff', response: z.strictObject({ diff: z.string() }), handle: async (context) => ({ diff: await context.assistant.planDiff(id(context)) }) },
  { method: 'post', path: '/plans/{id}/approve', summary: 'Approve a plan, as the caller', body: schema.approveBodySchema, response: schema.planRecordSchema, handle: (context) => context.assistant.approve(id(context), schema.approveBodySchema.parse(context.body).typedNames) },
  { method: 'post', path: '/plans/{id}/reject', summary: 'Turn a plan down', body: schema.rejectBodySchema, response: schema.planRecordSchema, handle: (context) => context.assistant.reject(id(context), schema.rejectBodySchema.parse(context.body).reason) },
  { method: 'get', path: '/plans/{id}/rollback', summary: 'What a rollback could not undo, and which names it needs typed', response: schema.rollbackQuestionsSchema, handle: (context) => context.assistant.rollbackPreview(id(context)) },
  {
    method: 'get', path: '/audit', summary: 'The ledger', query: schema.ledgerQuerySchema, response: z.strictObject({ entries: z.array(schema.ledgerEntrySchema) }),
    handle: async ({ assistant, query }) => {
      const { plan, limit } = schema.ledgerQuerySchema.parse(query);
      return { entries: await assistant.ledger({ limit, ...(plan === undefined ? {} : { planId: plan }) }) };
    },
  },
  { method: 'get', path: '/audit/verify', summary: 'Whether the ledger is as it was written', response: schema.verdictSchema, handle: ({ assistant }) => assistant.verifyLedger() },
];
