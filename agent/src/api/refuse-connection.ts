import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ProxmoxAiError } from '../errors.ts';
import { errorBody } from './error-body.ts';

/** Largest head of a request, in bytes: room for two long tickets. */
export const headerLimit = 32 * 1024;

/** Status and error for what Node's HTTP parser refused. */
function refusalOf(code: string | undefined): { status: number; error: ProxmoxAiError } {
  if (code === 'HPE_HEADER_OVERFLOW')
    return {
      status: 431,
      error: new ProxmoxAiError(
        'too-large',
        `The headers of the request are larger than ${headerLimit / 1024} KiB.`,
        { hint: 'Send fewer or shorter headers.' },
      ),
    };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return {
      status: 408,
      error: new ProxmoxAiError('usage', 'The request did not arrive in time.', { hint: 'Send it again.' }),
    };
  return {
    status: 400,
    error: new ProxmoxAiError('usage', 'What arrived is not an HTTP request.', {
      hint: 'Speak HTTP/1.1; GET /openapi.json lists the routes.',
    }),
  };
}

/** Answers a connection whose bytes never became a request, and closes it; for the server's `clientError`. */
export function refuseConnection(thrown: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || thrown.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const { status, error } = refusalOf(thrown.code);
  const body = JSON.stringify(errorBody(error));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
