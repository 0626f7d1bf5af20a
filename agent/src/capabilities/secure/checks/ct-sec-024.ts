import { isOn } from '../config-values.ts';
import { deleteKey } from '../edits.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('info'),
  needs: [],
  evaluate: (facts) => (isOn(facts.config, 'debug') ? fail([configEvidence(facts, 'debug', '0')]) : pass),
  remedy: (facts) => ({
    text: 'Turn debug output off.',
    actions: [deleteKey(facts, 'debug', { label: 'turn debug output off' })],
  }),
});

export const ctSec024 = defineCheck({
  id: 'CT-SEC-024',
  title: 'Debug mode left on',
  scope: 'lxc',
  rule,
  why: 'Debug output was meant for one occasion; it fills logs and shows more than it should.',
  advice: 'Remove debug.',
  effect: 'At the next stop and start.',
  references: ['pct.conf'],
});
