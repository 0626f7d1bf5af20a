import { nodeNames, nodeOf } from '../cluster/node-list.ts';
import { nodeRow } from '../cluster/rows.ts';
import { createGuestLoads } from '../rrd/guest-loads.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';

/** `GET /nodes`: every node, its numbers only for whom may audit it. */
const list = ({ state, caller, now, certificates }: DemoContext): unknown => {
  const loads = createGuestLoads(state);
  return nodeNames(state).flatMap((name) => {
    const node = state.nodes[name];
    if (!node) return [];
    const row = nodeRow(state, node, now, caller.can(`/nodes/${name}`, ['Sys.Audit']), loads);
    return [{ ...row, ...(certificates && { ssl_fingerprint: certificates.fingerprint }) }];
  });
};

const names = [
  'aplinfo',
  'apt',
  'capabilities',
  'ceph',
  'certificates',
  'config',
  'disks',
  'dns',
  'firewall',
  'hardware',
  'hosts',
  'journal',
  'lxc',
  'migrateall',
  'netstat',
  'network',
  'qemu',
  'query-url-metadata',
  'replication',
  'report',
  'rrd',
  'rrddata',
  'scan',
  'sdn',
  'services',
  'spiceshell',
  'startall',
  'status',
  'stopall',
  'storage',
  'subscription',
  'suspendall',
  'syslog',
  'tasks',
  'termproxy',
  'time',
  'version',
  'vncshell',
  'vzdump',
  'wakeonlan',
];

/** A folder of the API: what lies below a path. */
const folder = (path: string, key: string, entries: readonly string[]): DemoEndpoint => ({
  method: 'GET',
  path,
  handle: (context) => {
    nodeOf(context);
    return entries.map((name) => ({ [key]: name }));
  },
});

export const listEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes', handle: list },
  folder('/nodes/{node}', 'name', names),
  folder('/nodes/{node}/apt', 'id', ['changelog', 'repositories', 'update', 'versions']),
  folder('/nodes/{node}/capabilities', 'name', ['qemu']),
  folder('/nodes/{node}/capabilities/qemu', 'name', ['cpu', 'cpu-flags', 'machines', 'migration']),
  folder('/nodes/{node}/certificates', 'name', ['acme', 'custom', 'info']),
  folder('/nodes/{node}/disks', 'name', [
    'list',
    'initgpt',
    'smart',
    'lvm',
    'lvmthin',
    'directory',
    'wipedisk',
    'zfs',
  ]),
  folder('/nodes/{node}/hardware', 'type', ['pci', 'usb']),
  folder('/nodes/{node}/tasks/{upid}', 'name', ['log', 'status']),
  folder('/nodes/{node}/replication/{id}', 'name', ['schedule_now', 'log', 'status']),
  folder('/nodes/{node}/services/{service}', 'subdir', ['state', 'start', 'stop', 'restart', 'reload']),
];
