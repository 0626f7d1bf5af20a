import type { Finding, FindingState } from '../types.ts';
import { severityRank } from './severity.ts';

const states: readonly FindingState[] = [
  'fail',
  'fixed-pending-restart',
  'accepted',
  'unknown',
  'na',
  'pass',
];

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Open findings first, the gravest first; then by check and object, so that the order is the same in every run. */
export const byWeight = (a: Finding, b: Finding): number =>
  states.indexOf(a.state) - states.indexOf(b.state) ||
  severityRank(b.severity) - severityRank(a.severity) ||
  text(a.id, b.id) ||
  a.object.localeCompare(b.object, 'en', { numeric: true });
