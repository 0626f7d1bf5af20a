import { rogueRouter } from '../rules/spoofing.ts';
import { defineCheck } from '../check.ts';

export const vmSec007 = defineCheck({
  id: 'VM-SEC-007',
  title: 'Guest may send router advertisements / act as DHCP',
  scope: 'qemu',
  rule: rogueRouter,
  why: 'The VM may pose as a router or DHCP server and draw the traffic of the whole network.',
  advice: 'Remove radv=1 and rules that let the VM send from UDP port 67.',
  effect: 'Live.',
  references: ['pve-firewall source', 'HSE9 1.3.3'],
  exceptions: ['router', 'dhcp'],
});
