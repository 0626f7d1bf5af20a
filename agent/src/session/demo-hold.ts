import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { z } from 'zod';
import type { Running } from './demo-running.ts';

type Greeting = Pick<Running, 'pid' | 'fingerprint'>;
const greetingSchema = z.object({ pid: z.number(), fingerprint: z.string() });

/** The side of the process that runs the demo cluster. */
export interface HoldServer {
  readonly port: number;
  /** How many clients need the cluster now. */
  count(): number;
  close(): void;
}

/**
 * Listens on loopback for clients that need the demo cluster to stay. Each is greeted with who is here; its connection
 * ends with it, so that a killed client holds nothing.
 */
export async function serveHolds(greeting: (port: number) => Greeting): Promise<HoldServer> {
  const sockets = new Set<Socket>();
  let text = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // a client that was killed; `close` follows
    socket.once('close', () => sockets.delete(socket));
    socket.resume();
    socket.write(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  text = `${JSON.stringify(greeting(port))}\n`;
  return {
    port,
    count: () => sockets.size,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A client's hold on the demo cluster. */
export interface Hold {
  /** Called once, when the process that runs the cluster is gone. */
  onLost(listener: () => void): void;
  release(): void;
}

/**
 * Keeps the noted demo cluster running until released; undefined when it is gone, or when its port is somebody else's
 * by now. A hold does not keep this process alive.
 */
export function takeHold(running: Running, timeoutMs = 2_000): Promise<Hold | undefined> {
  if (!alive(running.pid)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    let lost: (() => void) | undefined;
    let text = '';
    const socket = connect({ host: '127.0.0.1', port: running.holdPort });
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    socket.setEncoding('utf8');
    socket.on('error', () => undefined); // `close` follows
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(undefined);
      lost?.();
    });
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (!text.includes('\n') && text.length < 1_000) return;
      clearTimeout(timer);
      if (!isFrom(running, text)) {
        socket.destroy();
        return;
      }
      socket.removeAllListeners('data').resume();
      socket.unref();
      resolve({
        onLost: (listener) => {
          lost = listener;
          if (socket.destroyed) listener();
        },
        release: () => {
          lost = undefined;
          socket.destroy();
        },
      });
    });
  });
}

function isFrom({ pid, fingerprint }: Running, text: string): boolean {
  try {
    const greeting = greetingSchema.parse(JSON.parse(text));
    return greeting.pid === pid && greeting.fingerprint === fingerprint;
  } catch {
    return false;
  }
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
