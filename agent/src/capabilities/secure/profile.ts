import type { ClusterDetail, InventoryGuest } from '../../pve/inventory/types.ts';
import type { Known } from '../../pve/types.ts';
import { hasTag } from './tags.ts';
import { multiTenant } from './access.ts';

export type Criticality = 'critical' | 'prod' | 'standard' | 'dev' | 'lab';

/** What the guest is for, from its tags and pool (catalogue 0.5). */
export interface Profile {
  readonly criticality: Criticality;
  /** Tagged `dmz` or `internet`. */
  readonly exposed: boolean;
  readonly dmz: boolean;
  readonly confidential: boolean;
  /** More than one non-admin principal may change guests. */
  readonly multiTenant: Known<boolean>;
}

const words: readonly (readonly [Criticality, readonly string[]])[] = [
  ['critical', ['critical']],
  ['prod', ['prod', 'production']],
  ['dev', ['dev', 'development', 'test', 'staging']],
  ['lab', ['lab', 'homelab', 'sandbox']],
];

function criticalityOf(guest: InventoryGuest): Criticality {
  const byTag = words.find(([, names]) => hasTag(guest, ...names));
  if (byTag) return byTag[0];
  const pool = guest.pool?.toLowerCase();
  return words.find(([, names]) => pool !== undefined && names.includes(pool))?.[0] ?? 'standard';
}

/** The profile of one guest. Tags win over the pool; without either the guest is `standard`. */
export function profileOf(guest: InventoryGuest, cluster: ClusterDetail): Profile {
  return {
    criticality: criticalityOf(guest),
    exposed: hasTag(guest, 'dmz', 'internet'),
    dmz: hasTag(guest, 'dmz'),
    confidential: hasTag(guest, 'confidential'),
    multiTenant: multiTenant(cluster),
  };
}
