import { liveNode } from '../rrd/live-node.ts';
import { nodeOf } from '../cluster/node-list.ts';
import { isShared, storageEnabledOn } from '../cluster/rows.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';

const section = (title: string, lines: readonly string[]): string =>
  [`# ${title}`, '', ...lines, ''].join('\n');

/** `GET /nodes/{node}/report`: the parts of `pvereport` that the demo can tell truthfully. */
const report = (context: DemoContext): string => {
  const { state, now } = context;
  const node = nodeOf(context);
  const live = liveNode(state, node, now);
  const guests = Object.values(state.guests).filter((guest) => guest.node === node.name);
  return [
    '==== general system info ====\n',
    section('hostname', [node.name]),
    section('date -R', [new Date(now * 1000).toUTCString().replace('GMT', '+0000')]),
    section('cat /proc/cmdline', [
      `BOOT_IMAGE=/boot/vmlinuz-${node.kernel} root=/dev/mapper/pve-root ro quiet`,
    ]),
    section(
      'pveversion --verbose',
      Object.entries(node.packages).map(([name, version]) =>
        name === 'proxmox-ve'
          ? `${name}: ${version} (running kernel: ${node.kernel})`
          : `${name}: ${version}`,
      ),
    ),
    section('uptime', [
      `up ${Math.floor(live.uptime / 86_400)} days, load average: ${live.loadavg.join(', ')}`,
    ]),
    section('lscpu', [
      `Model name: ${node.cpuModel}`,
      `Socket(s): ${node.sockets}`,
      `Core(s) per socket: ${node.cores}`,
    ]),
    '==== info about storage ====\n',
    section(
      'cat /etc/pve/storage.cfg',
      Object.entries(state.storages).flatMap(([id, { type = '', ...rest }]) => [
        `${type}: ${id}`,
        ...Object.entries(rest)
          .filter(([key]) => !['password', 'encryption-key', 'shared'].includes(key))
          .map(([key, value]) => `\t${key} ${value}`),
      ]),
    ),
    section(
      'pvesm status',
      Object.entries(state.storages)
        .filter(([, storage]) => storageEnabledOn(storage, node.name))
        .map(([id, storage]) => `${id} ${storage.type ?? ''} active${isShared(storage) ? ' shared' : ''}`),
    ),
    '==== info about virtual guests ====\n',
    section(
      'qm list and pct list',
      guests.map(
        (guest) =>
          `${guest.vmid} ${guest.type} ${guest.config.name ?? guest.config.hostname ?? ''} ${guest.status}`,
      ),
    ),
    '==== info about network ====\n',
    section(
      'cat /etc/network/interfaces',
      node.networks.map(
        (entry) =>
          `iface ${entry.iface ?? ''} inet ${entry.method ?? 'manual'}${entry.cidr ? ` # ${entry.cidr}` : ''}`,
      ),
    ),
  ].join('\n');
};

export const reportEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/report', handle: report },
];
