import type { PveClient } from '../pve/types.ts';
import type { Database } from '../store/database.ts';
import type { PlanEvent } from './plan-event.ts';

/** What every run of a plan needs, forward or back. */
export interface RunOptions {
  readonly database: Database;
  /** Id, or a unique beginning. */
  readonly planId: string;
  /** A connection as the person for whom the plan runs, so that PVE's permissions and task log are theirs. */
  readonly client: PveClient;
  /** Stops the run between two steps; a call that was sent is always followed to its outcome. */
  readonly signal?: AbortSignal;
  /** What it throws is ignored: a screen that went away must not stop a change half way. */
  readonly onEvent?: (event: PlanEvent) => void;
  readonly now?: () => Date;
  /** Milliseconds to wait for the end of one PVE task. One hour unless told. */
  readonly taskTimeoutMs?: number;
  /** Milliseconds between polls of a task. */
  readonly taskPollMs?: number;
  /** Milliseconds for one call. */
  readonly callTimeoutMs?: number;
  /** Milliseconds during which a change may take to show after its call. */
  readonly settleMs?: number;
  /** Whether the connection leads to the cluster the plan was made for; equality of the addresses unless told. */
  readonly sameTarget?: (planTarget: string, clientTarget: string) => boolean;
}
