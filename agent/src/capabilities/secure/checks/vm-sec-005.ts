import { macFilter } from '../rules/spoofing.ts';
import { defineCheck } from '../check.ts';

export const vmSec005 = defineCheck({
  id: 'VM-SEC-005',
  title: 'MAC spoofing filter off',
  scope: 'qemu',
  rule: macFilter,
  why: 'The VM may send frames with the MAC address of another one and take over its traffic.',
  advice: 'Remove macfilter=0.',
  effect: 'Live.',
  references: ['generated/pve-firewall-vm-opts'],
  exceptions: ['nested', 'router', 'vrrp', 'carp', 'macvlan'],
});
