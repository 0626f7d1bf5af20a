import type { FirewallRule, GuestFirewall } from '../../pve/inventory/types.ts';

/** An option that PVE stores as 0 or 1, where a missing one has the given default. */
export const firewallFlag = (
  options: Readonly<Record<string, string>>,
  key: string,
  fallback: boolean,
): boolean => {
  const text = options[key];
  return text === undefined ? fallback : Number(text) !== 0;
};

/** Datacenter firewall: off unless `enable` says otherwise. */
export const datacenterFirewallOn = (options: Readonly<Record<string, string>>): boolean =>
  firewallFlag(options, 'enable', false);

/** Guest firewall: off unless `enable` says otherwise. */
export const guestFirewallOn = ({ options }: GuestFirewall): boolean =>
  firewallFlag(options, 'enable', false);

type Groups = Readonly<Record<string, readonly FirewallRule[]>>;

/** The enabled rules with security groups in place; a group that is not known gives no rules. */
export function expandRules(rules: readonly FirewallRule[], groups: Groups): readonly FirewallRule[] {
  return rules
    .filter(({ enable }) => enable)
    .flatMap((rule) =>
      rule.type === 'group' ? (groups[rule.action] ?? []).filter(({ enable }) => enable) : [rule],
    );
}

/** True when at least one enabled rule lets something in: without one, turning the firewall on cuts every service. */
export const letsSomethingIn = (firewall: GuestFirewall, groups: Groups): boolean =>
  expandRules(firewall.rules, groups).some(({ type, action }) => type === 'in' && action === 'ACCEPT');

/** A rule as one line of a `.fw` file: what identifies it, since positions shift. */
export const ruleText = (rule: FirewallRule): string =>
  [
    rule.type.toUpperCase(),
    rule.macro === undefined ? rule.action : `${rule.macro}(${rule.action})`,
    ...(
      [
        ['iface', rule.iface],
        ['proto', rule.proto],
        ['source', rule.source],
        ['dest', rule.dest],
        ['sport', rule.sport],
        ['dport', rule.dport],
      ] as const
    ).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name}=${value}`])),
  ].join(' ');

const services: Readonly<Record<string, number>> = {
  ssh: 22,
  telnet: 23,
  epmap: 135,
  'netbios-ssn': 139,
  'microsoft-ds': 445,
  'ms-sql-s': 1433,
  mysql: 3306,
  'ms-wbt-server': 3389,
  postgresql: 5432,
  redis: 6379,
  bootps: 67,
  bootpc: 68,
};

/** A port list of a firewall rule as ranges: `22,80,5900:5999,ssh`. Names that are not known are left out. */
export function portRanges(text: string): readonly (readonly [from: number, to: number])[] {
  const port = (part: string): number =>
    /^\d+$/.test(part) ? Number(part) : (services[part.toLowerCase()] ?? NaN);
  return text
    .split(',')
    .map((part) => part.trim())
    .flatMap((part) => {
      const [from = '', to = from] = part.split(':');
      const range = [port(from), port(to)] as const;
      return range.some(Number.isNaN) ? [] : [range];
    });
}

/** Whether a port list holds one of the ports. */
export const holdsPort = (text: string, ports: readonly (readonly [number, number])[]): boolean =>
  portRanges(text).some(([from, to]) => ports.some(([low, high]) => from <= high && low <= to));
