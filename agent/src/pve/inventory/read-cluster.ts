import { z } from 'zod';
import { cancelled } from '../client/deadline.ts';
import { createSlots } from '../client/slots.ts';
import { pvePath } from '../path.ts';
import type { Known, PveClient, PveParams } from '../types.ts';
import { aclSchema, rolesSchema, usersSchema } from './access.ts';
import { backupJobsSchema, notBackedUpSchema } from './backup.ts';
import { firewallRulesSchema, optionsOf, optionsSchema } from './firewall.ts';
import { readGuestNics, type GuestNicsWanted } from './guest-nics.ts';
import { known, notRead } from './known.ts';
import { cpuFlagsSchema, networksSchema, packagesSchema } from './node.ts';
import { readPermissions } from './permissions.ts';
import type { ReadProgress } from './progress.ts';
import type { ClusterDetail, FirewallRule, Inventory } from './types.ts';

export interface ReadClusterOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReadProgress) => void;
  /**
   * Whose configurations to read for `guestNics`: it costs one call a guest (10,000 guests: some minutes), so the
   * default is `none`, and the part then says that it was not read. `all`, or the VMIDs that matter.
   */
  readonly guestNics?: GuestNicsWanted;
}

const recordSchema = z.record(z.string(), z.unknown());
const storagesSchema = z.array(recordSchema);
const groupsSchema = z.array(z.looseObject({ group: z.string() }));
const mappingsSchema = z.array(z.looseObject({ id: z.string(), map: z.array(z.string()) }));

/**
 * What guest checks need beyond the guest: eleven calls, one for each security group, four for each online node,
 * and the guest configurations asked for by `guestNics`. A list that PVE would shorten without saying so is given as
 * unknown with the privilege that is missing. Throws what ends a run: a lost connection or login, an abort.
 */
export async function readClusterDetail(
  client: PveClient,
  inventory: Inventory,
  { signal, onProgress, guestNics = 'none' }: ReadClusterOptions = {},
): Promise<ClusterDetail> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(cancelled(signal?.reason));
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  const options = { signal: stop.signal };
  const slots = createSlots(4);
  const progress = { total: 0, done: 0 };

  /** One part, as soon as there is a place for it; the first failure that ends the run stops the others. */
  async function part<T>(read: () => Promise<Known<T>>): Promise<Known<T>> {
    progress.total += 1;
    try {
      return await slots.run(read, stop.signal);
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      progress.done += 1;
      onProgress?.({ stage: 'cluster', done: progress.done, total: progress.total });
    }
  }
  const get = <S extends z.ZodType>(path: string, schema: S, params?: PveParams): Promise<z.infer<S>> =>
    client.get(path, schema, params, options);
  const one = <S extends z.ZodType>(path: string, schema: S, params?: PveParams, privilege?: string) =>
    part<z.infer<S>>(() => known(() => get(path, schema, params), privilege));

  const permissions = await part(() => known(() => readPermissions(client, options)));
  /** A list that is whole only for who has one of the privileges on the path. */
  const whole = <T>(
    path: string,
    anyOf: readonly string[],
    read: () => Promise<Known<T>>,
  ): Promise<Known<T>> => {
    if (!permissions.known) {
      return Promise.resolve(
        notRead(`It may be incomplete: your privileges could not be read. ${permissions.reason}`),
      );
    }
    if (permissions.value.allows(path, anyOf)) return read();
    return Promise.resolve(
      notRead(`PVE would leave out entries without ${anyOf.join(' or ')} on ${path}.`, anyOf[0]),
    );
  };
  const perNode = async <T>(read: (node: string) => Promise<Known<T>>): Promise<Record<string, Known<T>>> =>
    Object.fromEntries(
      await Promise.all(
        inventory.nodes.map(async ({ name, online }): Promise<[string, Known<T>]> => [
          name,
          online ? await read(name) : notRead(`Node ${name} is offline.`),
        ]),
      ),
    );

  try {
    const [
      firewallOptions,
      securityGroups,
      backupJobs,
      notBackedUp,
      storages,
      acl,
      roles,
      users,
      dirMappings,
      networks,
      nodeStatus,
      cpuFlags,
      packages,
      nics,
    ] = await Promise.all([
      one(
        '/cluster/firewall/options',
        optionsSchema.transform((raw) => optionsOf(raw).options),
        undefined,
        'Sys.Audit',
      ),
      part(() => known(() => readGroups(get), 'Sys.Audit')),
      one('/cluster/backup', backupJobsSchema, undefined, 'Sys.Audit'),
      one('/cluster/backup-info/not-backed-up', notBackedUpSchema, undefined, 'Sys.Audit'),
      whole('/storage', ['Datastore.Audit', 'Datastore.AllocateSpace'], () =>
        one('/storage', storagesSchema),
      ),
      whole('/access', ['Sys.Audit'], () => one('/access/acl', aclSchema)),
      one('/access/roles', rolesSchema),
      whole('/access/groups', ['Sys.Audit', 'User.Modify'], () =>
        one('/access/users', usersSchema, { full: true }),
      ),
      whole('/mapping/dir', ['Mapping.Audit', 'Mapping.Use', 'Mapping.Modify'], () =>
        one('/cluster/mapping/dir', mappingsSchema.transform(mappingPaths)),
      ),
      // Bridges are left out without a privilege on the zone that stands for the local network.
      perNode((node) =>
        whole('/sdn/zones/localnetwork', ['SDN.Audit', 'SDN.Use'], () =>
          one(pvePath`/nodes/${node}/network`, networksSchema),
        ),
      ),
      perNode((node) => one(pvePath`/nodes/${node}/status`, recordSchema, undefined, 'Sys.Audit')),
      perNode((node) => one(pvePath`/nodes/${node}/capabilities/qemu/cpu-flags`, cpuFlagsSchema)),
      perNode((node) => one(pvePath`/nodes/${node}/apt/versions`, packagesSchema, undefined, 'Sys.Audit')),
      readGuestNics(client, inventory.guests, guestNics, {
        signal: stop.signal,
        ...(onProgress === undefined ? {} : { onProgress }),
      }),
    ]);
    return {
      firewallOptions,
      securityGroups,
      backupJobs,
      notBackedUp,
      storages,
      acl,
      roles,
      users,
      dirMappings,
      networks,
      nodeStatus,
      cpuFlags,
      packages,
      guestNics: nics,
    };
  } catch (error) {
    stop.abort(error);
    throw signal?.aborted === true ? cancelled(signal.reason) : error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function readGroups(
  get: <S extends z.ZodType>(path: string, schema: S) => Promise<z.infer<S>>,
): Promise<Record<string, FirewallRule[]>> {
  const groups: Record<string, FirewallRule[]> = {};
  for (const { group } of await get('/cluster/firewall/groups', groupsSchema)) {
    groups[group] = await get(pvePath`/cluster/firewall/groups/${group}`, firewallRulesSchema);
  }
  return groups;
}

/** Mapping id → host paths, from entries like `node=pve1,path=/srv/share`. */
function mappingPaths(rows: z.infer<typeof mappingsSchema>): Record<string, string[]> {
  const pathOf = (entry: string): string[] =>
    entry.split(',').flatMap((pair) => (pair.startsWith('path=') ? [pair.slice('path='.length)] : []));
  return Object.fromEntries(rows.map(({ id, map }) => [id, [...new Set(map.flatMap(pathOf))]]));
}
