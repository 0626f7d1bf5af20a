import type { Change, Effect, PlanCall, Risk } from '../../plans/types.ts';

/** A set of PVE keys that one PUT writes and one GET reads: a guest's configuration, its firewall options, a job. */
export interface Target {
  /** `qemu/105`, or `cluster`. */
  readonly object: string;
  /** Read and written here. */
  readonly path: string;
  /** Key → text as PVE has it now. */
  readonly values: Readonly<Record<string, string>>;
  readonly digest: string | null;
  /** What a person calls it: `VM 105 (db-01)`. */
  readonly label: string;
}

interface Consequences {
  readonly effect: Effect;
  readonly risk: Risk;
  readonly caution: string | null;
  /** Set when nothing takes it back. */
  readonly irreversible: string | null;
}

/**
 * One key of a target changed. It is a function of the value so that edits of several checks on the same property
 * string add up, instead of the last one winning.
 */
export interface Edit extends Consequences {
  readonly kind: 'edit';
  readonly target: Target;
  readonly key: string;
  /** The new text, or null to delete the key. */
  readonly apply: (before: string | null) => string | null;
  /** True where the node's version of PVE leaves to root@pam what newer ones, and so the API schema, do not. */
  readonly rootOnly: boolean;
  /** `attach net0 to the firewall` */
  readonly label: string;
}

/** A call that is no change of keys (an IP set created). Runs before the edits of the same object. */
export interface CallAction extends Consequences {
  readonly kind: 'call';
  readonly object: string;
  readonly title: string;
  readonly call: PlanCall;
  readonly read: PlanCall | null;
  readonly changes: readonly Change[];
  readonly inverse: PlanCall | null;
}

export type Action = Edit | CallAction;
