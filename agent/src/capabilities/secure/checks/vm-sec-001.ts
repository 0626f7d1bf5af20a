import { nicFirewall } from '../rules/nic-firewall.ts';
import { defineCheck } from '../check.ts';

export const vmSec001 = defineCheck({
  id: 'VM-SEC-001',
  title: 'NIC bypasses the firewall',
  scope: 'qemu',
  rule: nicFirewall,
  why: 'Traffic of this interface goes past every firewall rule, also past those that someone wrote for this VM.',
  advice: 'Set firewall=1 on the interface.',
  effect: 'Re-plugs the tap device: a packet loss of less than a second.',
  references: ['pve-firewall.adoc "VM/CT configuration"', 'HSE9 1.2.5', 'DIAG WG0013'],
  exceptions: ['router'],
});
