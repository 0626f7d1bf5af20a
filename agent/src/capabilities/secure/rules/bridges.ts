import { nics } from '../../../pve/config/devices.ts';
import type { Data, Facts } from '../facts.ts';
import { configEvidence } from '../facts.ts';
import { guestFirewallOn } from '../firewall-values.ts';
import { defineRule } from '../rule.ts';
import { always, depends } from '../severity.ts';
import { fail, pass, unknown } from '../verdict.ts';
import { noNic } from './nic-firewall.ts';

const bare = (cidr: string | undefined): string | undefined => cidr?.split('/')[0];

/** Bridges that carry the address by which the cluster knows the node (catalogue 0.5). */
const managementBridges = (network: Data['network'], ip: string): readonly string[] =>
  network.filter(({ cidr, address }) => bare(cidr) === ip || bare(address) === ip).map(({ iface }) => iface);

/** VM-SEC-010: the guest shares the untagged network on which the nodes are managed. */
export const managementBridge = defineRule({
  severity: always('high'),
  needs: ['network', 'firewall'],
  applies: noNic,
  evaluate: (facts, { network, firewall }) => {
    const ip = facts.inventory.nodes.find(({ name }) => name === facts.guest.node)?.ip;
    if (ip === undefined) return unknown(`the address of node ${facts.guest.node} is not known`);
    const bridges = managementBridges(network, ip);
    const there = nics(facts.config).filter(
      ({ bridge, tag }) => bridge !== undefined && bridges.includes(bridge) && tag === undefined,
    );
    if (there.length === 0) return pass;
    const filtered = guestFirewallOn(firewall) && there.every((nic) => nic.firewall);
    const lab = facts.profile.criticality === 'lab';
    return fail(
      there.map(({ key, bridge }) =>
        configEvidence(facts, key, `another bridge than ${bridge ?? ''}, or a VLAN tag`),
      ),
      { severity: lab ? 'info' : filtered ? 'medium' : 'high' },
    );
  },
});

/** VM-SEC-011: a NIC with neither tag nor trunks on a VLAN-aware bridge receives VLANs 2 to 4094. */
export const everyVlan = defineRule({
  severity: depends('medium', [['multi-tenant', 'dmz'], 'high']),
  needs: ['network'],
  applies: noNic,
  evaluate: (facts, { network }) => {
    const loose = nics(facts.config).filter(({ tag, trunks }) => tag === undefined && trunks === undefined);
    const aware = network.filter(({ vlanAware }) => vlanAware).map(({ iface }) => iface);
    const found = loose.filter(({ bridge }) => bridge !== undefined && aware.includes(bridge));
    if (found.length > 0) return fail(found.map(({ key }) => configEvidence(facts, key, 'tag= or trunks=')));
    const listed = network.map(({ iface }) => iface);
    const strange = loose.find(({ bridge }) => bridge !== undefined && !listed.includes(bridge));
    return strange === undefined
      ? pass
      : unknown(`bridge ${strange.bridge ?? ''} of ${strange.key} is not in the node's network list`);
  },
});

type Index = ReadonlyMap<string, readonly number[]>;
const indexes = new WeakMap<Data['guestNics'], Index>();

const segment = (mac: string, bridge: string | undefined, tag: number | undefined): string =>
  `${mac.toUpperCase()} ${bridge ?? ''} ${tag ?? ''}`;

/** Guests by MAC address within one layer-2 segment; templates do not run and are left out. */
function byMac(guestNics: Data['guestNics']): Index {
  const cached = indexes.get(guestNics);
  if (cached) return cached;
  const index = new Map<string, number[]>();
  for (const { vmid, template, mac, bridge, tag } of guestNics) {
    if (template) continue;
    const key = segment(mac, bridge, tag);
    const vmids = index.get(key);
    if (vmids) vmids.push(vmid);
    else index.set(key, [vmid]);
  }
  indexes.set(guestNics, index);
  return index;
}

const template = ({ guest }: Facts): string | null => (guest.template ? 'A template does not run.' : null);

/** VM-SEC-012: another guest on the same bridge and VLAN has the same MAC address. */
export const duplicateMac = defineRule({
  severity: always('high'),
  needs: ['guestNics'],
  applies: (facts) => template(facts) ?? noNic(facts),
  evaluate: (facts, { guestNics }) => {
    const index = byMac(guestNics);
    const found = nics(facts.config).flatMap(({ key, mac, bridge, tag }) => {
      if (mac === undefined) return [];
      const others = (index.get(segment(mac, bridge, tag)) ?? []).filter((vmid) => vmid !== facts.guest.vmid);
      return others.length > 0
        ? [
            configEvidence(
              facts,
              key,
              `a MAC address that guest ${[...new Set(others)].join(', ')} does not have`,
            ),
          ]
        : [];
    });
    if (found.length > 0) return fail(found);
    // No duplicate among the guests that one may see proves nothing about the others.
    const hidden = facts.inventory.gaps.find(({ what }) => what === 'guests');
    return hidden ? unknown(hidden.reason) : pass;
  },
});
