import { disks } from '../../../pve/config/devices.ts';
import type { Disk } from '../../../pve/config/types.ts';
import { bootOrder } from '../boot.ts';
import { setSubkeys } from '../edits.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, na, pass, unknown } from '../verdict.ts';
import { uptimeOf } from '../uptime.ts';
import { defineCheck } from '../check.ts';

const day = 24 * 3600;

const media = ({ config }: Facts): readonly Disk[] =>
  disks(config).filter(({ kind, volume }) => kind === 'cdrom' && volume !== 'none');

const rule = defineRule({
  severity: always('low'),
  needs: ['status'],
  settled: (facts) => {
    if (media(facts).length === 0) return pass;
    return facts.guest.status === 'running' ? null : na('The VM does not run.');
  },
  evaluate: (facts, { status }) => {
    const uptime = uptimeOf(status);
    if (uptime === undefined) return unknown('PVE does not report how long the VM has been running');
    if (uptime <= day) return pass;
    const first = bootOrder(facts.config)[0];
    return fail(
      media(facts).map(({ key }) => configEvidence(facts, key, 'none,media=cdrom')),
      media(facts).some(({ key }) => key === first) ? { severity: 'medium' } : {},
    );
  },
  remedy: (facts) => {
    if (!disks(facts.config).some(({ kind }) => kind === 'disk')) {
      return {
        text: 'The VM has no disk of its own, so it may be running from this medium: look before ejecting it.',
        actions: [],
      };
    }
    return {
      text: 'Eject the medium; the drive stays.',
      actions: media(facts).map(({ key }) =>
        setSubkeys(
          facts,
          key,
          { file: 'none', size: null },
          { label: `eject the medium of ${key}`, effect: 'live' },
        ),
      ),
    };
  },
});

export const vmSec031 = defineCheck({
  id: 'VM-SEC-031',
  title: 'ISO left in the drive',
  scope: 'qemu',
  rule,
  why: 'Whoever can restart the VM can boot it from the medium and get in past its passwords; an ISO on local storage also blocks migration.',
  advice: 'Eject the medium.',
  effect: 'Live.',
  references: ['DIAG WG0005'],
  exceptions: ['keep-iso'],
});
