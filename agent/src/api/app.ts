import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { z } from 'zod';
import { ProxmoxAiError, toError, type ErrorCode } from '../errors.ts';
import { errorBody } from './error-body.ts';
import { identityHeader, type Assistants } from './identity.ts';
import { openApiDocument } from './openapi.ts';
import { routes, type Route } from './routes.ts';
import type { RunRegistry } from './run-registry.ts';
import { streamEvents } from './sse.ts';

/** Largest request body, in bytes: a request is a message; files come by name. */
export const bodyLimit = 256 * 1024;

const statusByCode: Readonly<Partial<Record<ErrorCode, number>>> = {
  usage: 400,
  'config-invalid': 400,
  'not-understood': 400,
  'pve-auth': 401,
  'pve-denied': 403,
  'not-approved': 403,
  'plan-unknown': 404,
  'guest-unknown': 404,
  'pve-not-found': 404,
  'guest-ambiguous': 409,
  'plan-state': 409,
  'plan-stale': 409,
  'pve-conflict': 409,
  'too-large': 413,
  'not-available': 501,
  'pve-unreachable': 502,
  'pve-tls': 502,
  'agent-unreachable': 503,
};

interface Dependencies {
  readonly assistants: Assistants;
  readonly runs: RunRegistry;
}

const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

/** The agent's HTTP interface, without a listener. */
export function createApp({ assistants, runs }: Dependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: bodyLimit, type: () => true }));
  app.get('/openapi.json', (_request, response) => void response.json(openApiDocument()));
  for (const route of routes) {
    app[route.method](expressPath(route.path), (request, response, next) => {
      serve(route, request, response, { assistants, runs }).catch(next);
    });
  }
  app.use((request, response) => {
    const unknown = new ProxmoxAiError('usage', `The agent has no route ${request.method} ${request.path}.`, {
      hint: 'GET /openapi.json lists the routes.',
    });
    response.status(404).json(errorBody(unknown));
  });
  app.use(sendError);
  return app;
}

async function serve(
  route: Route,
  request: Request,
  response: Response,
  { assistants, runs }: Dependencies,
): Promise<void> {
  const hangUp = new AbortController();
  response.once('close', () => hangUp.abort());
  const query = route.query?.safeParse(request.query);
  const body = route.body?.safeParse(request.body);
  for (const part of [query, body]) {
    if (part !== undefined && !part.success) throw usageError(part.error);
  }
  // Health must answer while PVE hangs, so it never waits for anybody's identity.
  const assistant = await assistants.of(route.path === '/health' ? undefined : request.get(identityHeader));
  const userid = route.path === '/health' ? '' : assistant.userid;
  const params = z.record(z.string(), z.string()).parse(request.params);
  const context = {
    assistant,
    userid,
    runs,
    params,
    query: query?.data,
    body: body?.data,
    signal: hangUp.signal,
  };
  if (
    route.path === '/runs/{id}/events' &&
    request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream'
  ) {
    await streamEvents(context, response);
    return;
  }
  const answer = await route.handle(context);
  if (hangUp.signal.aborted) return;
  response.status(route.status ?? 200).json(route.response.parse(answer));
}

function usageError({ issues: [issue] }: z.ZodError): ProxmoxAiError {
  const where = issue?.path.join('.') ?? '';
  return new ProxmoxAiError(
    'usage',
    `The request is malformed${where === '' ? '' : ` at "${where}"`}: ${issue?.message ?? 'invalid'}.`,
    {
      hint: 'GET /openapi.json describes what is expected.',
    },
  );
}

const bodyErrorSchema = z.object({ type: z.string() });

/** Errors of the body parser, which come before any route. */
function bodyError(thrown: unknown): ProxmoxAiError | undefined {
  const parsed = bodyErrorSchema.safeParse(thrown);
  if (!parsed.success) return undefined;
  if (parsed.data.type === 'entity.too.large') {
    return new ProxmoxAiError('too-large', `The request is larger than ${bodyLimit / 1024} KiB.`, {
      hint: 'Send less at once.',
    });
  }
  if (
    parsed.data.type.startsWith('entity.') ||
    parsed.data.type.startsWith('encoding.') ||
    parsed.data.type.startsWith('charset.')
  ) {
    return new ProxmoxAiError('usage', 'The request body is not JSON.', {
      hint: 'Send one JSON object in UTF-8.',
    });
  }
  return undefined;
}

/** Percent signs in the path that encode no text: the router throws before any route is chosen. */
const pathError = (thrown: unknown): ProxmoxAiError | undefined =>
  thrown instanceof URIError
    ? new ProxmoxAiError('usage', 'The path of the request is not percent-encoded UTF-8.', {
        hint: 'Encode each part of the path as encodeURIComponent does.',
        cause: thrown,
      })
    : undefined;

const sendError: ErrorRequestHandler = (thrown: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(thrown);
    return;
  }
  const error = bodyError(thrown) ?? pathError(thrown) ?? toError(thrown);
  response.status(statusByCode[error.code] ?? 500).json(errorBody(error));
};
