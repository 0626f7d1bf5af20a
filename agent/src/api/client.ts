import { request as httpRequest } from 'node:http';
import { z } from 'zod';
import type { RunEvent } from '../chat/events.ts';
import { runEvents } from '../chat/run.ts';
import type { Assistant } from '../chat/types.ts';
import type { PlanRecord } from '../plans/types.ts';
import { ProxmoxAiError, type ErrorCode } from '../errors.ts';
import { identityHeader, printIdentity, type Identity } from './identity.ts';
import * as schema from './schemas.ts';

export interface RemoteOptions {
  readonly socket: string;
  /** The caller's own authority; without it the agent acts as itself. */
  readonly identity?: Identity;
  readonly signal?: AbortSignal;
}

const answerLimit = 64 * 1024 * 1024;

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

function exchange(
  { socket, identity, signal }: RemoteOptions,
  { method, path, body }: Call,
): Promise<{ status: number; text: string }> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const unreachable = (cause: Error): void =>
      reject(
        new ProxmoxAiError(
          'agent-unreachable',
          `The agent at ${socket} does not answer (${cause.message}).`,
          {
            hint: 'Is proxmox-ai-agent running, and may this user open the socket? --no-agent works without it.',
            cause,
          },
        ),
      );
    const outgoing = httpRequest(
      {
        socketPath: socket,
        method,
        path,
        timeout: 60_000,
        ...(signal === undefined ? {} : { signal }),
        headers: {
          host: 'localhost',
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...(identity === undefined ? {} : { [identityHeader]: printIdentity(identity) }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > answerLimit) incoming.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        incoming.once('error', unreachable);
        incoming.once('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer within 60 s')));
    outgoing.once('error', (error) =>
      signal?.aborted === true
        ? reject(new ProxmoxAiError('cancelled', 'The run was cancelled.'))
        : unreachable(error),
    );
    outgoing.end(text);
  });
}

async function ask<S extends z.ZodType>(options: RemoteOptions, call: Call, answer: S): Promise<z.infer<S>> {
  const { status, text } = await exchange(options, call);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ProxmoxAiError('agent-unreachable', `${options.socket} answered something that is no JSON.`, {
      hint: 'Does a proxmox-ai-agent of the same version listen there?',
      cause,
    });
  }
  if (status >= 400) {
    const failed = schema.errorSchema.safeParse(json);
    if (!failed.success) throw new ProxmoxAiError('internal', `The agent answered ${status}.`);
    const { code, message, hint, fields } = failed.data.error;
    throw new ProxmoxAiError(code as ErrorCode, message, {
      ...(hint === undefined ? {} : { hint }),
      ...(fields === undefined ? {} : { fields }),
    });
  }
  const parsed = answer.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ProxmoxAiError(
    'agent-unreachable',
    `The agent at ${options.socket} speaks another version of the interface.`,
    {
      hint: 'Restart the agent after an upgrade.',
      cause: parsed.error,
    },
  );
}

/** zod's optional fields may hold undefined; ours are absent instead. */
const toRecord = (record: z.infer<typeof schema.planRecordSchema>): PlanRecord =>
  JSON.parse(JSON.stringify(record)) as PlanRecord;
const segment = (text: string): string => encodeURIComponent(text);

/** What the agent at a socket serves. Asks PVE nothing. Throws `agent-unreachable`. */
export const agentHealth = (
  options: Pick<RemoteOptions, 'socket' | 'signal'>,
): Promise<z.infer<typeof schema.healthSchema>> =>
  ask(options, { method: 'GET', path: '/health' }, schema.healthSchema);

/** The assistant behind an agent's socket. Throws `agent-unreachable`, and whatever the agent answers. */
export async function remoteAssistant(options: RemoteOptions): Promise<Assistant> {
  const get = <S extends z.ZodType>(path: string, answer: S): Promise<z.infer<S>> =>
    ask(options, { method: 'GET', path }, answer);
  const post = <S extends z.ZodType>(path: string, body: unknown, answer: S): Promise<z.infer<S>> =>
    ask(options, { method: 'POST', path, body }, answer);

  /** Starts a run and follows it by long polls. Cancelling here cancels it there. */
  const run = (body: unknown, signal: AbortSignal): AsyncIterable<RunEvent> =>
    runEvents(async (emit, stop) => {
      const { id } = await post('/runs', body, schema.runSchema);
      const cancel = (): void => void post(`/runs/${id}/cancel`, {}, schema.runSchema).catch(() => undefined);
      stop.addEventListener('abort', cancel, { once: true });
      if (stop.aborted) cancel();
      for (let after = 0; ;) {
        const { events, ended } = await get(`/runs/${id}/events?after=${after}&wait=20`, schema.eventsSchema);
        after += events.length;
        for (const { event } of events) {
          if (event.type === 'failed')
            throw new ProxmoxAiError(
              event.code as ErrorCode,
              event.message,
              event.hint === undefined ? {} : { hint: event.hint },
            );
          if (event.type !== 'finished') emit(event);
        }
        if (ended) return;
      }
    }, signal);

  const { userid, target, demo } = await get('/status', schema.statusSchema);
  return {
    userid,
    target,
    demo,
    interpret: (text, context) => post('/interpret', { text, context }, schema.interpretationSchema),
    ask: (text, { signal, ...turn }) => run({ text, ...turn }, signal),
    carryOut: (request, { signal, ...turn }) => run({ request, ...turn }, signal),
    plans: async ({ status, limit }) => {
      const query = new URLSearchParams({
        ...(status === undefined ? {} : { status }),
        ...(limit === undefined ? {} : { limit: String(limit) }),
      });
      const { plans } = await get(
        `/plans?${query.toString()}`,
        z.object({ plans: z.array(schema.planRecordSchema) }),
      );
      return plans.map(toRecord);
    },
    plan: async (id) => toRecord(await get(`/plans/${segment(id)}`, schema.planRecordSchema)),
    planDiff: async (id) => (await get(`/plans/${segment(id)}/diff`, z.object({ diff: z.string() }))).diff,
    approve: async (id, typedNames) =>
      toRecord(await post(`/plans/${segment(id)}/approve`, { typedNames }, schema.planRecordSchema)),
    reject: async (id, reason) =>
      toRecord(await post(`/plans/${segment(id)}/reject`, { reason }, schema.planRecordSchema)),
    apply: (id, { signal }) => run({ apply: id }, signal),
    rollbackPreview: (id) => get(`/plans/${segment(id)}/rollback`, schema.rollbackQuestionsSchema),
    rollback: (id, { signal, ...choices }) => run({ rollback: id, ...choices }, signal),
    ledger: async ({ planId, limit }) => {
      const query = new URLSearchParams({
        ...(planId === undefined ? {} : { plan: planId }),
        ...(limit === undefined ? {} : { limit: String(limit) }),
      });
      return (
        await get(`/audit?${query.toString()}`, z.object({ entries: z.array(schema.ledgerEntrySchema) }))
      ).entries;
    },
    verifyLedger: () => get('/audit/verify', schema.verdictSchema),
    status: () => get('/status', schema.statusSchema),
    close: () => Promise.resolve(),
  };
}
