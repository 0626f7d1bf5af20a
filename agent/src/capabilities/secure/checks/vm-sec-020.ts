import { isOn } from '../config-values.ts';
import { deleteKey } from '../edits.ts';
import { configEvidence, read } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass, unknown } from '../verdict.ts';
import { nodeArchitecture } from '../cpu.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('high'),
  needs: [],
  evaluate: (facts) => {
    if (!isOn(facts.config, 'kvm', true)) return fail([configEvidence(facts, 'kvm', '1')]);
    const { arch } = facts.config.values;
    if (arch === undefined) return pass;
    const status = read(facts, 'nodeStatus');
    if (!status.known) return unknown(status.reason);
    const host = nodeArchitecture(status.value);
    if (host === undefined) return unknown("the node's processor architecture is not reported");
    return host === arch ? pass : fail([configEvidence(facts, 'arch', host)]);
  },
  remedy: (facts) =>
    isOn(facts.config, 'kvm', true)
      ? {
          text: 'A guest of another architecture can only be emulated: accept it, or run it on a node of its kind.',
          actions: [],
        }
      : {
          text: 'Return to KVM.',
          actions: [
            deleteKey(facts, 'kvm', {
              label: 'use KVM',
              caution: 'The VM does not start on a node whose processor has virtualization switched off.',
            }),
          ],
        },
});

export const vmSec020 = defineCheck({
  id: 'VM-SEC-020',
  title: 'TCG emulation instead of KVM',
  scope: 'qemu',
  rule,
  why: 'Without KVM the guest runs in an emulator that QEMU itself does not call a security boundary, and very slowly.',
  advice: 'Remove kvm=0. A guest of another processor architecture has to be accepted as such.',
  effect: 'At the next stop and start.',
  references: ['qm.conf option kvm', 'QEMU security policy'],
  exceptions: ['emulated'],
});
