import { z } from 'zod';
import { maybe, pveFlag, pveNumber, pveText } from '../client/pve-values.ts';
import { given } from './resources.ts';
import type { FirewallRule } from './types.ts';

/** Firewall options of any level: a flat map. */
export const optionsSchema = z.record(z.string(), z.union([pveText, z.boolean(), z.null()]));

/** Options as text, with the digest apart. A missing key means PVE's default. */
export function optionsOf(raw: z.infer<typeof optionsSchema>): {
  options: Record<string, string>;
  digest: string | undefined;
} {
  const options: Record<string, string> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (value === null || key === 'digest') continue;
    options[key] = typeof value === 'boolean' ? (value ? '1' : '0') : value;
  }
  const { digest } = raw;
  return { options, digest: typeof digest === 'string' ? digest : undefined };
}

const ruleSchema = z
  .looseObject({
    pos: pveNumber,
    type: z.enum(['in', 'out', 'forward', 'group']),
    action: z.string(),
    enable: maybe(pveFlag),
    macro: maybe(z.string()),
    proto: maybe(pveText),
    source: maybe(z.string()),
    dest: maybe(z.string()),
    dport: maybe(pveText),
    sport: maybe(pveText),
    iface: maybe(z.string()),
    comment: maybe(z.string()),
  })
  .transform(
    ({
      pos,
      type,
      action,
      enable,
      macro,
      proto,
      source,
      dest,
      dport,
      sport,
      iface,
      comment,
    }): FirewallRule => ({
      pos,
      type,
      action,
      enable: enable ?? false,
      ...given({ macro, proto, source, dest, dport, sport, iface, comment }),
    }),
  );

/** Firewall rules of any level, in order. */
export const firewallRulesSchema = z
  .array(ruleSchema)
  .transform((rules) => [...rules].sort((a, b) => a.pos - b.pos));
