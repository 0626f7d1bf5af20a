import { backupCoverage } from '../rules/backup.ts';
import { defineCheck } from '../check.ts';

export const vmSec027 = defineCheck({
  id: 'VM-SEC-027',
  title: 'Guest without any effective backup',
  scope: 'qemu',
  rule: backupCoverage,
  why: 'After a failure, a deletion or an encryption attack there is nothing to restore from.',
  advice: 'What counts is a restore point that is young enough, not the job alone.',
  effect: 'Live, for the next run of the job.',
  references: ['pve-manager BackupInfo.pm', 'HSE9 4.1, 4.3', 'DIAG WG0017, WG0020'],
});
