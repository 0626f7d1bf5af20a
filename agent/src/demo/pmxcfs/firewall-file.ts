import type { DemoState, FirewallState, Section } from '../state.ts';
import { oneLine, sectionId } from './text.ts';

const comment = (text: string | undefined): string =>
  text === undefined || text.trim() === '' ? '' : ` # ${oneLine(text)}`;

const ruleLine = (rule: Section, withInterface: boolean): string => {
  const action = rule.action ?? '';
  let line = rule.enable === '0' ? '|' : '';
  line += (rule.type ?? 'in').toUpperCase();
  line += rule.macro === undefined || rule.macro === '' ? ` ${action}` : ` ${rule.macro}(${action})`;
  const put = (flag: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') line += ` ${flag} ${value}`;
  };
  if (withInterface) put('-i', rule.iface);
  if (rule.type !== 'group') {
    put('-source', rule.source);
    put('-dest', rule.dest);
    put('-p', rule.proto);
    put('-dport', rule.dport);
    put('-sport', rule.sport);
    put('-log', rule.log);
    put('-icmp-type', rule['icmp-type']);
  }
  return `${oneLine(line)}${comment(rule.comment)}\n`;
};

const options = (section: Section): string => {
  const lines = Object.entries(section).map(([key, value]) => `${sectionId(key)}: ${oneLine(value)}\n`);
  return lines.length === 0 ? '' : `[OPTIONS]\n\n${lines.join('')}\n`;
};

const aliases = (all: FirewallState['aliases']): string => {
  const lines = Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, entry]) => `${sectionId(name)} ${sectionId(entry.cidr)}${comment(entry.comment)}\n`);
  return lines.length === 0 ? '' : `[ALIASES]\n\n${lines.join('')}\n`;
};

const ipsets = (all: FirewallState['ipsets']): string =>
  Object.entries(all)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, set]) => {
      const entries = [...set.entries]
        .sort((a, b) => (a.cidr < b.cidr ? -1 : 1))
        .map(
          (entry) => `${entry.nomatch === true ? '!' : ''}${oneLine(entry.cidr)}${comment(entry.comment)}\n`,
        );
      return `[IPSET ${sectionId(name)}]${comment(set.comment)}\n\n${entries.join('')}\n`;
    })
    .join('');

const rules = (list: readonly Section[]): string =>
  list.length === 0 ? '' : `[RULES]\n\n${list.map((rule) => ruleLine(rule, true)).join('')}\n`;

/** `VMID.fw` as pve-firewall saves it; empty when there is nothing to say, in which case PVE has no file. */
export const printGuestFirewall = (firewall: FirewallState): string =>
  options(firewall.options) + aliases(firewall.aliases) + ipsets(firewall.ipsets) + rules(firewall.rules);

/** `cluster.fw`: as a guest's, and the security groups. */
export const printClusterFirewall = (firewall: DemoState['firewall']): string =>
  printGuestFirewall(firewall) +
  Object.entries(firewall.groups)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, group]) => {
      const lines = group.rules.map((rule) => ruleLine(rule, false)).join('');
      return `[group ${sectionId(name)}]${comment(group.comment)}\n\n${lines}\n`;
    })
    .join('');

/** `host.fw` of a node. */
export const printHostFirewall = (firewall: { options: Section; rules: readonly Section[] }): string =>
  options(firewall.options) + rules(firewall.rules);
