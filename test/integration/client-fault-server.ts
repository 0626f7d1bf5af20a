import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import type { ServerCertificate } from './client-certificates.ts';

/** One request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Which connection it came on, from 0. */
  readonly connection: number;
}

/** What to do with a request: write what one likes to the socket, or nothing. */
export type Behaviour = (request: WireRequest, socket: tls.TLSSocket) => void;

export interface FaultServer {
  readonly url: string;
  readonly port: number;
  /** Every complete request, in order. */
  readonly requests: WireRequest[];
  /** Bytes of plaintext that any client ever sent. */
  bytes(): number;
  behave(behaviour: Behaviour): void;
  present(certificate: ServerCertificate): void;
  /** Presents another certificate to every connection after the next one. */
  swapAfterNext(certificate: ServerCertificate): void;
  close(): Promise<void>;
}

/** A server below HTTP: it can answer well, badly, slowly or not at all. */
export async function startFaultServer(certificate: ServerCertificate): Promise<FaultServer> {
  const requests: WireRequest[] = [];
  const sockets = new Set<tls.TLSSocket>();
  let behaviour: Behaviour = (_request, socket) => answer(socket, 200, { data: null });
  let connections = 0;
  let bytes = 0;
  const server = tls.createServer({ key: certificate.key, cert: certificate.cert }, (socket) => {
    const connection = connections;
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let buffered = '';
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      buffered += chunk.toString('latin1');
      for (;;) {
        const request = takeRequest(buffered, connection);
        if (request === undefined) return;
        buffered = request.rest;
        requests.push(request.request);
        behaviour(request.request, socket);
      }
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    requests,
    bytes: () => bytes,
    behave: (next) => {
      behaviour = next;
    },
    present: ({ key, cert }) => server.setSecureContext({ key, cert }),
    // Node's own listener, which runs first, has bound this connection to the certificate of before.
    swapAfterNext: ({ key, cert }) =>
      void server.once('connection', () => server.setSecureContext({ key, cert })),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A well-formed answer. */
export function answer(
  socket: tls.TLSSocket,
  status: number,
  body: unknown,
  { reason = 'OK', type = 'application/json;charset=UTF-8' } = {},
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  socket.write(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function takeRequest(text: string, connection: number): { request: WireRequest; rest: string } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line = '', ...rows] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    rows.map((row) => [row.slice(0, row.indexOf(':')).toLowerCase(), row.slice(row.indexOf(':') + 1).trim()]),
  );
  const length = Number(headers['content-length'] ?? 0);
  const body = text.slice(end + 4, end + 4 + length);
  if (body.length < length) return undefined;
  const [method = '', path = ''] = line.split(' ');
  return { request: { method, path, headers, body, connection }, rest: text.slice(end + 4 + length) };
}
