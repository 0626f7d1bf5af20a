import type { FirewallRule } from '../../../pve/inventory/types.ts';
import { expandRules, holdsPort, ruleText } from '../firewall-values.ts';
import { defineRule } from '../rule.ts';
import { always, worst } from '../severity.ts';
import type { Severity } from '../../types.ts';
import { fail, pass } from '../verdict.ts';

const single = (port: number): readonly [number, number] => [port, port];

/** Ports of administration and databases (catalogue VM-SEC-008). */
const sensitivePorts: readonly (readonly [number, number])[] = [
  ...[22, 23, 135, 139, 445, 1433, 1521, 2375, 2376, 3306, 3389, 5432].map(single),
  [5900, 5999],
  ...[5985, 5986, 6379, 6443, 8006, 9200, 11211, 27017].map(single),
];
const sensitiveMacros = ['ssh', 'rdp', 'vnc', 'smb', 'mysql', 'postgresql', 'telnet'];
const portProtocols = [undefined, '', 'tcp', 'udp', 'sctp', 'udplite', 'dccp', '6', '17'];

const fromAnywhere = ({ source }: FirewallRule): boolean =>
  source === undefined || /^(|0\.0\.0\.0\/0|0\/0|::\/0)$/.test(source.trim());

/**
 * How bad a rule is, or null. All ports open include those of administration; a rule for a protocol without ports
 * (ICMP) is not meant.
 */
function weight(rule: FirewallRule): Severity | null {
  if (rule.type !== 'in' || rule.action !== 'ACCEPT' || !fromAnywhere(rule)) return null;
  const { macro = '', dport = '', proto } = rule;
  if (macro !== '') return sensitiveMacros.includes(macro.toLowerCase()) ? 'high' : null;
  if (dport !== '') return holdsPort(dport, sensitivePorts) ? 'high' : null;
  if (!portProtocols.includes(proto)) return null;
  return proto === 'udp' || proto === '17' ? 'medium' : 'high';
}

/** VM-SEC-008: an enabled rule lets anyone reach everything, or a port of administration or of a database. */
export const broadRule = defineRule({
  severity: always('high'),
  needs: ['firewall', 'securityGroups'],
  evaluate: (facts, { firewall, securityGroups }) => {
    const found = expandRules(firewall.rules, securityGroups).flatMap((rule) => {
      const severity = weight(rule);
      return severity === null ? [] : [{ rule, severity }];
    });
    if (found.length === 0) return pass;
    return fail(
      found.map(({ rule }) => ({
        path: `${facts.path}/firewall/rules`,
        key: ruleText(rule),
        value: ruleText(rule),
        expected: 'a source: an address, a network or an IP set',
      })),
      { severity: worst(found.map(({ severity }) => severity)) },
    );
  },
});
