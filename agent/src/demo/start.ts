import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ProxmoxAiError } from '../errors.ts';
import type { DemoEndpoint } from './endpoint.ts';
import { demoEndpoints } from './endpoints.ts';
import { createDispatch } from './server/dispatch.ts';
import { createFaultBox } from './server/faults.ts';
import type { Fault } from './server/faults.ts';
import { createHttpServer } from './server/http.ts';
import { createTaskRunner, endInterruptedTasks } from './server/tasks.ts';
import { openStateFile } from './state-file.ts';
import type { StateFile } from './state-file.ts';
import type { DemoState } from './state.ts';
import { createTls, fingerprintOf, tlsFault } from './tls.ts';
import type { DemoTls } from './tls.ts';
import { generateWorld } from './world/generate.ts';

export interface DemoOptions {
  /** 0: a free one. */
  readonly port?: number;
  /** The same seed gives the same cluster; default 1. */
  readonly seed?: number;
  /** Keeps state and certificates here between runs; without it nothing is written. */
  readonly stateDir?: string;
  readonly nodes?: number;
  readonly guests?: number;
  /** Tasks run this many times faster than they say; `Infinity` without any delay. Default 1. */
  readonly speed?: number;
  /** Milliseconds before a refused login is answered; default 50, PVE takes 3000. */
  readonly authDelayMs?: number;
  /** A ready state instead of a generated one; ignored when `stateDir` holds one. */
  readonly state?: DemoState;
  /** Default: every call the demo serves. */
  readonly endpoints?: readonly DemoEndpoint[];
  /** Unix seconds; default: the system clock. */
  readonly now?: () => number;
  /** Hears of defects in handlers, which clients see as a 500. */
  readonly onDefect?: (error: unknown, call: string) => void;
  /** Something that the person should know, such as that certificates were made anew. */
  readonly onNotice?: (text: string) => void;
}

export interface DemoCluster {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** The CA that signed the server's certificate. */
  readonly caPem: string;
  /** SHA-256 of the server's certificate, upper-case hex with colons. */
  readonly fingerprint: string;
  readonly state: DemoState;
  /** How many clients are connected now. */
  connections(): number;
  /** Makes matching requests go wrong, for tests. */
  inject(fault: Fault): void;
  /** Withdraws every injected fault. */
  clearFaults(): void;
  close(): Promise<void>;
}

const host = '127.0.0.1';

/**
 * Starts a demo cluster: a stateful PVE API over HTTPS on loopback. Throws `store-corrupt` for a saved state that cannot
 * be read (kept aside), `config-invalid` for a folder or port that cannot be used.
 */
export const startDemo = async (options: DemoOptions = {}): Promise<DemoCluster> => {
  const { port = 0, seed = 1, stateDir, speed = 1, authDelayMs = 50 } = options;
  const clock = options.now ?? (() => Date.now() / 1000);
  const now = (): number => Math.floor(clock());
  const file = stateDir === undefined ? undefined : await openStateFile(stateDir);
  const state = (await loadState(file, seed, now())) ?? options.state ?? generate(options, seed, now());
  const tls = await tlsFor(file, Object.keys(state.nodes), options.onNotice);

  const saver = createSaver(file, state);
  const tasks = createTaskRunner({ state, now, speed, onChange: () => saver.soon() });
  const { onDefect } = options;
  const { caPem, certPem } = tls;
  const fingerprint = fingerprintOf(certPem);
  const dispatch = createDispatch({
    state,
    endpoints: options.endpoints ?? demoEndpoints,
    tasks,
    now,
    certificates: { caPem, certPem, fingerprint },
    ...(onDefect ? { onDefect } : {}),
  });
  const faults = createFaultBox();
  const server = createHttpServer({
    state,
    tls: { key: tls.keyPem, cert: tls.certPem },
    dispatch,
    faults,
    now,
    authDelayMs,
    save: () => saver.now(),
  });
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    socket.once('close', () => (connections -= 1));
  });
  const stop = async (): Promise<void> => {
    await tasks.close();
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  try {
    await listen(server, port);
    await saver.now();
  } catch (error) {
    await stop();
    throw error;
  }
  const bound = (server.address() as AddressInfo).port;

  return {
    url: `https://${host}:${bound}`,
    host,
    port: bound,
    caPem,
    fingerprint,
    state,
    connections: () => connections,
    inject: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    close: async () => {
      await stop();
      await saver.now();
    },
  };
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new ProxmoxAiError('config-invalid', `The demo cluster cannot listen on ${host}:${port}.`, {
          hint: 'Choose another port, or 0 for a free one.',
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });

const generate = ({ nodes, guests }: DemoOptions, seed: number, now: number): DemoState =>
  generateWorld({
    seed,
    now,
    ...(nodes === undefined ? {} : { nodes }),
    ...(guests === undefined ? {} : { guests }),
  });

const loadState = async (
  file: StateFile | undefined,
  seed: number,
  now: number,
): Promise<DemoState | undefined> => {
  const state = await file?.load();
  if (!state) return undefined;
  if (state.seed !== seed) {
    throw new ProxmoxAiError(
      'config-invalid',
      `The state folder holds a demo cluster of seed ${state.seed}, but seed ${seed} was asked for.`,
      { hint: `Ask for seed ${state.seed}, or choose another folder.` },
    );
  }
  endInterruptedTasks(state, now);
  return state;
};

const tlsFor = async (
  file: StateFile | undefined,
  nodes: readonly string[],
  onNotice?: (text: string) => void,
): Promise<DemoTls> => {
  const saved = await file?.loadTls();
  const fault = saved && tlsFault(saved, Date.now());
  if (saved && fault === undefined) return saved;
  const tls = await createTls(nodes);
  await file?.saveTls(tls);
  if (fault !== undefined) {
    onNotice?.(`The demo cluster's certificates were made anew: ${fault}. Its fingerprint has changed.`);
  }
  return tls;
};

interface Saver {
  now(): Promise<void>;
  /** Within a moment; used by tasks, which nobody waits for. */
  soon(): void;
}

const createSaver = (file: StateFile | undefined, state: DemoState): Saver => {
  let timer: NodeJS.Timeout | undefined;
  const save = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    await file?.save(state);
  };
  return {
    now: save,
    soon: () => {
      if (!file) return;
      timer ??= setTimeout(() => {
        save().catch(() => undefined); // the next write reports it to its client
      }, 20);
    },
  };
};
