import { nodeOf } from '../cluster/node-list.ts';
import { textOrEmpty, splitList, text } from '../params.ts';
import { refuseParams } from '../refuse.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { Section } from '../state.ts';

const numeric = ['active', 'autostart', 'bridge_vlan_aware', 'exists', 'priority', 'bond_miimon', 'vlan-id'];
const lists = ['families', 'altnames'];

const answer = (section: Section): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(section).map(([key, value]): [string, unknown] => {
      if (numeric.includes(key)) return [key, Number(value)];
      return [key, lists.includes(key) ? splitList(value) : value];
    }),
  );

const isBridge = (type: string | undefined): boolean => type === 'bridge' || type === 'OVSBridge';

/** Bridges are listed only for whom may use or audit them on the zone `localnetwork`. */
const visible =
  ({ caller }: DemoContext) =>
  (section: Section): boolean =>
    !isBridge(section.type) ||
    caller.userid === 'root@pam' ||
    caller.can(`/sdn/zones/localnetwork/${section.iface ?? ''}`, ['SDN.Audit', 'SDN.Use'], {
      any: true,
    });

const ofType =
  (filter: string | undefined) =>
  ({ type = '' }: Section): boolean =>
    filter === undefined ||
    filter === 'include_sdn' ||
    filter === type ||
    (/^any(_local)?_bridge$/.test(filter) && isBridge(type));

const list = (context: DemoContext): unknown =>
  nodeOf(context)
    .networks.filter((section) => section.iface !== 'lo')
    .filter(ofType(text(context.params, 'type')))
    .filter(visible(context))
    .map(answer);

const read = (context: DemoContext): unknown => {
  const iface = textOrEmpty(context.params, 'iface');
  const section =
    nodeOf(context).networks.find((entry) => entry.iface === iface) ??
    refuseParams({ iface: 'interface does not exist' });
  const { iface: name, ...rest } = answer(section);
  return name === undefined ? {} : rest;
};

export const networkEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/network', handle: list },
  { method: 'GET', path: '/nodes/{node}/network/{iface}', handle: read },
];
