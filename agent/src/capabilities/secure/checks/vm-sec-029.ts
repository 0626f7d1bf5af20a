import { backupEncryption } from '../rules/backup.ts';
import { defineCheck } from '../check.ts';

export const vmSec029 = defineCheck({
  id: 'VM-SEC-029',
  title: 'Backups of confidential guest are not encrypted',
  scope: 'qemu',
  rule: backupEncryption,
  why: 'Whoever can read the backup storage can read this confidential VM.',
  advice:
    'Give the Proxmox Backup Server storage an encryption key and export the key to a safe place outside the cluster first: without it no backup can be read. Archives on other storages cannot be encrypted.',
  effect: 'Live for new backups; old ones still need the key.',
  references: ['pve-storage-pbs.adoc', 'HSE9 4.4'],
});
