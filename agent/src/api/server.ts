import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import type { Express } from 'express';
import { ProxmoxAiError } from '../errors.ts';
import { headerLimit, refuseConnection } from './refuse-connection.ts';

export interface AgentServer {
  readonly socket: string;
  /** Takes no new requests and waits until those under way are answered, or `graceMs` are over. */
  close(graceMs?: number): Promise<void>;
}

const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });

/**
 * Listens on a unix socket (0660: owner and group; the folder's group decides who that is), or on the descriptor that
 * systemd's socket activation passed. A socket left by a dead agent is replaced, one of a living agent is not.
 * Throws `config-invalid`.
 */
export async function listen(app: Express, socket: string, inherited?: number): Promise<AgentServer> {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000, maxHeaderSize: headerLimit },
    app,
  );
  server.maxConnections = 512;
  server.on('clientError', refuseConnection);
  if (inherited === undefined) {
    if (await answers(socket)) {
      throw new ProxmoxAiError('config-invalid', `An agent listens at ${socket} already.`, {
        hint: 'Stop it first, or choose another socket in [agent] socket.',
      });
    }
    mkdirSync(dirname(socket), { recursive: true, mode: 0o750 });
    rmSync(socket, { force: true });
    // Bound with a closed mask, so that there is no moment in which others could connect.
    const mask = process.umask(0o117);
    try {
      await bind(server, { path: socket }, socket);
      chmodSync(socket, 0o660);
    } finally {
      process.umask(mask);
    }
  } else await bind(server, { fd: inherited }, `descriptor ${inherited}`);
  return {
    socket,
    close: (graceMs = 10_000) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(timer);
          if (inherited === undefined) rmSync(socket, { force: true });
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

const bind = (server: Server, where: { path: string } | { fd: number }, name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new ProxmoxAiError('config-invalid', `The agent cannot listen at ${name}: ${cause.message}.`, {
          hint: 'Check the folder and its permissions.',
          cause,
        }),
      );
    });
    server.listen(where, resolve);
  });
