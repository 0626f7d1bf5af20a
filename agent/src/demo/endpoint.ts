import type { HttpMethod } from '../pve/types.ts';
import type { DemoState, TaskState } from './state.ts';

/** Who is calling, and what PVE would let them do. */
export interface Caller {
  /** `root@pam`, or `user@realm!token`. */
  readonly userid: string;
  /** Without the token part. */
  readonly owner: string;
  readonly isToken: boolean;
  /** True for root@pam with a ticket, never for tokens (PVE's "root only" checks). */
  readonly isRoot: boolean;
  /** Has every (or with `any`, one) privilege on the ACL path. */
  can(path: string, privileges: readonly string[], options?: { any?: boolean }): boolean;
  /** As `can`, but throws PVE's 403 `Permission check failed (path, privs)`. */
  require(path: string, privileges: readonly string[], options?: { any?: boolean }): void;
  /** Privilege → propagated, effective on the ACL path (PVE's `$rpcenv->permissions`). */
  readonly permissions?: (path: string) => Readonly<Record<string, boolean>>;
}

/** A task as a handler starts it: the log lines, then an end; `steps` run after short delays, in order. */
export interface TaskPlan {
  readonly node: string;
  readonly type: string;
  readonly id: string;
  /** Guest to lock while it runs (`/nodes/{node}/qemu/{vmid}/…` calls then fail with PVE's lock message). */
  readonly lock?: { readonly vmid: number; readonly lock: string };
  readonly steps: readonly {
    readonly log?: string;
    readonly delayMs?: number;
    readonly apply?: () => void;
  }[];
}

/** What the demo's HTTPS server shows, as PEM and as SHA-256 in upper-case hex with colons. */
export interface DemoCertificates {
  readonly caPem: string;
  readonly certPem: string;
  readonly fingerprint: string;
}

export interface DemoContext {
  readonly state: DemoState;
  readonly caller: Caller;
  /** Path and body parameters after validation: booleans are booleans, integers numbers, the rest strings. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Unix seconds, from the demo's clock. */
  readonly now: number;
  /** Starts a task and gives its UPID at once, as PVE does. A step that throws ends the task with that message. */
  startTask(plan: TaskPlan): string;
  findTask(upid: string): TaskState | undefined;
  /** Ends a running task as PVE's `DELETE /nodes/{node}/tasks/{upid}` does; false when it is not running. */
  readonly stopTask?: (upid: string) => boolean;
  /** Sends `total` next to `data`, as PVE does for paged lists (task lists and logs). */
  readonly setTotal?: (total: number) => void;
  /** Size of the file of an upload; the file itself is not kept. */
  readonly uploadBytes?: number;
  /** Absent where no server runs, as in tests of handlers: PVE then has no certificate files to tell of. */
  readonly certificates?: DemoCertificates;
}

/**
 * One API call of the demo. Path, parameters and the base permission come from the official schema
 * (pve/schema/endpoints.json) by method and path; `handle` adds what PVE's code adds beyond the schema
 * (per-key privileges, digest, locks, root-only options).
 */
export interface DemoEndpoint {
  readonly method: HttpMethod;
  /** As in PVE's schema: `/nodes/{node}/qemu/{vmid}/config`. */
  readonly path: string;
  handle(context: DemoContext): unknown;
}

/** An API error as PVE sends it. */
export class DemoHttpError extends Error {
  override readonly name = 'DemoHttpError';
  readonly status: number;
  /** Parameter → message, for 400. */
  readonly errors: Readonly<Record<string, string>> | undefined;
  constructor(status: number, message: string, errors?: Readonly<Record<string, string>>) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}
