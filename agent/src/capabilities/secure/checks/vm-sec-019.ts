import { addCpuFlags, cpuFlags, cpuModel, hostFlags } from '../cpu.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, na, pass, unknown } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('low'),
  needs: ['nodeStatus'],
  settled: ({ config }) =>
    ['kvm64', 'kvm32', 'qemu64', 'x86-64-v2'].includes(cpuModel(config)) && !cpuFlags(config).includes('+aes')
      ? null
      : pass,
  evaluate: (facts) => {
    const everywhere = hostFlags(facts);
    if (!everywhere.known) return unknown(everywhere.reason);
    return everywhere.value.has('aes')
      ? fail([configEvidence(facts, 'cpu', 'a model with AES, or flags=+aes')])
      : na('Not every node offers AES.');
  },
  remedy: (facts) => ({
    text: 'Add AES to the virtual CPU; every node offers it.',
    actions: [addCpuFlags(facts, ['aes'], 'offer AES to the guest')],
  }),
});

export const vmSec019 = defineCheck({
  id: 'VM-SEC-019',
  title: 'No AES instructions for a guest that encrypts',
  scope: 'qemu',
  rule,
  why: 'Encryption in the guest is computed in software: slow, and open to timing attacks.',
  advice: 'Add +aes to the CPU flags, or use x86-64-v2-AES.',
  effect: 'At the next stop and start.',
  references: ['qm.adoc "CPU Type"'],
});
