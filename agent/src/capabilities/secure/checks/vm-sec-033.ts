import { disks } from '../../../pve/config/devices.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass, unknown } from '../verdict.ts';
import { uptimeOf } from '../uptime.ts';
import { defineCheck } from '../check.ts';

const week = 7 * 24 * 3600;

const secret = ({ config }: Facts): string | null => {
  if (config.values.cipassword !== undefined) return 'cipassword';
  return /(^|,)user=/.test(config.values.cicustom ?? '') ? 'cicustom' : null;
};

const rule = defineRule({
  severity: always('low'),
  needs: ['status'],
  applies: (facts) => {
    if (!disks(facts.config).some(({ kind }) => kind === 'cloudinit'))
      return 'No cloud-init drive is attached.';
    return facts.guest.status === 'running' ? null : 'The VM does not run.';
  },
  settled: (facts) => (secret(facts) === null ? pass : null),
  evaluate: (facts, { status }) => {
    const key = secret(facts);
    const uptime = uptimeOf(status);
    if (uptime === undefined) return unknown('PVE does not report how long the VM has been running');
    if (uptime <= week || key === null) return pass;
    const drives = disks(facts.config).filter(({ kind }) => kind === 'cloudinit');
    return fail([
      ...drives.map((drive) => configEvidence(facts, drive.key, 'no cloud-init drive after the first boot')),
      configEvidence(facts, key, 'not set', key === 'cipassword' ? '(a password is set)' : undefined),
    ]);
  },
});

export const vmSec033 = defineCheck({
  id: 'VM-SEC-033',
  title: 'Cloud-init secrets stay attached',
  scope: 'qemu',
  rule,
  why: 'Every root process in the VM can mount the cloud-init drive and read the password and user data on it.',
  advice:
    'After the first boot remove the cloud-init drive, or at least cipassword. PVE can then no longer change address or host name.',
  effect: 'Pending for IDE and SATA, live for SCSI.',
  references: ['qm-cloud-init.adoc'],
});
