import { z } from 'zod';
import { pveFlag } from '../client/pve-values.ts';
import type { CallOptions, PveClient } from '../types.ts';

/** What the caller may do, as PVE computed it. */
export interface Permissions {
  /** True when one of the privileges holds on the ACL path, by itself or inherited from above. */
  allows(path: string, anyOf: readonly string[]): boolean;
}

const permissionsSchema = z.record(z.string(), z.record(z.string(), pveFlag));

/** Paths PVE always computes; one that is missing from the answer holds no privilege at all. */
const computed = new Set(['/', '/access', '/access/groups', '/nodes', '/pool', '/sdn', '/storage', '/vms']);

/**
 * The caller's effective privileges (`GET /access/permissions`, open to everybody). Needed because many of PVE's
 * lists leave out, without a word, what the caller may not see.
 */
export async function readPermissions(client: PveClient, options: CallOptions = {}): Promise<Permissions> {
  const paths = await client.get('/access/permissions', permissionsSchema, undefined, options);
  return {
    allows(path, anyOf) {
      let at = path;
      for (;;) {
        const held = paths[at];
        // The value tells whether the privilege also holds below this path.
        if (held !== undefined)
          return anyOf.some((name) => name in held && (at === path || held[name] === true));
        if (computed.has(at)) return false;
        at = at.slice(0, at.lastIndexOf('/')) || '/';
      }
    },
  };
}
