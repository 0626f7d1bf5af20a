import { deleteKey } from '../edits.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const dangerous = [
  /-netdev\s+user,\S*hostfwd/,
  /-drive\s+\S*file=\/dev/,
  /-(chardev|qmp|monitor|fsdev)\b/,
  /-vnc\s+0\.0\.0\.0/,
  /-device\s+vfio/,
  /-object\s+memory-backend-file/,
];

const rule = defineRule({
  severity: always('high'),
  needs: [],
  evaluate: (facts) => {
    const { args } = facts.config.values;
    if (args === undefined || args.trim() === '') return pass;
    const worse = dangerous.some((pattern) => pattern.test(args));
    return fail([configEvidence(facts, 'args', 'not set')], worse ? { severity: 'critical' } : {});
  },
  remedy: (facts) => ({
    text: 'Remove the raw arguments, after a look at what they are for.',
    actions: [
      deleteKey(facts, 'args', {
        label: 'remove raw QEMU arguments',
        risk: 'disruptive',
        caution: 'What the arguments provided (a device, a firmware setting) is gone at the next start.',
      }),
    ],
  }),
});

export const vmSec021 = defineCheck({
  id: 'VM-SEC-021',
  title: 'Raw QEMU arguments',
  scope: 'qemu',
  rule,
  why: 'Raw arguments go to QEMU past every check of PVE: they can open host devices, files and network ports.',
  advice: 'Replace them by options of PVE (hostpci, cpu flags, smbios1) and delete the key as root@pam.',
  effect: 'At the next stop and start.',
  references: ['qm.conf option args (expert only)'],
  exceptions: ['qemu-args'],
});
