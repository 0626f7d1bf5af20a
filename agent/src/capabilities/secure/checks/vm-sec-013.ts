import { isUefi, osType } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: depends('info', [['confidential'], 'low']),
  needs: [],
  applies: ({ config }) =>
    ['l26', 'win10', 'win11'].includes(osType(config))
      ? null
      : 'Secure Boot is not expected of this OS type.',
  evaluate: (facts) => (isUefi(facts.config) ? pass : fail([configEvidence(facts, 'bios', 'ovmf')])),
});

export const vmSec013 = defineCheck({
  id: 'VM-SEC-013',
  title: 'Legacy BIOS guest without secure boot',
  scope: 'qemu',
  rule,
  why: 'Without UEFI nothing checks what boots: a changed boot loader stays unnoticed.',
  advice:
    'Use UEFI with Secure Boot for new VMs. Never switched on an installed system: it would no longer boot.',
  effect: 'Needs the VM off and its disk converted; not undone by a setting.',
  references: ['qm.adoc "BIOS and UEFI"'],
});
