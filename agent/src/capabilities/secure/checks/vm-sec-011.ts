import { everyVlan } from '../rules/bridges.ts';
import { defineCheck } from '../check.ts';

export const vmSec011 = defineCheck({
  id: 'VM-SEC-011',
  title: 'NIC on VLAN-aware bridge receives every VLAN',
  scope: 'qemu',
  rule: everyVlan,
  why: 'The interface receives the tagged traffic of every VLAN of the bridge, so the VM can join any of them.',
  advice:
    'Give the interface the tag of its VLAN, or trunks= with the few that it needs. For a VM on the native VLAN tag=1 is right while the default VLAN id is 1.',
  effect: 'The link goes down and up.',
  references: ['pve-common Network.pm bridge_add_interface', 'DIAG WN0037 disagrees'],
  exceptions: ['router'],
});
