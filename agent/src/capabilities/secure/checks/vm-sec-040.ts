import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass, unknown } from '../verdict.ts';
import { compareVersions } from '../versions.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('medium'),
  needs: ['status', 'packages'],
  applies: ({ guest }) => (guest.status === 'running' ? null : 'The VM does not run.'),
  evaluate: (facts, { status, packages }) => {
    const running = status['running-qemu'];
    const installed = packages['pve-qemu-kvm'];
    if (typeof running !== 'string') return unknown('PVE does not report the QEMU version of the running VM');
    if (installed === undefined) return unknown('the installed version of pve-qemu-kvm is not known');
    const upstream = installed.replace(/^\d+:/, '').split('-')[0] ?? installed;
    if (compareVersions(running, upstream) >= 0) return pass;
    return fail([
      {
        path: `${facts.path}/status/current`,
        key: 'running-qemu',
        value: running,
        expected: `${upstream} (installed)`,
      },
    ]);
  },
});

export const vmSec040 = defineCheck({
  id: 'VM-SEC-040',
  title: 'Runs on an outdated QEMU binary',
  scope: 'qemu',
  rule,
  why: 'The VM still runs in the QEMU process of before the update, with its weaknesses.',
  advice:
    'Migrate it to another node and back, or reboot it through PVE (POST …/status/reboot). A restart from inside the guest keeps the old process.',
  effect: 'Migration: live; otherwise at the next stop and start.',
  references: ['qm.adoc', 'status/current fields'],
});
