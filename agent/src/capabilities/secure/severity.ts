import type { Severity } from '../types.ts';
import type { Profile } from './profile.ts';

/** A property of the guest's surroundings that makes the same weakness weigh more or less. */
export type Condition = 'exposed' | 'dmz' | 'confidential' | 'critical' | 'multi-tenant' | 'lab';

/** A severity as data: the first case that holds wins. */
export interface SeverityRule {
  readonly cases: readonly { readonly is: readonly Condition[]; readonly then: Severity }[];
  readonly otherwise: Severity;
}

const order: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** Larger is worse. */
export const severityRank = (severity: Severity): number => order.indexOf(severity);

export const worst = (severities: readonly Severity[]): Severity =>
  severities.reduce((a, b) => (severityRank(b) > severityRank(a) ? b : a), 'info');

/** `always('high')`, or with cases: `depends('medium', [['exposed'], 'high'])`. */
export const always = (severity: Severity): SeverityRule => ({ cases: [], otherwise: severity });
export const depends = (
  otherwise: Severity,
  ...cases: readonly (readonly [is: readonly Condition[], then: Severity])[]
): SeverityRule => ({ cases: cases.map(([is, then]) => ({ is, then })), otherwise });

/** The severity for a guest. A condition that is not known does not hold: severity is not raised on a guess. */
export function severityFor(rule: SeverityRule, profile: Profile): Severity {
  const holds: Readonly<Record<Condition, boolean>> = {
    exposed: profile.exposed,
    dmz: profile.dmz,
    confidential: profile.confidential,
    critical: profile.criticality === 'critical',
    'multi-tenant': profile.multiTenant.known && profile.multiTenant.value,
    lab: profile.criticality === 'lab' || profile.criticality === 'dev',
  };
  return rule.cases.find(({ is }) => is.some((condition) => holds[condition]))?.then ?? rule.otherwise;
}

/** The rule in words, for `checks list`: `medium; high when exposed`. */
export const severityText = ({ cases, otherwise }: SeverityRule): string =>
  [otherwise, ...cases.map(({ is, then }) => `${then} when ${is.join(' or ')}`)].join('; ');
