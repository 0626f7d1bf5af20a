import type { Evidence, Severity } from '../types.ts';

/** What a rule says of one guest. `unknown` is never `pass` (catalogue 0.1). */
export type Verdict =
  | { readonly state: 'pass' }
  | { readonly state: 'na'; readonly reason: string }
  | { readonly state: 'unknown'; readonly reason: string }
  | Failure;

export interface Failure {
  readonly state: 'fail';
  readonly evidence: readonly Evidence[];
  /** Where the severity depends on what was found rather than on the guest's profile. */
  readonly severity?: Severity;
  /** A sentence that only this case needs. */
  readonly note?: string;
}

export const pass: Verdict = { state: 'pass' };
export const na = (reason: string): Verdict => ({ state: 'na', reason });
export const unknown = (reason: string): Verdict => ({ state: 'unknown', reason });
export const fail = (
  evidence: readonly Evidence[],
  { severity, note }: { severity?: Severity; note?: string | undefined } = {},
): Failure => ({
  state: 'fail',
  evidence,
  ...(severity === undefined ? {} : { severity }),
  ...(note === undefined ? {} : { note }),
});

/** Fails with what was found, passes when nothing was. */
export const failIfAny = (evidence: readonly Evidence[], severity?: Severity, note?: string): Verdict =>
  evidence.length === 0 ? pass : fail(evidence, { ...(severity ? { severity } : {}), note });
