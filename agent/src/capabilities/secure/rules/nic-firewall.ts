import { nics } from '../../../pve/config/devices.ts';
import type { Nic } from '../../../pve/config/types.ts';
import { setSubkeys } from '../edits.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { datacenterFirewallOn, guestFirewallOn, letsSomethingIn } from '../firewall-values.ts';
import { defineRule, type Remedy } from '../rule.ts';
import { depends } from '../severity.ts';
import { failIfAny, na } from '../verdict.ts';

const open = (facts: Facts): readonly Nic[] => nics(facts.config).filter(({ firewall }) => !firewall);

export const noNic = (facts: Facts): string | null =>
  nics(facts.config).length === 0 ? 'The guest has no network interface.' : null;

/** VM-SEC-001: a NIC without `firewall=1` is not filtered, whatever the guest's firewall says. */
export const nicFirewall = defineRule({
  severity: depends('medium', [['exposed'], 'high']),
  needs: ['firewallOptions'],
  applies: noNic,
  evaluate: (facts, { firewallOptions }) =>
    datacenterFirewallOn(firewallOptions)
      ? failIfAny(open(facts).map(({ key }) => configEvidence(facts, key, 'firewall=1')))
      : na('The datacenter firewall is off, so no guest is filtered (CL-SEC-001).'),
  remedy: (facts) => attach(facts),
});

/**
 * Where the guest's firewall is on already, attaching a NIC starts filtering at once; without a rule that lets
 * something in it would cut every service, so a person writes the rules first.
 */
function attach(facts: Facts): Remedy {
  const { firewall } = facts.detail;
  if (!firewall.known) {
    return {
      text: `Needs a look first: the guest's firewall could not be read (${firewall.reason}).`,
      actions: [],
    };
  }
  const filters = guestFirewallOn(firewall.value) && firewall.value.options.policy_in !== 'ACCEPT';
  const groups = facts.cluster.securityGroups.known ? facts.cluster.securityGroups.value : {};
  if (filters && !letsSomethingIn(firewall.value, groups)) {
    return {
      text: 'Needs rules: the guest firewall is on and no rule lets anything in, so attaching the interface would cut every service. Add rules for the services first.',
      actions: [],
    };
  }
  const running = facts.guest.status !== 'stopped';
  const caution = [
    running
      ? 'The host side of the interface is reconnected: packets are lost for less than a second; the guest keeps its device.'
      : '',
    filters ? "The guest's firewall rules apply to this interface from then on." : '',
  ]
    .filter((text) => text !== '')
    .join(' ');
  return {
    text: `Attach the interface to the firewall (firewall=1)${filters ? '' : "; nothing is filtered until the guest's firewall is on, too"}.`,
    actions: open(facts).map(({ key }) =>
      setSubkeys(
        facts,
        key,
        { firewall: '1' },
        {
          label: `attach ${key} to the firewall`,
          risk: running ? 'disruptive' : 'safe',
          ...(caution === '' ? {} : { caution }),
        },
      ),
    ),
  };
}
