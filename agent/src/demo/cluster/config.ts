import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState } from '../state.ts';
import { localNode, nodeNames } from './node-list.ts';
import { text } from '../params.ts';
import { DemoHttpError } from '../endpoint.ts';

/** corosync's totem section as a fresh PVE cluster has it. */
const totem = (state: DemoState): Record<string, unknown> => ({
  cluster_name: state.clusterName,
  config_version: String(nodeNames(state).length),
  interface: { '0': { linknumber: '0' } },
  ip_version: 'ipv4-6',
  link_mode: 'passive',
  secauth: 'on',
  version: '2',
});

const nodes = ({ state }: DemoContext): unknown =>
  nodeNames(state).map((name, index) => ({
    node: name,
    name,
    nodeid: String(index + 1),
    quorum_votes: '1',
    ring0_addr: state.nodes[name]?.ip,
  }));

const join = ({ state, params, certificates }: DemoContext): unknown => {
  const preferred = text(params, 'node') ?? localNode(state);
  if (!state.nodes[preferred]) {
    throw new DemoHttpError(500, `Cannot get cluster join info for unknown node '${preferred}'`);
  }
  return {
    config_digest: digestOf(nodeNames(state)),
    nodelist: nodeNames(state).map((name, index) => ({
      name,
      nodeid: String(index + 1),
      pve_addr: state.nodes[name]?.ip,
      ...(certificates && { pve_fp: certificates.fingerprint }),
      quorum_votes: '1',
      ring0_addr: state.nodes[name]?.ip,
    })),
    preferred_node: preferred,
    totem: totem(state),
  };
};

const names = ['nodes', 'totem', 'join', 'qdevice', 'apiversion'];

export const configEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/cluster/config', handle: () => names.map((name) => ({ name })) },
  { method: 'GET', path: '/cluster/config/apiversion', handle: () => 1 },
  { method: 'GET', path: '/cluster/config/join', handle: join },
  { method: 'GET', path: '/cluster/config/nodes', handle: nodes },
  { method: 'GET', path: '/cluster/config/qdevice', handle: () => ({}) },
  { method: 'GET', path: '/cluster/config/totem', handle: ({ state }) => totem(state) },
];
