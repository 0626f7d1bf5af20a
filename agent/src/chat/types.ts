import type { Skill } from '../capabilities/types.ts';
import type { LedgerEntry } from '../plans/ledger-entry.ts';
import type { PlanRecord, PlanStatus } from '../plans/types.ts';
import type { LedgerVerdict } from '../plans/verify-ledger.ts';
import type { Request } from '../requests/request.ts';
import type { Interpretation, RequestContext } from '../requests/types.ts';
import type { RunEvent } from './events.ts';

export interface TurnOptions {
  readonly signal: AbortSignal;
  readonly skill?: Skill;
  /** What the user is looking at; the conversation's last guest otherwise. */
  readonly context?: RequestContext;
  /** Keeps what was said, and what "it" means, between turns. */
  readonly conversation?: string;
}

export interface AssistantStatus {
  readonly version: string;
  readonly target: string;
  readonly userid: string;
  readonly demo: boolean;
  readonly pveVersion: string;
  readonly nodes: number;
  readonly guests: number;
  readonly pendingPlans: number;
  /** Plans whose execution died in the middle, found at the start: they wait for resume or rollback. */
  readonly interruptedPlans: readonly string[];
  /** What understands requests. */
  readonly interpreter: 'sentence-forms';
  readonly gaps: readonly string[];
}

/** What a person has to decide before a rollback. */
export interface RollbackQuestions {
  readonly irreversible: readonly {
    readonly step: string;
    readonly title: string;
    readonly reason: string;
  }[];
  /** Object → guest name that has to be typed, because undoing removes data of it. */
  readonly typed: Readonly<Record<string, string>>;
}

export interface RollbackChoices {
  readonly typedNames?: Readonly<Record<string, string>>;
  /** The person has seen which steps stay done, and wants the others undone. */
  readonly acceptIrreversible?: boolean;
}

export interface LedgerQuery {
  readonly planId?: string;
  readonly limit?: number;
}

/**
 * Everything the CLI and the GUI need, whether the work is done in this process or by the agent behind its socket.
 * Each method throws ProxmoxAiError; runs end with `finished` or `failed` instead.
 */
export interface Assistant {
  /** The PVE identity as which everything is done. */
  readonly userid: string;
  /** `https://host:8006` */
  readonly target: string;
  readonly demo: boolean;
  interpret(text: string, context?: RequestContext): Promise<Interpretation>;
  /** Free text. */
  ask(text: string, options: TurnOptions): AsyncIterable<RunEvent>;
  /** A request that is already structured: `proxmox-ai secure 105`. */
  carryOut(request: Request, options: TurnOptions): AsyncIterable<RunEvent>;

  plans(filter: { readonly status?: PlanStatus; readonly limit?: number }): Promise<readonly PlanRecord[]>;
  plan(id: string): Promise<PlanRecord>;
  /** The plan as a person reads it before approving. */
  planDiff(id: string): Promise<string>;
  approve(id: string, typedNames: Readonly<Record<string, string>>): Promise<PlanRecord>;
  reject(id: string, reason: string): Promise<PlanRecord>;
  /** Carries out an approved plan; goes on with a failed or interrupted one. */
  apply(id: string, options: { readonly signal: AbortSignal }): AsyncIterable<RunEvent>;
  /** What a rollback could not undo, and which names it needs typed. */
  rollbackPreview(id: string): Promise<RollbackQuestions>;
  rollback(id: string, options: RollbackChoices & { readonly signal: AbortSignal }): AsyncIterable<RunEvent>;

  ledger(query: LedgerQuery): Promise<readonly LedgerEntry[]>;
  verifyLedger(): Promise<LedgerVerdict>;
  status(): Promise<AssistantStatus>;
  close(): Promise<void>;
}
