import { family, sub } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { failIfAny } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('low'),
  needs: [],
  evaluate: (facts) => {
    const { config } = facts;
    const usb = family(config, 'usb').filter((key) => {
      const host = sub(config, key, 'host');
      return host !== undefined && host.toLowerCase() !== 'spice';
    });
    const serial = family(config, 'serial').filter((key) => config.values[key]?.startsWith('/dev/') === true);
    const found = [...usb, ...serial, ...family(config, 'parallel')];
    return failIfAny(found.map((key) => configEvidence(facts, key, 'a mapping, or not set')));
  },
});

export const vmSec024 = defineCheck({
  id: 'VM-SEC-024',
  title: 'Raw USB / host serial / parallel passthrough',
  scope: 'qemu',
  rule,
  why: 'A device of the host is opened by its address: the VM is bound to the node, and only root may change it.',
  advice:
    'Create a resource mapping for the USB device and use mapping=; remove serial or parallel ports of the host that nothing needs.',
  effect: 'USB is re-plugged; serial and parallel ports need the VM off.',
  references: ['qm.adoc USB', 'mappings'],
  exceptions: ['home-assistant', 'homeassistant', 'passthrough'],
});
