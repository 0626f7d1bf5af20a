import { outboundPolicy } from '../rules/guest-firewall.ts';
import { defineCheck } from '../check.ts';

export const vmSec004 = defineCheck({
  id: 'VM-SEC-004',
  title: 'Unrestricted egress for exposed guest',
  scope: 'qemu',
  rule: outboundPolicy,
  why: 'An exposed VM that is taken over can reach every network and load whatever it wants.',
  advice:
    'List what the VM has to reach (DNS, time, updates) as outbound rules, then set policy_out=DROP. Never done automatically: what is missing in the list stops working.',
  effect: 'Live.',
  references: ['pve-firewall.adoc', 'HSE9 1.2.5'],
  exceptions: ['router'],
});
