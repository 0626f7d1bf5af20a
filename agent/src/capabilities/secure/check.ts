import type { GuestType } from '../../pve/types.ts';
import type { Rule } from './rule.ts';

/** One check of the catalogue as data. */
export interface Check {
  /** `VM-SEC-001`: stable, as in the catalogue. */
  readonly id: string;
  readonly title: string;
  readonly scope: GuestType;
  readonly rule: Rule;
  /** Why it matters, for someone who does not know: one or two sentences. */
  readonly why: string;
  /** What to do about it where no plan step can. */
  readonly advice: string;
  /** What takes hold when, and what cannot be taken back, in the catalogue's words. */
  readonly effect: string;
  readonly references: readonly string[];
  /** Tags by which an owner accepts the finding. */
  readonly exceptions?: readonly string[];
}

/** Types a check; the explicit list in list.ts registers it. */
export const defineCheck = (check: Check): Check => check;
