import { osType } from '../config-values.ts';
import { sub } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('high'),
  needs: [],
  applies: ({ config }) => (osType(config) === 'win11' ? null : 'The OS type needs no TPM.'),
  evaluate: (facts) =>
    sub(facts.config, 'tpmstate0', 'version') === 'v2.0'
      ? pass
      : fail([configEvidence(facts, 'tpmstate0', 'version=v2.0')]),
});

export const vmSec016 = defineCheck({
  id: 'VM-SEC-016',
  title: 'Windows 11/2022+ without TPM 2.0',
  scope: 'qemu',
  rule,
  why: 'Windows 11 and Server 2025 keep keys in a TPM 2.0; without it there is no measured boot and no BitLocker without a password.',
  advice:
    'With the VM off: add tpmstate0 with version=v2.0. The version cannot be changed later, and removing it destroys the keys in it.',
  effect: 'Needs the VM off; removing it again destroys its keys.',
  references: ['qm.adoc "Trusted Platform Module"', 'DIAG WG0011'],
});
