import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';

export interface Written {
  readonly status: number;
  readonly reason: string;
  readonly body: string | Buffer;
  readonly contentType?: string;
  readonly encoding?: string;
  readonly close?: boolean;
}

/** Writes an answer with the headers that pve-http-server sends. */
export const send = (response: ServerResponse, written: Written): void => {
  writeHead(response, written);
  response.end(written.body);
};

const writeHead = (
  response: ServerResponse,
  { status, reason, body, contentType, encoding, close }: Written,
): void => {
  response.writeHead(status, reason, {
    'Cache-Control': 'max-age=0',
    Pragma: 'no-cache',
    Server: 'pve-api-daemon/3.0',
    ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
    ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }),
    'Content-Length': Buffer.byteLength(body),
    ...(close ? { Connection: 'close' } : {}),
  });
};

/** As {@link send}, but spoilt as a test asked for. */
export const sendWithFault = async (
  request: IncomingMessage,
  response: ServerResponse,
  written: Written,
  fault: Fault | undefined,
): Promise<void> => {
  const { status, reason, close } = written;
  const plain = {
    status,
    reason,
    contentType: 'application/json;charset=UTF-8',
    ...(close ? { close } : {}),
  };
  switch (fault?.kind) {
    case 'hang-up-after':
      request.socket.destroy();
      return;
    case 'malformed-json': {
      send(response, { ...plain, body: '{"data":[{"vmid":10' });
      return;
    }
    case 'oversized': {
      send(response, { ...plain, body: `{"data":"${'x'.repeat(fault.bytes)}"}` });
      return;
    }
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      {
        send(response, written);
        return;
      }
    case 'kill-after': {
      const body = Buffer.from(written.body);
      writeHead(response, written);
      await new Promise<void>((resolve) => response.write(body.subarray(0, fault.bytes), () => resolve()));
      request.socket.destroy();
      return;
    }
    default: {
      send(response, written);
      return;
    }
  }
};
