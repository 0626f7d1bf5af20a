import { setFirewallOption } from '../edits.ts';
import { firewallEvidence } from '../facts.ts';
import { firewallFlag, holdsPort, ruleText } from '../firewall-values.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { fail, failIfAny, pass } from '../verdict.ts';

/** VM-SEC-005: the guest may send with any MAC address. A missing key means filtered. */
export const macFilter = defineRule({
  severity: depends('medium', [['multi-tenant'], 'high']),
  needs: ['firewall'],
  evaluate: (facts, { firewall }) =>
    firewallFlag(firewall.options, 'macfilter', true)
      ? pass
      : fail([firewallEvidence(facts, firewall, 'macfilter', '1')]),
  remedy: (facts, { firewall }) => ({
    text: 'Return to the default, which drops frames with a foreign MAC address.',
    actions: [
      setFirewallOption(facts, firewall, 'macfilter', null, {
        label: 'filter foreign MAC addresses',
        risk: 'disruptive',
        caution:
          'Guests inside this one, virtual MAC addresses (VRRP, CARP) and macvlan networks stop working.',
      }),
    ],
  }),
});

const dhcpServer = [[67, 67]] as const;

/** VM-SEC-007: the guest may announce itself as a router or answer as a DHCP server. */
export const rogueRouter = defineRule({
  severity: depends('low', [['multi-tenant'], 'medium']),
  needs: ['firewall'],
  evaluate: (facts, { firewall }) => {
    const radv = firewallFlag(firewall.options, 'radv', false)
      ? [firewallEvidence(facts, firewall, 'radv', '0')]
      : [];
    const rules = firewall.rules
      .filter(
        ({ enable, type, action, proto, sport }) =>
          enable &&
          type === 'out' &&
          action === 'ACCEPT' &&
          proto === 'udp' &&
          holdsPort(sport ?? '', dhcpServer),
      )
      .map((rule) => ({
        path: `${facts.path}/firewall/rules`,
        key: ruleText(rule),
        value: ruleText(rule),
        expected: 'no rule that lets the guest send from UDP port 67',
      }));
    const serious = [...radv, ...rules];
    if (serious.length > 0) return fail(serious);
    const ndpOff = !firewallFlag(firewall.options, 'ndp', true);
    return failIfAny(
      ndpOff ? [firewallEvidence(facts, firewall, 'ndp', '1')] : [],
      'info',
      'Neighbour discovery is off, which breaks IPv6.',
    );
  },
  remedy: (facts, { firewall }) =>
    firewallFlag(firewall.options, 'radv', false)
      ? {
          text: 'Return to the default, which drops router advertisements of the guest.',
          actions: [
            setFirewallOption(facts, firewall, 'radv', null, {
              label: 'drop router advertisements of the guest',
              caution: 'If the guest is an IPv6 router, its clients lose their default route.',
              risk: 'disruptive',
            }),
          ],
        }
      : {
          text: 'Remove the rule, or return ndp to its default, if the guest is no DHCP server or router.',
          actions: [],
        },
});
