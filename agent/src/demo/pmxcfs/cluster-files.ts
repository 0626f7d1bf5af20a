import { encodeText } from '../../pve/config/text-encoding.ts';
import type { DemoState, Section } from '../state.ts';
import { oneLine, sectionId, segment } from './text.ts';

/** `corosync.conf`: two links a node, management first. */
export const printCorosync = (state: DemoState): string => {
  const nodes = Object.values(state.nodes).map((node, index) => {
    const storage = node.networks.find((network) => network['vlan-id'] === '50')?.address;
    const second = storage === undefined ? '' : `    ring1_addr: ${oneLine(storage)}\n`;
    return `  node {\n    name: ${segment(node.name)}\n    nodeid: ${index + 1}\n    quorum_votes: 1\n    ring0_addr: ${oneLine(node.ip)}\n${second}  }\n`;
  });
  return (
    'logging {\n  debug: off\n  to_syslog: yes\n}\n\n' +
    `nodelist {\n${nodes.join('')}}\n\n` +
    'quorum {\n  provider: corosync_votequorum\n}\n\n' +
    `totem {\n  cluster_name: ${segment(state.clusterName)}\n  config_version: ${nodes.length}\n` +
    '  interface {\n    linknumber: 0\n  }\n  interface {\n    linknumber: 1\n  }\n' +
    '  ip_version: ipv4-6\n  link_mode: passive\n  secauth: on\n  version: 2\n}\n'
  );
};

/** `datacenter.cfg`: notes as comments, then `key: value` by key. */
export const printDatacenter = ({ description, ...settings }: Section): string => {
  const notes = (description ?? '').split('\n').filter((line) => line !== '');
  const lines = Object.entries(settings)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${sectionId(key)}: ${oneLine(value)}\n`);
  return `${notes.map((note) => `#${encodeText(note)}\n`).join('')}\n${lines.join('')}`;
};

/** `.members`: who is in the cluster, as one node sees it. */
export const printMembers = (state: DemoState, self: string): string => {
  const nodes = Object.values(state.nodes);
  const online = nodes.filter((node) => node.online).length;
  return `${JSON.stringify(
    {
      nodename: self,
      version: nodes.length + 1,
      cluster: {
        name: state.clusterName,
        version: nodes.length,
        nodes: nodes.length,
        quorate: online * 2 > nodes.length ? 1 : 0,
      },
      nodelist: Object.fromEntries(
        nodes.map((node, index) => [node.name, { id: index + 1, online: node.online ? 1 : 0, ip: node.ip }]),
      ),
    },
    null,
    1,
  )}\n`;
};

/** `.vmlist`: which guest is where. */
export const printVmlist = (state: DemoState): string =>
  `${JSON.stringify(
    {
      version: 1,
      ids: Object.fromEntries(
        Object.values(state.guests).map(({ vmid, node, type }, index) => [
          String(vmid),
          { node, type, version: index + 1 },
        ]),
      ),
    },
    null,
    1,
  )}\n`;
