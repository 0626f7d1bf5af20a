import { deleteProtection } from '../rules/protection.ts';
import { defineCheck } from '../check.ts';

export const vmSec026 = defineCheck({
  id: 'VM-SEC-026',
  title: 'No delete protection on important guest',
  scope: 'qemu',
  rule: deleteProtection,
  why: 'One wrong click or call destroys the VM with its disks.',
  advice: 'Set protection=1.',
  effect: 'Live.',
  references: ['qm.conf option protection', 'DIAG IG0011'],
});
