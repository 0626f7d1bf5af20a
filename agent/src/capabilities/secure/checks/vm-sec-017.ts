import { speculation } from '../rules/speculation.ts';
import { defineCheck } from '../check.ts';

export const vmSec017 = defineCheck({
  id: 'VM-SEC-017',
  title: 'CPU model hides speculative-execution mitigations',
  scope: 'qemu',
  rule: speculation,
  why: 'The virtual CPU hides what the guest kernel needs to protect itself against Spectre and its relatives, although the host has it.',
  advice:
    'Add the flags to the CPU (cpu=MODEL,flags=+spec-ctrl;+ssbd;+md-clear on Intel). Check /sys/devices/system/cpu/vulnerabilities in the guest afterwards.',
  effect: 'At the next stop and start.',
  references: ['qm.adoc "Meltdown / Spectre related CPU flags"', 'DIAG WG0037'],
});
