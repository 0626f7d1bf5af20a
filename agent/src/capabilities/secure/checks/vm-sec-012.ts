import { duplicateMac } from '../rules/bridges.ts';
import { defineCheck } from '../check.ts';

export const vmSec012 = defineCheck({
  id: 'VM-SEC-012',
  title: 'Duplicate MAC address',
  scope: 'qemu',
  rule: duplicateMac,
  why: 'Two guests with one MAC address in one network take turns in losing their traffic, and one reads what is meant for the other.',
  advice:
    'Let PVE generate a new address for one of the two: remove the address from its net string. The network set-up inside the guest and DHCP reservations may be bound to the old one.',
  effect: 'The interface is re-plugged.',
  references: ['DIAG WG0033'],
});
