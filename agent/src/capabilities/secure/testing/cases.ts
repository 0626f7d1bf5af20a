import type { FindingState, Severity } from '../../types.ts';
import type { GuestType } from '../../../pve/types.ts';
import type { World } from './world.ts';

/** One golden case: the text of a `.conf` file in a world, and what the check has to say. */
export interface Case {
  readonly check: string;
  readonly says: string;
  readonly conf: string;
  readonly world?: World;
  readonly state: FindingState;
  readonly severity?: Severity;
  /** Evidence keys, in order. */
  readonly keys?: readonly string[];
  /** Whether a plan step must (or must not) be offered. */
  readonly fix?: boolean;
}

export const typeOf = (check: string): GuestType => (check.startsWith('VM-') ? 'qemu' : 'lxc');

type Options = Omit<Case, 'check' | 'says' | 'conf' | 'state'>;
type Row = readonly [says: string, conf: string, state: FindingState, options?: Options];

/** The cases of one check. */
export const of = (check: string, ...rows: readonly Row[]): readonly Case[] =>
  rows.map(([says, conf, state, options = {}]) => ({ check, says, conf, state, ...options }));
