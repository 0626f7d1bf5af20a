import { managementBridge } from '../rules/bridges.ts';
import { defineCheck } from '../check.ts';

export const vmSec010 = defineCheck({
  id: 'VM-SEC-010',
  title: 'Guest sits untagged on the management bridge',
  scope: 'qemu',
  rule: managementBridge,
  why: 'The VM sits on the network by which the nodes are managed: from it one reaches the web interface, SSH and the cluster traffic.',
  advice:
    'Move the interface to a bridge or VLAN for guests. The VM usually needs another address then, so it is never done automatically.',
  effect: 'The link goes down and up; the address usually changes.',
  references: ['HSE9 1.2.2 and design principles', 'pve-network.adoc'],
});
