import { z } from 'zod';
import { maybe } from '../client/pve-values.ts';
import { given } from './resources.ts';

/** The guest agent's answers come wrapped in `result`. */
export const osinfoSchema = z.looseObject({
  result: z.looseObject({
    id: maybe(z.string()),
    'version-id': maybe(z.string()),
    'pretty-name': maybe(z.string()),
  }),
});

export function osinfoOf({ result }: z.infer<typeof osinfoSchema>): {
  readonly id?: string;
  readonly versionId?: string;
  readonly prettyName?: string;
} {
  return given({ id: result.id, versionId: result['version-id'], prettyName: result['pretty-name'] });
}

const interfaceSchema = z.looseObject({
  name: z.string(),
  'hardware-address': maybe(z.string()),
  hwaddr: maybe(z.string()),
  'ip-addresses': maybe(z.array(z.looseObject({ 'ip-address': z.string() }))),
  inet: maybe(z.string()),
  inet6: maybe(z.string()),
});

/** `…/lxc/{vmid}/interfaces`; before PVE 9 it had `inet` and `inet6` (CIDR) only. Null while a CT starts. */
export const lxcInterfacesSchema = z
  .array(interfaceSchema)
  .nullable()
  .transform((rows) => rows ?? []);
export const agentInterfacesSchema = z.looseObject({ result: z.array(interfaceSchema) });

/** Addresses without prefix length by MAC (upper case); interfaces without a MAC, and the loopback, are left out. */
export function addressesByMac(
  interfaces: readonly z.infer<typeof interfaceSchema>[],
): Record<string, readonly string[]> {
  const byMac = new Map<string, Set<string>>();
  for (const row of interfaces) {
    const mac = (row['hardware-address'] ?? row.hwaddr)?.toUpperCase();
    if (mac === undefined || mac === '' || mac === '00:00:00:00:00:00') continue;
    const listed = row['ip-addresses']?.map((address) => address['ip-address']) ?? [row.inet, row.inet6];
    const addresses = byMac.get(mac) ?? new Set();
    for (const text of listed) {
      const address = text?.split('/')[0] ?? '';
      if (address !== '') addresses.add(address);
    }
    byMac.set(mac, addresses);
  }
  return Object.fromEntries([...byMac].map(([mac, addresses]) => [mac, [...addresses]]));
}
