import { apparmor } from '../rules/raw-guards.ts';
import { defineCheck } from '../check.ts';

export const ctSec002 = defineCheck({
  id: 'CT-SEC-002',
  title: 'AppArmor confinement removed',
  scope: 'lxc',
  rule: apparmor,
  why: 'AppArmor is what keeps a container away from the settings of the host kernel; it is switched off or loosened here.',
  advice:
    'Remove the raw line; use features or a VM for what needed it. Root edits /etc/pve/lxc/VMID.conf on the node; the API cannot write raw lines. Takes hold at the next stop and start.',
  effect: 'Needs the container stopped.',
  references: ['pct.adoc "AppArmor"', 'DIAG CG0006'],
});
