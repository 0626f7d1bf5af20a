import https from 'node:https';
import { ProxmoxAiError, toError } from '../../errors.ts';
import type { CallOptions, PveCall, PveClient, PveParams } from '../types.ts';
import { checkPath } from '../path.ts';
import { readAnswer } from './answer.ts';
import { checkAuth, type Auth } from './auth.ts';
import { orAborted, startDeadline, type Deadline } from './deadline.ts';
import { exchange } from './exchange.ts';
import { normalizeFingerprint } from './fingerprint.ts';
import { encodeParams } from './form.ts';
import { parseWith } from './parse-with.ts';
import { probeLeaf } from './probe.ts';
import { redactError, secretParams } from './redact.ts';
import { retrying } from './retry.ts';
import type { Ticket } from './login.ts';
import { startSession } from './session.ts';
import { createSlots } from './slots.ts';
import { parseTarget, type Target } from './target.ts';
import { caTrust, leafTrust, noContext, systemContext, type Trust, type TrustOptions } from './trust.ts';

export interface ConnectOptions {
  /** `https://host:8006`; the port may be left out. */
  readonly target: string;
  readonly auth: Auth;
  readonly trust: Trust;
  /** Milliseconds for a whole call, waiting for a free socket and retries included. Default 60 000. */
  readonly timeoutMs?: number;
  /** Milliseconds until TCP and TLS stand. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Further tries of a GET. Default 2. */
  readonly retries?: number;
  /** Milliseconds before the first of them. Default 250. */
  readonly backoffMs?: number;
  /** Calls under way at once. Default 4: pveproxy has three workers, and the GUI needs them too. */
  readonly maxSockets?: number;
  /** Default 64 MiB; `/cluster/resources` of 10,000 guests is some 5 MB. */
  readonly maxAnswerBytes?: number;
  readonly signal?: AbortSignal;
  /** Milliseconds since the epoch, for the age of tickets. */
  readonly now?: () => number;
  /** Told each ticket that this connection obtains, so that a login can be kept; never called for an API token. */
  readonly onTicket?: (ticket: Ticket) => void;
}

/** pveproxy closes a connection that was idle for 5 s; ours go earlier, so that no request meets the closing. */
const idleMs = 4_000;

/**
 * A connection to PVE's API. The server is verified and the identity proven before this returns.
 * Throws `config-invalid` (malformed target, identity or fingerprint), `pve-unreachable`, `pve-tls`, `pve-auth`.
 */
export async function connect(options: ConnectOptions): Promise<PveClient> {
  const target = parseTarget(options.target);
  const userid = checkAuth(options.auth);
  const trust = await trustOptions(target, options);
  const maxSockets = options.maxSockets ?? 4;
  // Reused connections are for GETs only, as in PVE's own proxy: one that the server closes at that very moment
  // would leave us unable to tell whether a write was carried out.
  const tlsOptions = { ...trust, maxSockets, maxCachedSessions: 0 };
  const reads = new https.Agent({ ...tlsOptions, keepAlive: true, timeout: idleMs, scheduling: 'lifo' });
  const writes = new https.Agent({ ...tlsOptions, keepAlive: false });
  const slots = createSlots(maxSockets);
  const closing = new AbortController();

  /** One call with the given headers; GETs are repeated on connection loss. */
  async function send(call: PveCall, headers: Record<string, string>, deadline: Deadline): Promise<unknown> {
    const { method } = call;
    const path = checkPath(call.path);
    const form = encodeParams(call.params);
    const inQuery = method === 'GET' || method === 'DELETE';
    const attempt = (): Promise<unknown> =>
      slots.run(async () => {
        const raw = await exchange({
          target,
          agent: method === 'GET' ? reads : writes,
          method,
          path: `/api2/json${path}${inQuery && form !== '' ? `?${form}` : ''}`,
          headers,
          ...(inQuery ? {} : { body: form }),
          signal: deadline.signal,
          maxAnswerBytes: options.maxAnswerBytes ?? 64 * 1024 * 1024,
          connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
        });
        return readAnswer(raw, { target: target.url, userid, method, path });
      }, deadline.signal);
    const retries = method === 'GET' ? (options.retries ?? 2) : 0;
    return retrying(attempt, { retries, backoffMs: options.backoffMs ?? 250 }, deadline);
  }

  async function within<T>(
    what: string,
    callOptions: CallOptions,
    secrets: () => string[],
    work: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const timeoutMs = callOptions.timeoutMs ?? options.timeoutMs ?? 60_000;
    const signals = [closing.signal, ...(callOptions.signal === undefined ? [] : [callOptions.signal])];
    const deadline = startDeadline(timeoutMs, AbortSignal.any(signals), () =>
      timedOut(target, what, timeoutMs),
    );
    try {
      return await work(deadline);
    } catch (error) {
      throw redactError(toError(error), secrets());
    } finally {
      deadline.done();
    }
  }

  const post = (params: PveParams): Promise<unknown> =>
    within(
      'POST /access/ticket',
      options.signal === undefined || loggedIn ? {} : { signal: options.signal },
      () => secretParams(params),
      (deadline) => send({ method: 'POST', path: '/access/ticket', params }, {}, deadline),
    );
  let loggedIn = false;
  const session = await startSession(options.auth, {
    post,
    now: options.now ?? Date.now,
    ...(options.onTicket === undefined ? {} : { onTicket: options.onTicket }),
  });
  loggedIn = true;

  const call = (request: PveCall, callOptions: CallOptions = {}): Promise<unknown> => {
    const hidden = (): string[] => [...session.secrets(), ...secretParams(request.params)];
    return within(`${request.method} ${request.path}`, callOptions, hidden, async (deadline) => {
      await orAborted(session.prepare(), deadline.signal);
      const generation = session.generation();
      try {
        return await send(request, session.headers(request.method), deadline);
      } catch (error) {
        // PVE authenticates before it does anything, so a write answered with 401 was not carried out.
        if (!(error instanceof ProxmoxAiError) || error.code !== 'pve-auth') throw error;
        if (!(await orAborted(session.recover(generation), deadline.signal))) throw error;
        return send(request, session.headers(request.method), deadline);
      }
    });
  };

  const client: PveClient = {
    target: target.url,
    userid,
    call,
    async get(path, schema, params, callOptions) {
      const request: PveCall = { method: 'GET', path, ...(params === undefined ? {} : { params }) };
      return parseWith(schema, await call(request, callOptions), path);
    },
    close() {
      closing.abort(new ProxmoxAiError('cancelled', 'The connection to PVE was closed.'));
      reads.destroy();
      writes.destroy();
    },
  };
  if (options.auth.kind !== 'password') {
    // A password was proven by the login; a ticket or token is proven here, so that a bad one is told at once.
    try {
      await client.call(
        { method: 'GET', path: '/version' },
        options.signal === undefined ? {} : { signal: options.signal },
      );
    } catch (error) {
      client.close();
      throw error;
    }
  }
  return client;
}

async function trustOptions(target: Target, options: ConnectOptions): Promise<TrustOptions> {
  const { trust, signal, connectTimeoutMs = 10_000 } = options;
  if (trust.kind === 'system') return { secureContext: systemContext() };
  if (trust.kind === 'ca') return caTrust(trust.pem);
  const expected = normalizeFingerprint(trust.sha256);
  const { certificate } = await probeLeaf(target, {
    timeoutMs: connectTimeoutMs,
    context: noContext(),
    ...(signal === undefined ? {} : { signal }),
  });
  const presented = certificate.fingerprint256;
  if (presented !== expected) {
    throw new ProxmoxAiError('pve-tls', `${target.url} shows another certificate than the pinned one.`, {
      hint: 'Compare it with `pvenode cert info` on the node. If it was renewed, log in again; if not, somebody is in between.',
      fields: { target: target.url, expected, presented },
    });
  }
  return leafTrust(certificate);
}

function timedOut(target: Target, what: string, timeoutMs: number): ProxmoxAiError {
  return new ProxmoxAiError(
    'pve-unreachable',
    `${what}: ${target.url} did not answer within ${timeoutMs / 1000} s.`,
    {
      hint: 'Check the load of the node; a hanging storage can block calls too.',
      fields: { target: target.url, reason: 'timeout' },
    },
  );
}
