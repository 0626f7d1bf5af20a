import type { NodeState, Section } from '../state.ts';
import { amdFlags, cascadeLakeFlags, iceLakeFlags } from './cpu-flags.ts';
import { nodeDisks } from './node-disks.ts';
import { nodeNetworks } from './node-networks.ts';
import { installedPackages, KERNEL, pendingUpdates, PVE_VERSION } from './packages.ts';
import type { Random } from './random.ts';

const GIB = 1024 ** 3;
const DAY = 86_400;

interface Hardware {
  readonly cpuModel: string;
  readonly flags: readonly string[];
  readonly sockets: number;
  /** Per socket, without threads. */
  readonly cores: number;
  readonly memoryGib: number;
}

const small: readonly Hardware[] = [
  {
    cpuModel: 'Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz',
    flags: iceLakeFlags,
    sockets: 1,
    cores: 16,
    memoryGib: 128,
  },
  {
    cpuModel: 'Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz',
    flags: iceLakeFlags,
    sockets: 1,
    cores: 16,
    memoryGib: 128,
  },
  {
    cpuModel: 'Intel(R) Xeon(R) Gold 5218 CPU @ 2.30GHz',
    flags: cascadeLakeFlags,
    sockets: 2,
    cores: 16,
    memoryGib: 256,
  },
];

const large: readonly Hardware[] = [
  {
    cpuModel: 'Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz',
    flags: iceLakeFlags,
    sockets: 2,
    cores: 40,
    memoryGib: 2048,
  },
  {
    cpuModel: 'Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz',
    flags: iceLakeFlags,
    sockets: 2,
    cores: 40,
    memoryGib: 2048,
  },
  {
    cpuModel: 'Intel(R) Xeon(R) Platinum 8280 CPU @ 2.70GHz',
    flags: cascadeLakeFlags,
    sockets: 2,
    cores: 28,
    memoryGib: 1536,
  },
  { cpuModel: 'AMD EPYC 9554 64-Core Processor', flags: amdFlags, sockets: 2, cores: 64, memoryGib: 3072 },
];

const services = {
  chrony: 'running',
  corosync: 'running',
  cron: 'running',
  ksmtuned: 'running',
  postfix: 'running',
  'proxmox-firewall': 'running',
  'pve-cluster': 'running',
  'pve-firewall': 'running',
  'pve-ha-crm': 'running',
  'pve-ha-lrm': 'running',
  'pve-lxc-syscalld': 'running',
  pvedaemon: 'running',
  'pvefw-logger': 'running',
  pveproxy: 'running',
  pvescheduler: 'running',
  pvestatd: 'running',
  qmeventd: 'running',
  spiceproxy: 'running',
  sshd: 'running',
  syslog: 'stopped',
  'systemd-journald': 'running',
} as const;

const subscriptionOf = (index: number, sockets: number): Section =>
  index === 2
    ? {
        status: 'notfound',
        message: 'There is no subscription key',
        serverid: 'A1B2C3D4E5F60718293A4B5C6D7E8F90',
      }
    : {
        status: 'active',
        productname: `Proxmox VE Basic Subscription ${sockets} CPU/year`,
        level: 'b',
        key: `pve${sockets}b-demo${String(index).padStart(6, '0')}`,
        sockets: String(sockets),
        serverid: `A1B2C3D4E5F60718293A4B5C6D7E8F9${index}`,
      };

/** Names the nodes of a cluster: `pve1`, `pve2` … */
export const nodeName = (index: number): string => `pve${index + 1}`;

/** The nodes; hardware grows with the number of guests that each one carries. */
export const generateNodes = (
  count: number,
  guestsPerNode: number,
  now: number,
  random: Random,
): Record<string, NodeState> => {
  const nodes: Record<string, NodeState> = {};
  const catalogue = guestsPerNode > 40 ? large : small;
  for (let index = 0; index < count; index += 1) {
    const hardware = catalogue[index % catalogue.length];
    if (hardware === undefined) throw new RangeError('no hardware to pick from');
    const name = nodeName(index);
    const ip = `10.20.0.${11 + index}`;
    const outdated = index % 3 === 2;
    const memory = hardware.memoryGib * GIB - random.between(2_200_000, 2_900_000) * 1024;
    nodes[name] = {
      name,
      ip,
      online: true,
      cpuModel: hardware.cpuModel,
      cpuFlags: [...hardware.flags],
      sockets: hardware.sockets,
      cores: hardware.cores,
      memory,
      swap: 8 * GIB - 4096,
      bootedAt: now - (outdated ? 278 : 143) * DAY - random.between(0, 50_000),
      pveVersion: PVE_VERSION,
      kernel: KERNEL,
      packages: installedPackages(),
      updates: pendingUpdates(),
      networks: nodeNetworks(index, ip, count > 3),
      disks: nodeDisks(index, random),
      services: { ...services },
      firewall: {
        options: index === 2 ? { log_level_in: 'info', tcpflags: '1' } : {},
        rules: [
          { type: 'in', action: 'ACCEPT', enable: '1', macro: 'SSH', source: '+dc/management', log: 'nolog' },
        ],
      },
      ksmShared: outdated ? 3_221_225_472 : 0,
      timezone: 'UTC',
      subscription: subscriptionOf(index, hardware.sockets),
    };
  }
  return nodes;
};
