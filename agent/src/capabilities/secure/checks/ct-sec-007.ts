import { isUnprivileged } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { nesting, withoutNesting } from '../rules/nesting.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, na, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('critical'),
  needs: [],
  evaluate: (facts) => {
    if (isUnprivileged(facts.config)) return na('The container is unprivileged (CT-SEC-008).');
    return nesting(facts) ? fail([configEvidence(facts, 'features', 'no nesting')]) : pass;
  },
  remedy: (facts) => ({
    text: 'Turn nesting off.',
    actions: [
      withoutNesting(
        facts,
        'Services of systemd that ask for isolation, and containers inside, no longer start.',
      ),
    ],
  }),
});

export const ctSec007 = defineCheck({
  id: 'CT-SEC-007',
  title: 'Nesting on a privileged container',
  scope: 'lxc',
  rule,
  why: 'Nesting shows the proc and sys of the host to a root that is root of the host: a known way out.',
  advice: 'Turn nesting off as root@pam, or make the container unprivileged (CT-SEC-001).',
  effect: 'At the next stop and start.',
  references: ['pct.conf option features'],
});
