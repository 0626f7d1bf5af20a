import { combine } from '../combine.ts';
import { duplicateMac, everyVlan, managementBridge } from '../rules/bridges.ts';
import { defineCheck } from '../check.ts';

const rule = combine([managementBridge, everyVlan, duplicateMac]);

export const ctSec014 = defineCheck({
  id: 'CT-SEC-014',
  title: 'VLAN / management bridge / duplicate MAC',
  scope: 'lxc',
  rule,
  why: 'The container sits on the management network, sees VLANs that are not its own, or shares a MAC address with another guest.',
  advice:
    'Give the interface the tag of its VLAN or another bridge, or a new MAC address. It usually needs another address then, so it is never done automatically.',
  effect: 'The link goes down and up; the address usually changes.',
  references: ['as the VM check'],
  exceptions: ['router'],
});
