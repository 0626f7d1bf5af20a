import { cpuFlags, cpuModel } from '../cpu.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { hasTag } from '../tags.ts';
import { pass, unknown } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: depends('low', [['multi-tenant'], 'medium']),
  needs: [],
  evaluate: ({ config, guest }) => {
    const flags = cpuFlags(config);
    const passedOn = ['host', 'max'].includes(cpuModel(config)) || flags.includes('+nested-virt');
    if (!passedOn || flags.includes('-nested-virt') || hasTag(guest, 'nested')) return pass;
    return unknown(
      'the virtual CPU passes virtualization on; whether the node allows nesting (kvm module parameter "nested") can only be read on the node itself',
    );
  },
});

export const vmSec018 = defineCheck({
  id: 'VM-SEC-018',
  title: 'Nested virtualization exposed',
  scope: 'qemu',
  rule,
  why: 'The VM may run VMs of its own: a far larger part of the host kernel is reachable from it.',
  advice:
    'Add -nested-virt to the CPU flags if nothing in the guest needs it; Windows VBS, WSL2 and Docker Desktop do.',
  effect: 'At the next stop and start.',
  references: ['qm.adoc CPU flags', 'generated/qm.conf.5-opts'],
  exceptions: ['nested'],
});
