import { combine } from '../combine.ts';
import { backupCoverage, backupEncryption } from '../rules/backup.ts';
import { deleteProtection } from '../rules/protection.ts';
import { defineCheck } from '../check.ts';

const rule = combine([deleteProtection, backupCoverage, backupEncryption]);

export const ctSec018 = defineCheck({
  id: 'CT-SEC-018',
  title: 'No backup / unencrypted backup / protection',
  scope: 'lxc',
  rule,
  why: 'The container can be lost for good: nothing to restore from, a backup that anyone can read, or a removal by one wrong call.',
  advice:
    'What counts is a restore point that is young enough, not the job alone; encrypt backups of confidential containers, set protection=1 on important ones.',
  effect: 'Live.',
  references: ['as the VM check'],
});
