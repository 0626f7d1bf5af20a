import ipaddr from 'ipaddr.js';
import { nics } from '../../../pve/config/devices.ts';
import type { Nic } from '../../../pve/config/types.ts';
import { pvePath, slashed } from '../../../pve/path.ts';
import type { GuestFirewall } from '../../../pve/inventory/types.ts';
import type { CallAction } from '../action.ts';
import { sub } from '../config-values.ts';
import { setFirewallOption } from '../edits.ts';
import { firewallEvidence, type Facts } from '../facts.ts';
import { firewallFlag, guestFirewallOn } from '../firewall-values.ts';
import { guestLabel } from '../label.ts';
import { defineRule, type Remedy } from '../rule.ts';
import { depends } from '../severity.ts';
import { fail, na, pass } from '../verdict.ts';

const filtered = (facts: Facts): readonly Nic[] => nics(facts.config).filter(({ firewall }) => firewall);
const setName = ({ index }: Nic): string => `ipfilter-net${index}`;
const withoutSet = (facts: Facts, { ipsets }: GuestFirewall): readonly Nic[] =>
  filtered(facts).filter((nic) => !ipsets.includes(setName(nic)));

/** VM-SEC-006: the guest may send from any IP address. */
export const vmIpFilter = defineRule({
  severity: depends('low', [['multi-tenant', 'dmz'], 'medium']),
  needs: ['firewall'],
  evaluate: (facts, { firewall }) => {
    if (!guestFirewallOn(firewall)) return na('The guest firewall is off (VM-SEC-002).');
    if (filtered(facts).length === 0) return na('No network interface is attached to the firewall.');
    if (firewallFlag(firewall.options, 'ipfilter', false) || withoutSet(facts, firewall).length === 0)
      return pass;
    return fail([firewallEvidence(facts, firewall, 'ipfilter', '1 with an IP set per interface')]);
  },
  remedy: (facts, { firewall }) => planSets(facts, firewall, withoutSet(facts, firewall)),
});

/** CT-SEC-013: as VM-SEC-006; PVE adds the static addresses of a container's NIC by itself. */
export const containerIpFilter = defineRule({
  severity: depends('low', [['multi-tenant'], 'medium']),
  needs: ['firewall'],
  evaluate: (facts, { firewall }) => {
    if (!guestFirewallOn(firewall)) return na('The guest firewall is off (CT-SEC-012).');
    if (filtered(facts).length === 0) return na('No network interface is attached to the firewall.');
    return firewallFlag(firewall.options, 'ipfilter', false)
      ? pass
      : fail([firewallEvidence(facts, firewall, 'ipfilter', '1')]);
  },
  remedy: (facts, { firewall }) => {
    const dynamic = withoutSet(facts, firewall).filter(
      ({ ip, ip6 }) => !isStatic(ip) || (ip6 !== undefined && !isStatic(ip6)),
    );
    if (dynamic.length > 0) return planSets(facts, firewall, dynamic);
    return {
      text: 'Turn the IP filter on; PVE allows the static addresses of the interfaces by itself.',
      actions: [enable(facts, firewall)],
    };
  },
});

const isStatic = (address: string | undefined): boolean =>
  address !== undefined && /^[0-9a-f.:]+\/\d+$/i.test(address);

const enable = (facts: Facts, firewall: GuestFirewall) =>
  setFirewallOption(facts, firewall, 'ipfilter', '1', {
    label: 'drop packets with a foreign source address',
    risk: 'disruptive',
    caution:
      'Traffic from any address that is not listed is dropped: further addresses, virtual ones, containers inside.',
  });

/** Addresses of a NIC from the guest agent and from cloud-init, without loopback and link-local ones. */
function addressesOf(facts: Facts, { mac, index, ip, ip6 }: Nic): readonly string[] {
  const { addresses } = facts.detail;
  const reported = addresses.known && mac !== undefined ? (addresses.value[mac] ?? []) : [];
  const given =
    facts.guest.type === 'lxc'
      ? [ip ?? '', ip6 ?? '']
      : ['ip', 'ip6'].flatMap((name) => sub(facts.config, `ipconfig${index}`, name) ?? []);
  const usable = [...reported, ...given].flatMap((text) => {
    const bare = text.split('/')[0] ?? '';
    if (!ipaddr.isValid(bare)) return [];
    const address = ipaddr.parse(bare);
    return ['loopback', 'linkLocal', 'unspecified', 'multicast'].includes(address.range())
      ? []
      : [address.toString()];
  });
  return [...new Set(usable)].sort();
}

/** PVE's implicit set holds only the link-local address, so every address has to be listed before. */
function planSets(facts: Facts, firewall: GuestFirewall, missing: readonly Nic[]): Remedy {
  const known = missing.map((nic) => ({ nic, addresses: addressesOf(facts, nic) }));
  const blind = known.filter(({ addresses }) => addresses.length === 0).map(({ nic }) => nic.key);
  if (blind.length > 0) {
    return {
      text: `Needs the addresses first: those of ${blind.join(', ')} are not known (not reported by the guest, not set statically), and filtering without them drops all IPv4 traffic.`,
      actions: [],
    };
  }
  return {
    text: `List the known addresses (${known.map(({ nic, addresses }) => `${nic.key}: ${addresses.join(', ')}`).join('; ')}), then turn the IP filter on.`,
    actions: [
      ...known.flatMap(({ nic, addresses }) => ipSet(facts, nic, addresses)),
      enable(facts, firewall),
    ],
  };
}

/**
 * A set named `ipfilter-netN` filters from the moment it exists, even while empty. So it is filled under another name
 * and renamed when complete.
 */
function ipSet(facts: Facts, nic: Nic, addresses: readonly string[]): readonly CallAction[] {
  const { node, vmid, type } = facts.guest;
  const sets = pvePath`/nodes/${node}/${type}/${vmid}/firewall/ipset`;
  const draft = `draft-${setName(nic)}`;
  const label = guestLabel(facts.guest);
  const action = (
    title: string,
    call: CallAction['call'],
    inverse: CallAction['call'],
    caution?: string,
  ): CallAction => ({
    kind: 'call',
    object: facts.object,
    title: `${label}: ${title}`,
    call,
    read: null,
    changes: [],
    effect: 'live',
    risk: caution === undefined ? 'safe' : 'disruptive',
    inverse,
    irreversible: null,
    caution: caution ?? null,
  });
  return [
    action(
      `prepare the address list of ${nic.key}`,
      {
        method: 'POST',
        path: sets,
        params: { name: draft, comment: 'Addresses of this interface (VM-SEC-006)' },
      },
      { method: 'DELETE', path: `${sets}/${draft}`, params: {} },
    ),
    ...addresses.map((cidr) =>
      action(
        `list ${cidr} for ${nic.key}`,
        { method: 'POST', path: `${sets}/${draft}`, params: { cidr } },
        {
          method: 'DELETE',
          path: pvePath`/nodes/${node}/${type}/${vmid}/firewall/ipset/${draft}/${slashed(cidr)}`,
          params: {},
        },
      ),
    ),
    action(
      `put the address list of ${nic.key} in force`,
      { method: 'POST', path: sets, params: { name: setName(nic), rename: draft } },
      { method: 'POST', path: sets, params: { name: draft, rename: setName(nic) } },
      'From here on only the listed addresses may send through this interface.',
    ),
  ];
}
