import type { z } from 'zod';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type GuestType = 'qemu' | 'lxc';

/** A parameter as PVE takes it; booleans go out as 1 and 0, arrays as repeated parameters. */
export type PveParam = string | number | boolean | readonly string[];
export type PveParams = Readonly<Record<string, PveParam>>;

/** One API call. `path` starts after `/api2/json`; build it with `pvePath` so that no segment escapes. */
export interface PveCall {
  readonly method: HttpMethod;
  readonly path: string;
  readonly params?: PveParams;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole call, retries included. */
  readonly timeoutMs?: number;
}

/**
 * A connection to one PVE API as one identity. GETs are retried on connection loss and 596; writes never are.
 * Every failure is a ProxmoxAiError: `pve-unreachable`, `pve-tls`, `pve-auth`, `pve-denied`, `pve-not-found`,
 * `pve-bad-request` (fields.errors: parameter → message), `pve-conflict`, `pve-server`, `pve-protocol`, `cancelled`.
 */
export interface PveClient {
  /** `https://host:8006` */
  readonly target: string;
  /** The identity PVE sees: `root@pam`, `ops@pve!token`. */
  readonly userid: string;
  /** The `data` of the answer, unparsed. Prefer `get`. */
  call(call: PveCall, options?: CallOptions): Promise<unknown>;
  /** GET parsed by a schema: an answer of another shape is `pve-protocol`, naming path and field. */
  get<S extends z.ZodType>(
    path: string,
    schema: S,
    params?: PveParams,
    options?: CallOptions,
  ): Promise<z.infer<S>>;
  close(): void;
}

/**
 * A datum that may not be readable. Checks must treat an unreadable one as *not checked*, never as passed.
 * `privilege` names what was missing where PVE said so.
 */
export type Known<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly reason: string; readonly privilege?: string };
