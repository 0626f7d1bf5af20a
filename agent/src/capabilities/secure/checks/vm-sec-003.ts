import { inboundPolicy } from '../rules/guest-firewall.ts';
import { defineCheck } from '../check.ts';

export const vmSec003 = defineCheck({
  id: 'VM-SEC-003',
  title: 'Inbound policy ACCEPT',
  scope: 'qemu',
  rule: inboundPolicy,
  why: 'Whatever no rule forbids is let in, so a service that someone starts by accident is reachable at once.',
  advice: 'Set the inbound policy to DROP once the rules are complete.',
  effect: 'Live.',
  references: ['generated/pve-firewall-vm-opts', 'HSE9 1.2.5', 'DIAG WC0004'],
  exceptions: ['router'],
});
