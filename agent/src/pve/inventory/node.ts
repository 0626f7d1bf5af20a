import { z } from 'zod';
import { maybe, pveFlag } from '../client/pve-values.ts';
import { given } from './resources.ts';
import type { NodeNetwork } from './types.ts';

export const networksSchema = z.array(
  z
    .looseObject({
      iface: z.string(),
      type: z.string(),
      bridge_vlan_aware: maybe(pveFlag),
      cidr: maybe(z.string()),
      address: maybe(z.string()),
    })
    .transform(({ iface, type, bridge_vlan_aware: vlanAware, cidr, address }): NodeNetwork => ({
      iface,
      type,
      vlanAware: vlanAware ?? false,
      ...given({ cidr, address }),
    })),
);

export const cpuFlagsSchema = z
  .array(z.looseObject({ name: z.string() }))
  .transform((rows) => rows.map((row) => row.name));

/** `apt/versions`: `OldVersion` is what is installed where an update waits, else `Version` is. */
export const packagesSchema = z
  .array(
    z.looseObject({
      Package: z.string(),
      Version: maybe(z.string()),
      OldVersion: maybe(z.string()),
      CurrentState: maybe(z.string()),
    }),
  )
  .transform((rows) =>
    Object.fromEntries(
      rows.flatMap((row) => {
        const installed = row.OldVersion ?? row.Version;
        const present = row.CurrentState === undefined || row.CurrentState === 'Installed';
        return present && installed !== undefined ? [[row.Package, installed]] : [];
      }),
    ),
  );
