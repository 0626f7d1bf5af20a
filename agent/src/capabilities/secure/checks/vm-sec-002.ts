import { guestFirewall } from '../rules/guest-firewall.ts';
import { defineCheck } from '../check.ts';

export const vmSec002 = defineCheck({
  id: 'VM-SEC-002',
  title: 'Guest firewall disabled',
  scope: 'qemu',
  rule: guestFirewall,
  why: 'The interfaces are attached to a firewall that is switched off, so everything may come in.',
  advice: 'Write rules for the services of the VM, then turn its firewall on.',
  effect: 'Live within about ten seconds.',
  references: [
    'pve-firewall source default policies',
    'pve-firewall.adoc "VM/CT incoming/outgoing DROP/REJECT"',
    'HSE9 1.2.5',
  ],
  exceptions: ['router'],
});
