import { diskInBackup } from '../rules/volumes.ts';
import { defineCheck } from '../check.ts';

export const vmSec028 = defineCheck({
  id: 'VM-SEC-028',
  title: 'Disk excluded from backup',
  scope: 'qemu',
  rule: diskInBackup,
  why: 'A disk that is left out is missing in every restore, which shows only when it is needed.',
  advice: 'Remove backup=0 from the disk.',
  effect: 'Live, for the next backup.',
  references: ['qm.adoc', 'DIAG CG0002'],
  exceptions: ['scratch'],
});
