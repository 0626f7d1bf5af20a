import { ipv4Macros, ipv6Macros } from './macro-table.ts';

export interface MacroTraffic {
  readonly proto: string;
  readonly dport?: string;
  readonly sport?: string;
}

const parseTraffic = (traffic: string): MacroTraffic[] =>
  traffic.split('; ').map((part) => {
    const [ports = '', sport] = part.split(' from ');
    const [proto = '', dport] = ports.split(' ');
    return { proto, ...(dport === undefined ? {} : { dport }), ...(sport === undefined ? {} : { sport }) };
  });

const canonicalNames = new Map(
  [...Object.keys(ipv4Macros), ...Object.keys(ipv6Macros)].map((name) => [name.toLowerCase(), name]),
);

/** The macro as PVE spells it, whatever the case; undefined when there is no such macro. */
export const canonicalMacro = (name: string): string | undefined => canonicalNames.get(name.toLowerCase());

/** What a macro stands for in rules of one IP version. */
export function macroTraffic(name: string, ipversion: 4 | 6 | undefined): readonly MacroTraffic[] {
  const [, traffic] = (ipversion === 6 ? ipv6Macros[name] : undefined) ??
    ipv4Macros[name] ??
    ipv6Macros[name] ?? [null, ''];
  return parseTraffic(traffic);
}

/** `GET /cluster/firewall/macros`. */
export const listMacros = (): { macro: string; descr: string }[] =>
  [...canonicalNames.values()].map((macro) => ({
    macro,
    descr: ipv4Macros[macro]?.[0] ?? ipv6Macros[macro]?.[0] ?? macro,
  }));
