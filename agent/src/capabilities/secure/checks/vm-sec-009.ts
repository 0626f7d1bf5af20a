import { dropLogging } from '../rules/guest-firewall.ts';
import { defineCheck } from '../check.ts';

export const vmSec009 = defineCheck({
  id: 'VM-SEC-009',
  title: 'Drops are not logged',
  scope: 'qemu',
  rule: dropLogging,
  why: 'Nobody can see afterwards who tried to get in.',
  advice: 'Set log_level_in=info.',
  effect: 'Live.',
  references: ['generated/pve-firewall-vm-opts', 'HSE9 5.1.1'],
});
