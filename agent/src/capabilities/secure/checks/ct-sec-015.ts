import { flag, property } from '../../../pve/config/property.ts';
import type { Evidence } from '../../types.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { failIfAny } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const runtime = /(^|[^a-z0-9])(docker|podman|k3s|k8s)([^a-z0-9]|$)/i;

function traces(facts: Facts): readonly Evidence[] {
  const features = property(facts.config, 'features');
  if (flag(features, 'nesting') && flag(features, 'keyctl')) {
    return [configEvidence(facts, 'features', 'a VM for container runtimes')];
  }
  const { values } = facts.config;
  return (['tags', 'hostname', 'description'] as const)
    .filter((key) => runtime.test(values[key] ?? ''))
    .map((key) =>
      configEvidence(
        facts,
        key,
        'a VM for container runtimes',
        key === 'description' ? '(names one)' : undefined,
      ),
    );
}

const rule = defineRule({
  severity: depends('medium', [['lab'], 'low']),
  needs: [],
  evaluate: (facts) => failIfAny(traces(facts)),
});

export const ctSec015 = defineCheck({
  id: 'CT-SEC-015',
  title: 'Container runtime inside LXC',
  scope: 'lxc',
  rule,
  why: 'Containers inside a container share the kernel of the host and need its guards loosened; a VM keeps them apart.',
  advice: 'Move the container runtime to a VM.',
  effect: 'Not by a setting.',
  references: ['HSE9 1.2.7', 'pct.adoc'],
  exceptions: ['container-runtime'],
});
