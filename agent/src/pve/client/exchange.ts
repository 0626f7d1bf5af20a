import https from 'node:https';
import { createGunzip } from 'node:zlib';
import type { IncomingMessage } from 'node:http';
import { ProxmoxAiError } from '../../errors.ts';
import type { HttpMethod } from '../types.ts';
import { networkError } from './network-error.ts';
import type { Target } from './target.ts';

/** One HTTP request, and the limits it runs under. */
export interface ExchangeRequest {
  readonly target: Target;
  readonly agent: https.Agent;
  readonly method: HttpMethod;
  /** Path with query, from the root of the server. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Aborts with a ProxmoxAiError as its reason. */
  readonly signal: AbortSignal;
  readonly maxAnswerBytes: number;
  /** Milliseconds until TCP and TLS have to stand. */
  readonly connectTimeoutMs: number;
}

/** An HTTP answer, complete and unparsed. */
export interface RawAnswer {
  readonly status: number;
  readonly reason: string;
  readonly contentType: string;
  readonly body: string;
}

/** Sends one request and reads the whole answer. Every failure is a ProxmoxAiError whose `fields.sent` is true once PVE may have received it. */
export function exchange(request: ExchangeRequest): Promise<RawAnswer> {
  const { target, method, signal } = request;
  const path = request.path.replace(/\?.*$/, '');
  return new Promise<RawAnswer>((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    let sent = false;
    const call = https.request({
      host: target.host,
      port: target.port,
      agent: request.agent,
      method,
      path: request.path,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        ...request.headers,
        ...(request.body === undefined
          ? {}
          : {
              'content-type': 'application/x-www-form-urlencoded',
              'content-length': String(Buffer.byteLength(request.body)),
            }),
      },
    });

    const settle = (finish: () => void): void => {
      clearTimeout(connectTimer);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const fail = (error: ProxmoxAiError): void =>
      settle(() => {
        reject(error);
        call.destroy();
      });
    const lost = (error: Error): void => fail(networkError(error, { target, sent, method, path }));
    const onAbort = (): void => fail(withSent(signal.reason, sent, method));
    const connectTimer = setTimeout(
      () => lost(Object.assign(new Error('no connection in time'), { code: 'CONNECT_TIMEOUT' })),
      request.connectTimeoutMs,
    );
    signal.addEventListener('abort', onAbort, { once: true });

    call.on('socket', (socket) => {
      const connected = (): void => {
        clearTimeout(connectTimer);
        sent = true;
      };
      if (call.reusedSocket) connected();
      else socket.once('secureConnect', connected);
    });
    call.on('error', lost);
    call.on('response', (answer) => {
      readBody(answer, request.maxAnswerBytes).then(
        (body) =>
          settle(() =>
            resolve({
              status: answer.statusCode ?? 0,
              reason: answer.statusMessage ?? '',
              contentType: answer.headers['content-type'] ?? '',
              body,
            }),
          ),
        (error: unknown) => (error instanceof ProxmoxAiError ? fail(error) : lost(error as Error)),
      );
    });
    call.end(request.body);
  });
}

async function readBody(answer: IncomingMessage, limit: number): Promise<string> {
  const announced = Number(answer.headers['content-length'] ?? 0);
  if (announced > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  // The limit counts after decompression, so that a small answer cannot become a huge one.
  for await (const chunk of decoded(answer)) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  if (!answer.complete) throw Object.assign(new Error('answer cut off'), { code: 'ECONNRESET' });
  return Buffer.concat(chunks).toString('utf8');
}

function decoded(answer: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return answer;
  if (encoding !== 'gzip') {
    throw new ProxmoxAiError('pve-protocol', 'The answer is compressed in a way that was not asked for.', {
      hint: 'Check what stands between here and PVE.',
      fields: { encoding },
    });
  }
  const gunzip = createGunzip();
  answer.once('error', (error) => gunzip.destroy(error));
  return answer.pipe(gunzip);
}

function tooLarge(limit: number): ProxmoxAiError {
  return new ProxmoxAiError('pve-protocol', `The answer is larger than ${limit} bytes and was not read on.`, {
    hint: 'Ask for less at once; PVE never answers with this much.',
    fields: { limitBytes: limit },
  });
}

function withSent(reason: unknown, sent: boolean, method: HttpMethod): ProxmoxAiError {
  const error =
    reason instanceof ProxmoxAiError ? reason : new ProxmoxAiError('cancelled', 'The run was cancelled.');
  const hint =
    sent && method !== 'GET'
      ? 'It was already sent, so PVE may have carried it out: look at the task list before you repeat it.'
      : error.hint;
  return new ProxmoxAiError(error.code, error.message, {
    fields: { ...error.fields, sent },
    ...(hint === undefined ? {} : { hint }),
  });
}
