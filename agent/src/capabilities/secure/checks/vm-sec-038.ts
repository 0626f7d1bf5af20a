import { nodeCpu } from '../cpu.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { fail, na, pass, unknown } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: depends('info', [['confidential'], 'low']),
  needs: ['nodeStatus'],
  applies: ({ profile }) => (profile.confidential ? null : 'The VM is not tagged confidential.'),
  settled: ({ config }) =>
    config.values['amd-sev'] !== undefined || config.values['intel-tdx'] !== undefined ? pass : null,
  evaluate: (facts, { nodeStatus }) => {
    const cpu = nodeCpu(nodeStatus);
    if (!cpu) return unknown('the node does not report its CPU flags');
    const offered = ['sev', 'sev_es', 'sev_snp', 'tdx_host_platform'].filter((flag) => cpu.flags.has(flag));
    if (offered.length === 0) return na("The node's processor offers no memory encryption.");
    return fail([configEvidence(facts, 'amd-sev', 'memory encryption (amd-sev or intel-tdx)')], {
      note: `The processor shows ${offered.join(', ')}; whether the node has it switched on can only be read there.`,
    });
  },
});

export const vmSec038 = defineCheck({
  id: 'VM-SEC-038',
  title: 'Confidential guest without memory encryption',
  scope: 'qemu',
  rule,
  why: 'Whoever is root on the node can read the memory of this confidential VM.',
  advice:
    'As root@pam: amd-sev type=snp with bios=ovmf and q35, or intel-tdx. Live migration, RAM snapshots and PCI passthrough are lost.',
  effect: 'Needs the VM off.',
  references: ['qm.adoc "Memory Encryption"'],
});
