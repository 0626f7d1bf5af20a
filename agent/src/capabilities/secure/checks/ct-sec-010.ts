import { disks } from '../../../pve/config/devices.ts';
import { flag } from '../../../pve/config/property.ts';
import type { Disk } from '../../../pve/config/types.ts';
import type { Severity } from '../../types.ts';
import { isUnprivileged } from '../config-values.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { isUnder } from '../paths.ts';
import { defineRule } from '../rule.ts';
import { always, worst } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

/** Directories from which one reaches the host; what lies in them counts as well. */
const hostOwn = [
  '/etc',
  '/root',
  '/boot',
  '/dev',
  '/proc',
  '/sys',
  '/run',
  '/var/run/docker.sock',
  '/var/lib/vz',
  '/var/lib/pve-cluster',
];

function weight(facts: Facts, { volume, property }: Disk): Severity {
  const path = volume.replace(/(?<=.)\/+$/, '');
  if (path === '/' || path === '/home' || hostOwn.some((directory) => isUnder(path, directory)))
    return 'critical';
  if (flag(property, 'ro')) return 'low';
  return isUnprivileged(facts.config) ? 'medium' : 'high';
}

const rule = defineRule({
  severity: always('medium'),
  needs: [],
  evaluate: (facts) => {
    const binds = disks(facts.config).filter(({ kind }) => kind === 'bind');
    return binds.length === 0
      ? pass
      : fail(
          binds.map(({ key }) => configEvidence(facts, key, 'a volume of a storage')),
          { severity: worst(binds.map((bind) => weight(facts, bind))) },
        );
  },
});

export const ctSec010 = defineCheck({
  id: 'CT-SEC-010',
  title: 'Bind mount of a host path',
  scope: 'lxc',
  rule,
  why: 'The container reads or writes a directory of the host, which also stays out of backups, snapshots and replication.',
  advice:
    'Use a volume of a storage instead, or at least ro=1; keep shared directories under one place such as /mnt/bindmounts. Only root@pam may change a bind mount.',
  effect: 'At the next stop and start.',
  references: ['pct.adoc "Bind Mount Points"'],
  exceptions: ['bindmount'],
});
