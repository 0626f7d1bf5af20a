import { combine } from '../combine.ts';
import { broadRule } from '../rules/broad-rule.ts';
import { dropLogging, guestFirewall, inboundPolicy } from '../rules/guest-firewall.ts';
import { nicFirewall } from '../rules/nic-firewall.ts';
import { macFilter, rogueRouter } from '../rules/spoofing.ts';
import { defineCheck } from '../check.ts';

const rule = combine([
  nicFirewall,
  guestFirewall,
  inboundPolicy,
  macFilter,
  rogueRouter,
  broadRule,
  dropLogging,
]);

export const ctSec012 = defineCheck({
  id: 'CT-SEC-012',
  title: 'NIC bypasses firewall / firewall disabled / policies',
  scope: 'lxc',
  rule,
  why: 'What the firewall does for a VM it does for a container: an interface outside it, a firewall that is off or rules that are too wide let everyone in.',
  advice:
    'Write rules for the services of the container, attach its interfaces (firewall=1) and turn its firewall on.',
  effect: 'Attaching re-plugs the interface; the rest is live.',
  references: ['as the VM check'],
  exceptions: ['router'],
});
