import { isUnprivileged } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: depends('high', [['exposed'], 'critical']),
  needs: [],
  evaluate: (facts) =>
    isUnprivileged(facts.config) ? pass : fail([configEvidence(facts, 'unprivileged', '1')]),
});

export const ctSec001 = defineCheck({
  id: 'CT-SEC-001',
  title: 'Privileged container',
  scope: 'lxc',
  rule,
  why: 'Root in this container is root of the host: any hole in the kernel or a forgotten device is enough to get out.',
  advice:
    'Back it up, restore it to a new id as unprivileged, test, then swap. Never change the flag in place: file owners would be wrong. Mounts of NFS or CIFS inside and device nodes stop working.',
  effect: 'The container is created anew; only a backup takes it back.',
  references: ['pct.adoc "Unprivileged/Privileged Containers"', 'HSE9 1.2.8', 'DIAG WG0039'],
});
