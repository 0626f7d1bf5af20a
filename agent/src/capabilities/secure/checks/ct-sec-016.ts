import { deleteKey } from '../edits.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('medium'),
  needs: [],
  evaluate: (facts) =>
    facts.config.values.cmode === 'shell' ? fail([configEvidence(facts, 'cmode', 'tty')]) : pass,
  remedy: (facts) => ({
    text: 'Let the console ask for a login.',
    actions: [
      deleteKey(facts, 'cmode', {
        label: 'ask for a login at the console',
        caution: 'Without a password for an account in the container its console is of no use.',
      }),
    ],
  }),
});

export const ctSec016 = defineCheck({
  id: 'CT-SEC-016',
  title: 'Console without login',
  scope: 'lxc',
  rule,
  why: 'Everyone who may open the console is root in the container without a password.',
  advice: 'Remove cmode.',
  effect: 'At the next stop and start.',
  references: ['pct.conf cmode'],
});
