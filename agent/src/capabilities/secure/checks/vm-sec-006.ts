import { vmIpFilter } from '../rules/ip-filter.ts';
import { defineCheck } from '../check.ts';

export const vmSec006 = defineCheck({
  id: 'VM-SEC-006',
  title: 'IP spoofing not filtered',
  scope: 'qemu',
  rule: vmIpFilter,
  why: 'The VM may use the address of another guest or of the gateway.',
  advice:
    'Create an IP set ipfilter-netN with every address of the interface, then set ipfilter=1. Without the set all IPv4 traffic is dropped.',
  effect: 'Live.',
  references: [
    'pve-firewall source (implicit ipsets)',
    'pve-firewall.adoc "Standard IP set ipfilter-net*"',
    'DIAG IG0009',
  ],
  exceptions: ['router', 'nested', 'vrrp'],
});
