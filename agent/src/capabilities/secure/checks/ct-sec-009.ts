import { property } from '../../../pve/config/property.ts';
import type { Severity } from '../../types.ts';
import { isUnprivileged } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always, worst } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const weights: Readonly<Record<string, Severity>> = {
  mknod: 'medium',
  force_rw_sys: 'medium',
  fuse: 'low',
  keyctl: 'low',
};

const rule = defineRule({
  severity: always('medium'),
  needs: [],
  evaluate: (facts) => {
    const features = property(facts.config, 'features')?.entries ?? [];
    const found = features.flatMap(([name, value]): Severity[] => {
      if (name === 'mount') return value === '' ? [] : [isUnprivileged(facts.config) ? 'medium' : 'high'];
      const weight = Object.hasOwn(weights, name) ? weights[name] : undefined;
      return weight !== undefined && value !== '0' ? [weight] : [];
    });
    return found.length === 0
      ? pass
      : fail([configEvidence(facts, 'features', 'only what the container needs')], {
          severity: worst(found),
        });
  },
});

export const ctSec009 = defineCheck({
  id: 'CT-SEC-009',
  title: 'keyctl / mknod / fuse / mount / force_rw_sys features',
  scope: 'lxc',
  rule,
  why: 'Each of these features opens a part of the kernel to the container: device nodes, mounts, key rings, user-space file systems.',
  advice:
    'Remove the features that nothing in the container uses (root@pam). keyctl is needed by Docker in unprivileged containers; mounts of NFS can hang the host.',
  effect: 'At the next stop and start.',
  references: ['pct.conf features'],
});
