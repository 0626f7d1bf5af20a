import { isOn } from '../config-values.ts';
import { setKey } from '../edits.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { fail, pass } from '../verdict.ts';

/** VM-SEC-026: an important guest can be destroyed by one call. */
export const deleteProtection = defineRule({
  severity: depends('low', [['critical'], 'medium']),
  needs: [],
  applies: ({ guest, profile }) =>
    guest.template || profile.criticality === 'prod' || profile.criticality === 'critical'
      ? null
      : 'The guest is neither a template nor marked as production or critical (tag or pool).',
  evaluate: (facts) =>
    isOn(facts.config, 'protection') ? pass : fail([configEvidence(facts, 'protection', '1')]),
  remedy: (facts) => ({
    text: 'Turn the protection flag on. Removing the guest or a disk then needs it turned off first.',
    actions: [
      setKey(facts, 'protection', '1', {
        label: 'protect against removal',
        caution:
          'Tools that remove the guest or its disks (terraform destroy) are refused until it is off again.',
      }),
    ],
  }),
});
