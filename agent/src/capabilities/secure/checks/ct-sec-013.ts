import { containerIpFilter } from '../rules/ip-filter.ts';
import { defineCheck } from '../check.ts';

export const ctSec013 = defineCheck({
  id: 'CT-SEC-013',
  title: 'IP filter off',
  scope: 'lxc',
  rule: containerIpFilter,
  why: 'The container may use the address of another guest or of the gateway.',
  advice: 'Set ipfilter=1; with addresses from DHCP create an IP set ipfilter-netN first.',
  effect: 'Live.',
  references: ['pve-firewall source'],
  exceptions: ['router'],
});
