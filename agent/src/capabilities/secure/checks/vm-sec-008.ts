import { broadRule } from '../rules/broad-rule.ts';
import { defineCheck } from '../check.ts';

export const vmSec008 = defineCheck({
  id: 'VM-SEC-008',
  title: 'Over-broad inbound allow rule',
  scope: 'qemu',
  rule: broadRule,
  why: 'A port of administration or of a database is open to everyone who reaches the VM.',
  advice:
    'Give the rule a source, for example an IP set of the management network. Which addresses those are, only a person knows.',
  effect: 'Live.',
  references: ['pve-firewall.adoc', 'DIAG WC0008'],
});
