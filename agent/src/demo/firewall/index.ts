import type { DemoEndpoint } from '../endpoint.ts';
import { firewallAliasEndpoints } from './aliases.ts';
import { firewallGroupEndpoints } from './groups.ts';
import { firewallIpsetEndpoints } from './ipsets.ts';
import { clusterLevel, guestLevels, nodeLevel, type FirewallLevel } from './levels.ts';
import { firewallLogEndpoints } from './log.ts';
import { listMacros } from './macros.ts';
import { firewallOptionEndpoints } from './options.ts';
import { firewallRefEndpoints } from './refs.ts';
import { firewallRuleEndpoints } from './rules.ts';

const directory = ({ base }: FirewallLevel, names: readonly string[]): DemoEndpoint => ({
  method: 'GET',
  path: base,
  handle: () => names.map((name) => ({ name })),
});

/** The firewall of the datacenter, of nodes, and of guests of both types. */
export const firewallEndpoints: readonly DemoEndpoint[] = [
  directory(clusterLevel, ['aliases', 'rules', 'options', 'groups', 'ipset', 'macros', 'refs']),
  directory(nodeLevel, ['rules', 'options', 'log']),
  ...guestLevels.map((level) => directory(level, ['rules', 'aliases', 'ipset', 'refs', 'options'])),
  { method: 'GET', path: '/cluster/firewall/macros', handle: () => listMacros() },
  ...firewallOptionEndpoints,
  ...firewallRuleEndpoints,
  ...firewallGroupEndpoints,
  ...firewallIpsetEndpoints,
  ...firewallAliasEndpoints,
  ...firewallRefEndpoints,
  ...firewallLogEndpoints,
];
