import { liveNode } from '../rrd/live-node.ts';
import { nodeRrd } from '../rrd/node-rrd.ts';
import type { RrdFunction, RrdTimeframe } from '../rrd/frames.ts';
import { localNode, nodeOf } from '../cluster/node-list.ts';
import { textOrEmpty, text } from '../params.ts';
import { die } from '../refuse.ts';
import { propertyObject } from '../cluster/sections.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { GuestState, NodeState } from '../state.ts';

const KIB = 1024;

/** The build part of a kernel's version line, as Proxmox prints it. */
const kernelBuild = (kernel: string): string => {
  const revision = /-(\d+)-pve$/.exec(kernel)?.[1] ?? '1';
  return `#1 SMP PREEMPT_DYNAMIC PMX ${kernel.replace(/-pve$/, '')} (2026-03-0${revision}T09:12Z)`;
};

const status = (context: DemoContext): unknown => {
  const { state, now } = context;
  const node = nodeOf(context);
  const live = liveNode(state, node, now);
  return {
    uptime: live.uptime,
    idle: 0,
    wait: live.wait,
    cpu: live.cpu,
    loadavg: live.loadavg,
    cpuinfo: {
      cores: node.sockets * node.cores,
      cpus: live.maxcpu,
      flags: node.cpuFlags.join(' '),
      hvm: node.cpuFlags.includes('vmx') || node.cpuFlags.includes('svm') ? '1' : '0',
      mhz: /@ ([\d.]+)GHz/.exec(node.cpuModel)?.[1]
        ? (Number(/@ ([\d.]+)GHz/.exec(node.cpuModel)?.[1]) * 1000).toFixed(3)
        : '2500.000',
      model: node.cpuModel,
      sockets: node.sockets,
      user_hz: 100,
    },
    'current-kernel': {
      machine: 'x86_64',
      release: node.kernel,
      sysname: 'Linux',
      version: kernelBuild(node.kernel),
    },
    kversion: `Linux ${node.kernel} ${kernelBuild(node.kernel)}`,
    'boot-info': { mode: 'efi', secureboot: 0 },
    memory: {
      total: live.maxmem,
      used: live.mem,
      free: live.maxmem - live.mem,
      available: live.memavailable,
    },
    ksm: { shared: node.ksmShared },
    swap: { total: live.swaptotal, used: live.swapused, free: live.swaptotal - live.swapused },
    rootfs: {
      total: live.maxdisk,
      used: live.disk,
      free: live.maxdisk - live.disk,
      // ext4 keeps five percent for root
      avail: Math.max(0, Math.floor((live.maxdisk * 0.95 - live.disk) / KIB) * KIB),
    },
    pveversion: `pve-manager/${node.pveVersion}/${commitOf(node.pveVersion)}`,
  };
};

/** Sixteen hex digits that stand for the source commit of a version. */
const commitOf = (version: string): string =>
  Buffer.from(version.padEnd(8, '0')).toString('hex').slice(0, 16);

const version = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  return {
    version: node.pveVersion,
    release: node.pveVersion.split('.').slice(0, 2).join('.'),
    repoid: commitOf(node.pveVersion),
  };
};

const runningOn = (guests: readonly GuestState[], node: NodeState): GuestState[] =>
  guests.filter((guest) => guest.node === node.name && guest.status !== 'stopped');

/** `POST /nodes/{node}/status`: guests go down with the node; after a reboot it is back with those that start on boot. */
const command = (context: DemoContext): null => {
  const { state, params } = context;
  const node = nodeOf(context);
  const reboot = textOrEmpty(params, 'command') === 'reboot';
  const guests = Object.values(state.guests);
  const stopped = runningOn(guests, node);
  context.startTask({
    node: node.name,
    type: 'stopall',
    id: '',
    steps: [
      ...stopped.map((guest) => ({
        log: `Stopping ${guest.type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} (timeout = 180 seconds)`,
        delayMs: 100,
        apply: () => {
          guest.status = 'stopped';
          guest.startedAt = null;
        },
      })),
      {
        delayMs: 500,
        apply: () => {
          node.online = false;
        },
      },
      ...(reboot
        ? [
            {
              delayMs: 5000,
              apply: () => {
                const back = Math.floor(context.now);
                node.bootedAt = back;
                node.online = true;
                for (const guest of stopped.filter(({ config }) => config.onboot === '1')) {
                  guest.status = 'running';
                  guest.startedAt = back;
                }
              },
            },
          ]
        : []),
    ],
  });
  return null;
};

const wakeOnLan = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  if (node.name === localNode(context.state)) {
    die(`'${node.name}' is local node, cannot wake my self!`);
  }
  const mac = propertyObject(node.config?.wakeonlan ?? '', 'mac').mac;
  if (mac === undefined) return die(`No wake on LAN MAC address defined for '${node.name}'!`);
  node.online = true;
  return String(mac);
};

const rrd = (context: DemoContext): unknown => {
  const { state, params, now } = context;
  // both are enums of PVE's schema, which was checked before
  const timeframe = textOrEmpty(params, 'timeframe') as RrdTimeframe;
  const cf = (text(params, 'cf') ?? 'AVERAGE') as RrdFunction;
  return nodeRrd(state, nodeOf(context), timeframe, cf, now);
};

export const statusEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/status', handle: status },
  { method: 'POST', path: '/nodes/{node}/status', handle: command },
  { method: 'GET', path: '/nodes/{node}/version', handle: version },
  { method: 'GET', path: '/nodes/{node}/rrddata', handle: rrd },
  { method: 'POST', path: '/nodes/{node}/wakeonlan', handle: wakeOnLan },
];
