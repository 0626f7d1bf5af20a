import { nics } from '../../../pve/config/devices.ts';
import type { GuestFirewall } from '../../../pve/inventory/types.ts';
import { setFirewallOption } from '../edits.ts';
import { firewallEvidence, type Facts } from '../facts.ts';
import { datacenterFirewallOn, expandRules, guestFirewallOn, letsSomethingIn } from '../firewall-values.ts';
import { defineRule, type Remedy } from '../rule.ts';
import { always, depends } from '../severity.ts';
import { fail, na, pass } from '../verdict.ts';
import { noNic } from './nic-firewall.ts';

const needsRules: Remedy = {
  text: 'Needs rules: no enabled rule lets anything in, and the default inbound policy is DROP, so this would cut every service of the guest. First add rules for the services that it offers (their ports cannot be known from the configuration), then ask again.',
  actions: [],
};

const groupsOf = (facts: Facts) =>
  facts.cluster.securityGroups.known ? facts.cluster.securityGroups.value : {};

/** VM-SEC-002: NICs are attached to a firewall that is off. */
export const guestFirewall = defineRule({
  severity: always('high'),
  needs: ['firewall', 'firewallOptions'],
  applies: noNic,
  evaluate: (facts, { firewall, firewallOptions }) => {
    if (!datacenterFirewallOn(firewallOptions)) {
      return na('The datacenter firewall is off, so no guest is filtered (CL-SEC-001).');
    }
    if (!nics(facts.config).some((nic) => nic.firewall)) {
      return na('No network interface is attached to the firewall yet (VM-SEC-001, CT-SEC-012).');
    }
    return guestFirewallOn(firewall) ? pass : fail([firewallEvidence(facts, firewall, 'enable', '1')]);
  },
  remedy: (facts, { firewall }) => {
    const accepts = firewall.options.policy_in === 'ACCEPT';
    if (!accepts && !letsSomethingIn(firewall, groupsOf(facts))) return needsRules;
    return {
      text: 'Turn the guest firewall on with the rules that exist.',
      actions: [
        setFirewallOption(facts, firewall, 'enable', '1', {
          label: 'turn the guest firewall on',
          risk: 'disruptive',
          caution: accepts
            ? 'The inbound policy is ACCEPT, so only the rules that drop or reject take effect.'
            : 'New connections that no rule allows are dropped within about ten seconds; established ones survive.',
        }),
      ],
    };
  },
});

/** VM-SEC-003: whatever no rule forbids comes in. A missing key means DROP. */
export const inboundPolicy = defineRule({
  severity: depends('medium', [['exposed'], 'high']),
  needs: ['firewall'],
  evaluate: (facts, { firewall }) => {
    if (!guestFirewallOn(firewall)) return na('The guest firewall is off (VM-SEC-002, CT-SEC-012).');
    return firewall.options.policy_in === 'ACCEPT'
      ? fail([firewallEvidence(facts, firewall, 'policy_in', 'DROP')])
      : pass;
  },
  remedy: (facts, { firewall }) => {
    if (!letsSomethingIn(firewall, groupsOf(facts))) return needsRules;
    return {
      text: 'Set the inbound policy to DROP; the existing rules decide what comes in.',
      actions: [
        setFirewallOption(facts, firewall, 'policy_in', 'DROP', {
          label: 'drop inbound traffic that no rule allows',
          risk: 'disruptive',
          caution: 'Services that no rule allows become unreachable for new connections.',
        }),
      ],
    };
  },
});

const blocksEgress = (firewall: GuestFirewall, groups: ReturnType<typeof groupsOf>): boolean =>
  expandRules(firewall.rules, groups).some(
    ({ type, action }) => type === 'out' && (action === 'DROP' || action === 'REJECT'),
  );

/** VM-SEC-004: an exposed guest may reach anything. */
export const outboundPolicy = defineRule({
  severity: depends('low', [['dmz', 'confidential'], 'medium']),
  needs: ['firewall', 'securityGroups'],
  applies: ({ profile }) => (profile.exposed ? null : 'The guest carries no exposure tag (dmz, internet).'),
  evaluate: (facts, { firewall, securityGroups }) => {
    if (!guestFirewallOn(firewall)) return na('The guest firewall is off (VM-SEC-002).');
    const policy = firewall.options.policy_out ?? 'ACCEPT';
    if (policy !== 'ACCEPT' || blocksEgress(firewall, securityGroups)) return pass;
    return fail([firewallEvidence(facts, firewall, 'policy_out', 'DROP with an allow-list')]);
  },
});

/** VM-SEC-009: what the firewall drops leaves no trace. */
export const dropLogging = defineRule({
  severity: always('info'),
  needs: ['firewall'],
  evaluate: (facts, { firewall }) => {
    if (!guestFirewallOn(firewall)) return na('The guest firewall is off (VM-SEC-002, CT-SEC-012).');
    const level = firewall.options.log_level_in ?? 'nolog';
    return level === 'nolog' ? fail([firewallEvidence(facts, firewall, 'log_level_in', 'info')]) : pass;
  },
  remedy: (facts, { firewall }) => ({
    text: 'Log dropped inbound packets at level info; the datacenter option log_ratelimit bounds the volume.',
    actions: [
      setFirewallOption(facts, firewall, 'log_level_in', 'info', { label: 'log dropped inbound packets' }),
    ],
  }),
});
