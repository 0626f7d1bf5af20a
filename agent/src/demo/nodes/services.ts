import { nodeOf } from '../cluster/node-list.ts';
import { textOrEmpty } from '../params.ts';
import { die } from '../refuse.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { NodeState } from '../state.ts';

/** What systemd calls the units that PVE shows. */
const descriptions: Readonly<Record<string, string>> = {
  chrony: 'chrony, an NTP client/server',
  corosync: 'Corosync Cluster Engine',
  cron: 'Regular background program processing daemon',
  ksmtuned: 'Kernel Samepage Merging (KSM) Tuning Daemon',
  lxcfs: 'FUSE filesystem for LXC',
  postfix: 'Postfix Mail Transport Agent (main/default instance)',
  'proxmox-firewall': 'Proxmox nftables firewall',
  'pve-cluster': 'The Proxmox VE cluster filesystem',
  'pve-firewall': 'Proxmox VE firewall',
  'pve-ha-crm': 'PVE Cluster HA Resource Manager Daemon',
  'pve-ha-lrm': 'PVE Local HA Resource Manager Daemon',
  'pve-lxc-syscalld': 'Proxmox VE LXC Syscall Daemon',
  pvedaemon: 'PVE API Daemon',
  'pvefw-logger': 'Proxmox VE firewall logger',
  pveproxy: 'PVE API Proxy Server',
  pvescheduler: 'Proxmox VE scheduler',
  pvestatd: 'PVE Status Daemon',
  qmeventd: 'PVE Qemu Event Daemon',
  spiceproxy: 'PVE SPICE Proxy Server',
  sshd: 'OpenBSD Secure Shell server',
  syslog: 'syslog.service',
  'systemd-journald': 'Journal Service',
  'systemd-timesyncd': 'systemd-timesyncd.service',
};

const essential = ['pveproxy', 'pvedaemon', 'pve-cluster'];

const row = (node: NodeState, service: string): Record<string, unknown> => {
  const state = node.services[service];
  return {
    service,
    name: service,
    desc: descriptions[service] ?? service,
    state: state === 'running' ? 'running' : 'dead',
    'active-state': state === 'running' ? 'active' : 'inactive',
    'unit-state': state === undefined ? 'not-found' : 'enabled',
  };
};

const list = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  return Object.keys(descriptions).map((service) => row(node, service));
};

const state = (context: DemoContext): unknown => row(nodeOf(context), textOrEmpty(context.params, 'service'));

type Action = 'start' | 'stop' | 'restart' | 'reload';

const act =
  (action: Action) =>
  (context: DemoContext): unknown => {
    const node = nodeOf(context);
    const service = textOrEmpty(context.params, 'service');
    const work = (): void => {
      if (action === 'stop' && essential.includes(service)) {
        die(`invalid service cmd '${service} stop': refusing to stop essential service!`);
      }
      if (node.services[service] === undefined) {
        die(`command 'systemctl ${action} ${service}' failed: exit code 5`);
      }
      if (action === 'reload' && node.services[service] !== 'running') {
        die(`command 'systemctl reload ${service}' failed: exit code 1`);
      }
      node.services[service] = action === 'stop' ? 'stopped' : 'running';
    };
    return context.startTask({
      node: node.name,
      type: `srv${action}`,
      id: service,
      steps: [{ delayMs: 300, apply: work }],
    });
  };

const actions: readonly Action[] = ['start', 'stop', 'restart', 'reload'];

export const serviceEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/services', handle: list },
  { method: 'GET', path: '/nodes/{node}/services/{service}/state', handle: state },
  ...actions.map((action): DemoEndpoint => ({
    method: 'POST',
    path: `/nodes/{node}/services/{service}/${action}`,
    handle: act(action),
  })),
];
