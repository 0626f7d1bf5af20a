import { mountInBackup } from '../rules/volumes.ts';
import { defineCheck } from '../check.ts';

export const ctSec017 = defineCheck({
  id: 'CT-SEC-017',
  title: 'Data mount point not in backup',
  scope: 'lxc',
  rule: mountInBackup,
  why: 'PVE leaves mount points out of backups unless told otherwise, so a restore brings the container back without this data.',
  advice: 'Set backup=1 on the mount point.',
  effect: 'Pending while the container runs; for the next backup after that.',
  references: ['pct.adoc backup of mount points'],
  exceptions: ['scratch'],
});
