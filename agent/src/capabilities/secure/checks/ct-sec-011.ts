import { disks } from '../../../pve/config/devices.ts';
import { property, subkey } from '../../../pve/config/property.ts';
import type { Severity } from '../../types.ts';
import { family } from '../config-values.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always, worst } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const hostItself = /^\/dev\/(mem|kmem|port|zfs|sd[a-z]+|nvme\d+n\d+|mapper\/.+)$/;
const kernelDoors = /^\/dev\/(kvm|fuse|dri\/.+|net\/tun)$/;

function weight(path: string, limited: boolean): Severity {
  if (hostItself.test(path)) return 'critical';
  if (kernelDoors.test(path)) return 'medium';
  return path.startsWith('/dev/ttyUSB') && !limited ? 'medium' : 'low';
}

function passed({ config }: Facts): readonly { readonly key: string; readonly severity: Severity }[] {
  const devices = family(config, 'dev').map((key) => {
    const value = property(config, key);
    const limited = ['uid', 'gid', 'mode'].some((name) => subkey(value, name) !== undefined);
    return { key, severity: weight(subkey(value, 'path') ?? '', limited) };
  });
  const mounts = disks(config)
    .filter(({ kind }) => kind === 'device')
    .map(({ key, volume }) => ({ key, severity: weight(volume, false) }));
  return [...devices, ...mounts];
}

const rule = defineRule({
  severity: always('medium'),
  needs: [],
  evaluate: (facts) => {
    const found = passed(facts);
    return found.length === 0
      ? pass
      : fail(
          found.map(({ key }) => configEvidence(facts, key, 'not set, or limited to what is needed')),
          { severity: worst(found.map(({ severity }) => severity)) },
        );
  },
});

export const ctSec011 = defineCheck({
  id: 'CT-SEC-011',
  title: 'Device mount or passthrough',
  scope: 'lxc',
  rule,
  why: 'A device of the host is open to the container; through a disk or memory device it reads and writes the host itself.',
  advice: 'Remove the device, or limit it: deny-write=1, mode=0660 and a gid (root@pam).',
  effect: 'At the next stop and start.',
  references: ['pct.conf dev[n]'],
  exceptions: ['passthrough'],
});
