import type { Evidence, Severity } from '../../types.ts';
import type { Facts } from '../facts.ts';

export interface RawLine {
  readonly key: string;
  readonly value: string;
}

/** The raw `lxc.*` lines of a container that a predicate picks. */
export const rawLines = ({ config }: Facts, picks: (line: RawLine) => boolean): readonly RawLine[] =>
  config.lxcRaw.map(([key, value]) => ({ key, value })).filter(picks);

/** Evidence from a raw line. `shown` replaces a value that may be secret. */
export const lineEvidence = (facts: Facts, line: RawLine, expected: string, shown?: string): Evidence => ({
  path: `${facts.path}/config`,
  key: line.key,
  value: shown ?? line.value,
  expected,
});

/** A raw line that weighs something. */
export interface Weighed {
  readonly line: RawLine;
  readonly severity: Severity;
}
