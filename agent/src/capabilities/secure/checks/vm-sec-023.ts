import { family, sub } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass, unknown } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('medium'),
  needs: [],
  evaluate: (facts) => {
    const devices = family(facts.config, 'hostpci');
    const raw = devices.filter(
      (key) =>
        sub(facts.config, key, 'mapping') === undefined || sub(facts.config, key, 'romfile') !== undefined,
    );
    if (raw.length > 0)
      return fail(raw.map((key) => configEvidence(facts, key, 'mapping=… without romfile')));
    return devices.length === 0
      ? pass
      : unknown(
          'all devices are mapped; whether one IOMMU group is split over several guests is not read by this release',
        );
  },
});

export const vmSec023 = defineCheck({
  id: 'VM-SEC-023',
  title: 'Raw PCI passthrough',
  scope: 'qemu',
  rule,
  why: 'A passed-through device reads and writes memory by itself; a raw address binds the VM to one node and to root.',
  advice:
    'Create a resource mapping (POST /cluster/mapping/pci) and use mapping= instead of host=; drop romfile.',
  effect: 'Needs the VM off.',
  references: ['qm-pci-passthrough.adoc', 'DIAG WG0012'],
  exceptions: ['passthrough'],
});
