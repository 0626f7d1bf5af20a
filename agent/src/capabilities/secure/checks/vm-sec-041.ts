import { randomUUID } from 'node:crypto';
import { isWindows } from '../config-values.ts';
import { setKey } from '../edits.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { hasTag } from '../tags.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('low'),
  needs: [],
  evaluate: (facts) => {
    if (facts.config.values.vmgenid !== '0') return pass;
    const directory = isWindows(facts.config) && hasTag(facts.guest, 'dc', 'domain-controller', 'ad');
    return fail(
      [configEvidence(facts, 'vmgenid', 'a generated id')],
      directory ? { severity: 'medium' } : {},
    );
  },
  remedy: (facts) => ({
    text: 'Give the VM a generation id.',
    actions: [setKey(facts, 'vmgenid', randomUUID(), { label: 'give the VM a generation id' })],
  }),
});

export const vmSec041 = defineCheck({
  id: 'VM-SEC-041',
  title: 'VM generation id disabled',
  scope: 'qemu',
  rule,
  why: 'After a rollback or a clone the guest does not notice that it went back in time: directory servers lose consistency, random numbers repeat.',
  advice: 'Set vmgenid=1 as root@pam; PVE generates the id.',
  effect: 'At the next stop and start.',
  references: ['qm.conf vmgenid'],
});
