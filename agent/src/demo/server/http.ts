import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { gzipSync } from 'node:zlib';
import { DemoHttpError } from '../endpoint.ts';
import type { DemoState } from '../state.ts';
import { AuthError, authenticate } from './auth.ts';
import { decodeUrlencoded } from './decode.ts';
import type { SentParams } from './decode.ts';
import type { Dispatch } from './dispatch.ts';
import type { FaultBox } from './faults.ts';
import { answerFormats, formatAnswer, reasonPhrase } from './format-answer.ts';
import type { Answer, AnswerFormat } from './format-answer.ts';
import { readBody } from './read-body.ts';
import { send, sendWithFault } from './send.ts';

/** Limits of pve-http-server: header lines, header bytes. */
const maxHeaderLines = 64;
const maxHeaderBytes = 8 * 1024;

export interface HttpOptions {
  readonly state: DemoState;
  readonly tls: { readonly key: string; readonly cert: string };
  readonly dispatch: Dispatch;
  readonly faults: FaultBox;
  /** Unix seconds. */
  readonly now: () => number;
  /** PVE delays every refused login by 3000 ms. */
  readonly authDelayMs: number;
  /** Called before a write is answered. */
  readonly save: () => Promise<void>;
}

const known = new Set(['GET', 'POST', 'PUT', 'DELETE']);

/** The HTTPS server of the demo cluster: pve-http-server's behaviour around the API calls. */
export const createHttpServer = (options: HttpOptions): Server => {
  const server = createServer(
    { ...options.tls, maxHeaderSize: maxHeaderBytes, minVersion: 'TLSv1.2' },
    (request, response) => {
      handle(options, request, response).catch((error: unknown) => {
        if (!response.headersSent)
          send(response, { status: 500, reason: reasonPhrase(500, String(error)), body: '' });
        else response.destroy();
      });
    },
  );
  server.maxHeadersCount = 0;
  // PVE gives up on such a client without an answer.
  server.on('clientError', (_, socket) => socket.destroy());
  return server;
};

const handle = async (
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { method = 'GET', url = '/', headers, rawHeaders } = request;
  if (rawHeaders.length / 2 >= maxHeaderLines) {
    request.socket.destroy();
    return;
  }
  if (!known.has(method)) {
    refuse(request, response, 501, `method '${method}' not available`);
    return;
  }
  if (headers['transfer-encoding'] !== undefined) {
    refuse(request, response, 501, 'chunked transfer encoding not supported');
    return;
  }
  const [rawPath = '/', query = ''] = url.split('?', 2);
  const path = decodePath(rawPath);
  if (!path.startsWith('/api2')) {
    plainPage(request, response, path);
    return;
  }
  const [, format = '', rest] = /^\/api2\/+([a-z][a-z0-9]+)(\/.*)?$/.exec(path) ?? [];
  if (format === '') {
    refuse(request, response, 501, 'no such uri');
    return;
  }
  const relative = rest ?? '/';

  const fault = options.faults.take(method, relative);
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'hang-up') {
    request.socket.destroy();
    return;
  }
  const answer =
    fault?.kind === 'status'
      ? { status: fault.status, message: `${fault.message}\n` }
      : await answerApi(options, request, { method, path: relative, query, format });
  if (answer === undefined) {
    refuse(request, response, 501, `no formatter for uri ${relative}, ${format}`);
    return;
  }
  if (answer instanceof PlainRefusal) {
    await pause(answer.delayMs);
    refuse(request, response, answer.status, answer.message);
    return;
  }
  if (answer.status === 401) await pause(options.authDelayMs);
  if (method !== 'GET') await options.save();
  const wire = formatAnswer(format as AnswerFormat, answer);
  const body = Buffer.from(wire.body);
  const gzip = body.length > 1024 && (headers['accept-encoding']?.toString() ?? '').includes('gzip');
  const written = {
    status: wire.status,
    reason: wire.reason,
    contentType: wire.contentType,
    close: wire.status >= 400,
    body: gzip ? gzipSync(body) : body,
    ...(gzip ? { encoding: 'gzip' } : {}),
  };
  // A node that does not answer leaves nothing to format (AnyEvent::HTTP's 595/596).
  await sendWithFault(
    request,
    response,
    answer.status >= 590
      ? { ...written, status: answer.status, reason: reasonPhrase(answer.status, answer.message), body: '' }
      : written,
    fault,
  );
};

/** An error that PVE answers outside of its formatters. */
class PlainRefusal {
  readonly status: number;
  readonly message: string;
  readonly delayMs: number;
  constructor(status: number, message: string, delayMs = 0) {
    this.status = status;
    this.message = message;
    this.delayMs = delayMs;
  }
}

const answerApi = async (
  { state, dispatch, now, authDelayMs }: HttpOptions,
  request: IncomingMessage,
  call: { readonly method: string; readonly path: string; readonly query: string; readonly format: string },
): Promise<Answer | PlainRefusal | undefined> => {
  const { method, path, query, format } = call;
  const { headers } = request;
  let identity;
  try {
    const csrf = headers.csrfpreventiontoken;
    identity = authenticate(
      state,
      {
        method,
        path,
        credentials: {
          cookie: headers.cookie,
          authorization: headers.authorization,
          csrfToken: typeof csrf === 'string' ? csrf : undefined,
        },
      },
      now(),
    );
  } catch (error) {
    if (error instanceof AuthError) return new PlainRefusal(401, error.message, authDelayMs);
    if (error instanceof DemoHttpError) return new PlainRefusal(error.status, error.message, authDelayMs);
    throw error;
  }
  const read = await readBody(request, identity.isUpload);
  if ('refusal' in read) return new PlainRefusal(read.status, read.refusal);
  if (!(answerFormats as readonly string[]).includes(format)) return undefined;
  const sent: SentParams = { ...read.params, ...decodeUrlencoded(query) };
  delete sent._dc;
  return dispatch({
    method,
    path,
    sent,
    identity,
    ...(read.uploadBytes === undefined ? {} : { uploadBytes: read.uploadBytes }),
  });
};

const refuse = (
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  message: string,
): void => {
  request.resume();
  send(response, { status, reason: reasonPhrase(status, message), body: '', close: true });
};

const plainPage = (request: IncomingMessage, response: ServerResponse, path: string): void => {
  if (path !== '/' || request.method !== 'GET') {
    refuse(request, response, 500, `no such file '${path}'`);
    return;
  }
  const body = 'Demo cluster of Proxmox AI. The API is at /api2/json; there is no GUI here.\n';
  send(response, { status: 200, reason: 'OK', contentType: 'text/plain;charset=UTF-8', body });
};

const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
