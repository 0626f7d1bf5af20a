import { nics } from '../../../pve/config/devices.ts';
import { family, sub } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { failIfAny } from '../verdict.ts';
import { compareVersions } from '../versions.ts';
import { defineCheck } from '../check.ts';

const oldNic = /^(e1000|rtl8139|ne2k_|pcnet|i82|vmxnet3)/;
const oldControllers = ['lsi', 'lsi53c810', 'megasas', 'pvscsi'];

const rule = defineRule({
  severity: always('low'),
  needs: [],
  evaluate: (facts) => {
    const { config } = facts;
    const machine = /^pc-(?:i440fx|q35)-(\d+\.\d+)/.exec(sub(config, 'machine', 'type') ?? '')?.[1];
    // PVE creates the controller only for SCSI disks, and its default for a missing key is lsi.
    const controller = family(config, 'scsi').length > 0 ? (config.values.scsihw ?? 'lsi') : undefined;
    return failIfAny([
      ...nics(config)
        .filter(({ model }) => oldNic.test(model))
        .map(({ key }) => configEvidence(facts, key, 'virtio')),
      ...(controller !== undefined && oldControllers.includes(controller)
        ? [configEvidence(facts, 'scsihw', 'virtio-scsi-single')]
        : []),
      ...(['cirrus', 'vmware'].includes(sub(config, 'vga', 'type') ?? '')
        ? [configEvidence(facts, 'vga', 'std or virtio')]
        : []),
      ...(machine !== undefined && compareVersions(machine, '6.0') < 0
        ? [configEvidence(facts, 'machine', '6.0 or newer')]
        : []),
    ]);
  },
});

export const vmSec042 = defineCheck({
  id: 'VM-SEC-042',
  title: 'Emulated legacy devices increase attack surface',
  scope: 'qemu',
  rule,
  why: 'Emulated old hardware is much code that few look at; most escapes from VMs came through such devices.',
  advice:
    'Change to VirtIO network and SCSI devices, a current machine version and a standard display (see the optimization checks). The guest needs the drivers first.',
  effect: 'At the next stop and start; the network device changes.',
  references: ['qm.adoc (legacy devices kept for compatibility)'],
  exceptions: ['legacy'],
});
