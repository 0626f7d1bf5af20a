import { kernelGuards } from '../rules/raw-guards.ts';
import { defineCheck } from '../check.ts';

export const ctSec003 = defineCheck({
  id: 'CT-SEC-003',
  title: 'Dropped capability/seccomp/device guards',
  scope: 'lxc',
  rule: kernelGuards,
  why: 'Capabilities, the system-call filter or the device rules that hold a container back have been taken away.',
  advice:
    'Remove the raw line; pass a single device by dev[n]. Root edits /etc/pve/lxc/VMID.conf on the node; the API cannot write raw lines. Takes hold at the next stop and start.',
  effect: 'Needs the container stopped.',
  references: ['pct.adoc security', 'lxc.container.conf'],
});
