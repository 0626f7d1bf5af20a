import { createHash } from 'node:crypto';
import type { Finding } from './types.ts';

/**
 * The same in every run for the same weakness: SHA-256 over check, object and the sorted evidence keys, without the
 * values (catalogue section 8), so that a waiver outlives a changed value.
 */
export function fingerprint({ id, object, evidence }: Pick<Finding, 'id' | 'object' | 'evidence'>): string {
  const keys = [...new Set(evidence.map(({ key }) => key))].sort();
  return createHash('sha256')
    .update(JSON.stringify([id, object, ...keys]))
    .digest('hex');
}

/** A finding with its fingerprint. */
export const makeFinding = (finding: Omit<Finding, 'fingerprint'>): Finding => ({
  ...finding,
  fingerprint: fingerprint(finding),
});
