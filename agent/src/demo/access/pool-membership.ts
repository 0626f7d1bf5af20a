import type { DemoState } from '../state.ts';

/** Which pools the guest or storage of an ACL path is in. */
export interface PoolMembership {
  of(path: string): readonly string[];
  /** The paths of all members. */
  paths(): Iterable<string>;
}

/** Beyond so many look-ups an index over all members costs less than looking through them each time. */
const lookupsWithoutIndex = 16;

/** Membership at one moment of the state. Most requests ask about one guest, and root about none: only lists index. */
export const poolMembership = (state: DemoState): PoolMembership => {
  let index: Map<string, string[]> | undefined;
  let lookups = 0;
  const indexed = (): Map<string, string[]> => {
    if (index) return index;
    index = new Map();
    for (const [pool, { vmids, storages }] of Object.entries(state.pools)) {
      const paths = [...vmids.map((vmid) => `/vms/${vmid}`), ...storages.map((id) => `/storage/${id}`)];
      for (const path of paths) {
        const pools = index.get(path);
        if (pools) pools.push(pool);
        else index.set(path, [pool]);
      }
    }
    return index;
  };
  const search = (path: string): string[] => {
    const [, kind, id = ''] = /^\/(vms|storage)\/([^/]+)$/.exec(path) ?? [];
    if (kind === undefined) return [];
    return Object.entries(state.pools).flatMap(([pool, { vmids, storages }]) =>
      (kind === 'vms' ? vmids.includes(Number(id)) : storages.includes(id)) ? [pool] : [],
    );
  };
  return {
    of: (path) => {
      lookups += 1;
      return lookups > lookupsWithoutIndex ? (indexed().get(path) ?? []) : search(path);
    },
    paths: () => indexed().keys(),
  };
};
