import { z } from 'zod';
import { maybe, pveFlag } from '../client/pve-values.ts';
import type { Inventory } from './types.ts';

/** `/cluster/status`: one entry for the cluster (none on a single node), one for each node. */
export const clusterStatusSchema = z.array(
  z.looseObject({
    type: z.string(),
    name: z.string(),
    ip: maybe(z.string()),
    online: maybe(pveFlag),
    quorate: maybe(pveFlag),
  }),
);
export type ClusterStatus = z.infer<typeof clusterStatusSchema>;

/** Name and quorum; empty on a node that is in no cluster. */
export function clusterOf(status: ClusterStatus): Inventory['cluster'] {
  const cluster = status.find((entry) => entry.type === 'cluster');
  if (cluster === undefined) return {};
  return { name: cluster.name, ...(cluster.quorate === undefined ? {} : { quorate: cluster.quorate }) };
}
