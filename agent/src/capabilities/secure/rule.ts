import { read, type Data, type DataName, type Facts } from './facts.ts';
import type { Action } from './action.ts';
import type { SeverityRule } from './severity.ts';
import { na, unknown, type Failure, type Verdict } from './verdict.ts';

/** What can be done: actions for the plan, or none with the reason why a person has to do it. */
export interface Remedy {
  readonly text: string;
  readonly actions: readonly Action[];
}

interface RuleSpec<N extends DataName> {
  readonly severity: SeverityRule;
  /** What it reads beyond the configuration. One that is not known makes the verdict `unknown`. */
  readonly needs: readonly N[];
  /** Why the rule has no object here, from facts that are always known; null when it applies. */
  readonly applies?: (facts: Facts) => string | null;
  /** The verdict, where what is always known settles it already (no disk at all needs no storage list); else null. */
  readonly settled?: (facts: Facts) => Verdict | null;
  readonly evaluate: (facts: Facts, data: Pick<Data, N>) => Verdict;
  readonly remedy?: (facts: Facts, data: Pick<Data, N>, failure: Failure) => Remedy;
}

/** A rule over one guest, which VM and CT checks may share. */
export interface Rule {
  readonly severity: SeverityRule;
  readonly needs: readonly DataName[];
  evaluate(facts: Facts): Verdict;
  /** Null when there is only advice. */
  remedy(facts: Facts, failure: Failure): Remedy | null;
}

function gather<N extends DataName>(
  facts: Facts,
  needs: readonly N[],
): { data: Pick<Data, N> } | { missing: string } {
  const data: Partial<Pick<Data, N>> = {};
  for (const name of needs) {
    const datum = read(facts, name);
    if (!datum.known) return { missing: datum.reason };
    data[name] = datum.value;
  }
  return { data: data as Pick<Data, N> };
}

/** Makes a rule: what it needs is fetched here, so no rule can take an unreadable datum for a good one. */
export function defineRule<const N extends DataName = never>(spec: RuleSpec<N>): Rule {
  return {
    severity: spec.severity,
    needs: spec.needs,
    evaluate(facts) {
      const reason = spec.applies?.(facts) ?? null;
      if (reason !== null) return na(reason);
      const settled = spec.settled?.(facts) ?? null;
      if (settled !== null) return settled;
      const gathered = gather(facts, spec.needs);
      return 'missing' in gathered ? unknown(gathered.missing) : spec.evaluate(facts, gathered.data);
    },
    remedy(facts, failure) {
      if (!spec.remedy) return null;
      const gathered = gather(facts, spec.needs);
      return 'missing' in gathered ? null : spec.remedy(facts, gathered.data, failure);
    },
  };
}
