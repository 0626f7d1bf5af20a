import { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';
import { pvePath } from '../path.ts';
import type { Known, PveClient } from '../types.ts';
import { gapOf, known } from './known.ts';
import { mapLimit } from './map-limit.ts';
import { readPermissions, type Permissions } from './permissions.ts';
import type { ReadProgress } from './progress.ts';
import { guestsOf, nodesOf, resourcesSchema, storagesOf } from './resources.ts';
import { clusterOf, clusterStatusSchema } from './status.ts';
import type { Gap, Inventory } from './types.ts';

export interface ReadInventoryOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReadProgress) => void;
  /** Marks the picture as that of the demo cluster. */
  readonly demo?: boolean;
}

const versionSchema = z.looseObject({ version: z.string(), release: z.string() });
const poolsSchema = z.array(z.looseObject({ poolid: z.string() }));

/**
 * The cluster in five calls, whatever its size: `/version`, `/cluster/resources`, `/cluster/status`, `/pools`,
 * `/access/permissions`. What could not be read, or what PVE leaves out of its lists for want of a privilege, is
 * named in `gaps`. Throws what the connection throws, and whatever keeps `/version` or `/cluster/resources` from us.
 */
export async function readInventory(
  client: PveClient,
  { signal, onProgress, demo = false }: ReadInventoryOptions = {},
): Promise<Inventory> {
  const options = signal === undefined ? {} : { signal };
  const get = <S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> =>
    client.get(path, schema, undefined, options);
  const collectedAt = new Date().toISOString();

  const answers: {
    version?: z.infer<typeof versionSchema>;
    resources?: z.infer<typeof resourcesSchema>;
    status?: Known<z.infer<typeof clusterStatusSchema>>;
    pools?: Known<z.infer<typeof poolsSchema>>;
    permissions?: Known<Permissions>;
  } = {};
  const reads: readonly (() => Promise<void>)[] = [
    async () => void (answers.version = await get(pvePath`/version`, versionSchema)),
    async () => void (answers.resources = await get(pvePath`/cluster/resources`, resourcesSchema)),
    async () =>
      void (answers.status = await known(
        () => get(pvePath`/cluster/status`, clusterStatusSchema),
        'Sys.Audit',
      )),
    async () => void (answers.pools = await known(() => get(pvePath`/pools`, poolsSchema), 'Pool.Audit')),
    async () => void (answers.permissions = await known(() => readPermissions(client, options))),
  ];
  await mapLimit(reads, 4, (read) => read(), {
    ...options,
    onDone: (done, total) => onProgress?.({ stage: 'inventory', done, total }),
  });
  const { version, resources, status, pools, permissions } = answers;
  if (!version || !resources || !status || !pools || !permissions) {
    throw new ProxmoxAiError('internal', 'A read of the inventory was lost.');
  }

  const cluster = status.known ? status.value : [];
  return {
    collectedAt,
    target: client.target,
    demo,
    version: { version: version.version, release: version.release },
    cluster: clusterOf(cluster),
    nodes: nodesOf(resources, cluster),
    guests: guestsOf(resources),
    storages: storagesOf(resources),
    pools: pools.known ? pools.value.map((pool) => pool.poolid).sort() : [],
    gaps: [
      ...(status.known ? [] : [gapOf('cluster name, quorum and node addresses', status)]),
      ...(pools.known ? [] : [gapOf('pools', pools)]),
      ...(permissions.known ? hiddenFrom(permissions.value) : [gapOf('your own privileges', permissions)]),
    ],
  };
}

/** Lists that PVE shortens for want of a privilege; what the caller cannot see, no later check can judge. */
const shortened = [
  { what: 'guests', path: '/vms', privileges: ['VM.Audit'] },
  { what: 'storages', path: '/storage', privileges: ['Datastore.Audit'] },
  { what: 'pools', path: '/pool', privileges: ['Pool.Audit'] },
  { what: 'load and size of nodes', path: '/nodes', privileges: ['Sys.Audit'] },
] as const;

function hiddenFrom(permissions: Permissions): Gap[] {
  return shortened
    .filter(({ path, privileges }) => !permissions.allows(path, privileges))
    .map(({ what, path, privileges: [privilege] }) => ({
      what,
      reason: `PVE shows only those ${what} on which you have ${privilege}; you do not have it on all of ${path}.`,
      privilege,
    }));
}
