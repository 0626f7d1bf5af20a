import { guestOsEnd } from '../rules/eol.ts';
import { defineCheck } from '../check.ts';

export const vmSec036 = defineCheck({
  id: 'VM-SEC-036',
  title: 'End-of-life guest OS',
  scope: 'qemu',
  rule: guestOsEnd,
  why: 'The system in the VM gets no security updates any more; every weakness found since stays open.',
  advice: 'Upgrade the guest. Until then keep it in a VLAN of its own behind the firewall.',
  effect: 'Not by a setting.',
  references: ['DIAG WG0002'],
  exceptions: ['legacy'],
});
