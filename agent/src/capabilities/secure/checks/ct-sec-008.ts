import { isUnprivileged, osType } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { nesting, withoutNesting } from '../rules/nesting.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { hasTag } from '../tags.ts';
import { fail, na, pass, unknown } from '../verdict.ts';
import { defineCheck } from '../check.ts';

/** Their systemd needs nesting to isolate services (pct.adoc "Nesting"). */
const systemd = ['debian', 'ubuntu', 'fedora', 'centos', 'opensuse', 'archlinux', 'nixos', 'openeuler'];

const rule = defineRule({
  severity: always('info'),
  needs: [],
  evaluate: (facts) => {
    if (!isUnprivileged(facts.config)) return na('The container is privileged (CT-SEC-007).');
    const type = osType(facts.config);
    if (!nesting(facts) || systemd.includes(type) || hasTag(facts.guest, 'docker', 'k8s', 'podman'))
      return pass;
    if (!['alpine', 'devuan', 'gentoo'].includes(type)) {
      return unknown(
        `whether a system of type ${JSON.stringify(type)} uses systemd, which needs nesting, is not known`,
      );
    }
    return fail([configEvidence(facts, 'features', 'no nesting')]);
  },
  remedy: (facts) => ({
    text: 'Turn nesting off.',
    actions: [withoutNesting(facts, 'Containers inside this one no longer start.')],
  }),
});

export const ctSec008 = defineCheck({
  id: 'CT-SEC-008',
  title: 'Nesting on an unprivileged container without need',
  scope: 'lxc',
  rule,
  why: 'Nesting shows more of the proc and sys of the host than this container needs.',
  advice: 'Turn nesting off if no container runtime is inside and the system does not use systemd.',
  effect: 'At the next stop and start.',
  references: ['pct.adoc "Nesting"'],
  exceptions: ['nested'],
});
