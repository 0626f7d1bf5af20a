import { parseProperty, subkey } from '../../pve/config/property.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { guestRrd } from '../rrd/guest-rrd.ts';
import { liveGuest } from '../rrd/live-guest.ts';
import type { DemoState, GuestState } from '../state.ts';
import { agentEnabled } from './agent.ts';
import { bothTypes, guestEndpoint, guestTypes, haResource, isRunning, isTemplate } from './lookup.ts';
import { flag, textOrEmpty } from '../params.ts';

const mib = 2 ** 20;
const machineOf = ({ config }: GuestState, version: string): string => {
  const machine =
    config.machine === undefined
      ? 'pc'
      : (subkey(parseProperty('qemu', 'machine', config.machine), 'type') ?? 'pc');
  if (/-\d/.test(machine)) return machine;
  const minor = version.split('.').slice(0, 2).join('.');
  return `pc-${machine === 'q35' ? 'q35' : 'i440fx'}-${minor}+pve0`;
};

/** Numbers and names that PVE reports for every guest, whether or not it runs. */
function commonStatus(state: DemoState, guest: GuestState, now: number): Record<string, unknown> {
  const { config, type, vmid, status } = guest;
  const live = liveGuest(state, guest, now);
  return {
    vmid,
    name: type === 'qemu' ? (config.name ?? `VM ${vmid}`) : (config.hostname ?? `CT${vmid}`),
    status: isRunning(guest) ? 'running' : 'stopped',
    ...live,
    ...(type === 'qemu' && { disk: 0 }),
    ...(isRunning(guest) && { pid: 100_000 + vmid }),
    ...(isTemplate(guest) && { template: 1 }),
    ...(config.lock !== undefined && { lock: config.lock }),
    ...(config.tags !== undefined && { tags: config.tags }),
    ...(type === 'lxc' && { type: 'lxc' }),
    ...(type === 'qemu' && Object.keys(config).some((key) => /^serial\d+$/.test(key)) && { serial: 1 }),
    ...(type === 'qemu' && { qmpstatus: status }),
  };
}

/** What only the running QEMU process knows: `full=1` of the list, and `status/current`. */
function processStatus(state: DemoState, guest: GuestState): Record<string, unknown> {
  const { config, node, status } = guest;
  if (guest.type !== 'qemu' || !isRunning(guest)) return {};
  const installed = /^\d+\.\d+\.\d+/.exec(state.nodes[node]?.packages['pve-qemu-kvm'] ?? '')?.[0];
  const version = guest.runningQemu ?? installed ?? 'unknown';
  return {
    qmpstatus: status,
    'running-qemu': version,
    'running-machine': machineOf(guest, version),
    ...(Number(config.balloon ?? 0) > 0 && {
      balloon_min: Number(config.balloon) * mib,
      shares: Number(config.shares ?? 1000),
    }),
  };
}

function list(context: DemoContext, type: GuestState['type']): Record<string, unknown>[] {
  const { state, caller, params, now } = context;
  const node = textOrEmpty(params, 'node');
  return Object.values(state.guests)
    .filter((guest) => guest.type === type && guest.node === node)
    .filter(({ vmid }) => caller.can(`/vms/${vmid}`, ['VM.Audit']))
    .map((guest) => {
      const row = commonStatus(state, guest, now);
      if (flag(params, 'full')) return { ...row, ...processStatus(state, guest) };
      // Without `full` PVE asks no QEMU process, so these are not known.
      for (const key of ['qmpstatus', 'balloon', 'freemem']) Reflect.deleteProperty(row, key);
      return row;
    });
}

function haStatus(state: DemoState, guest: GuestState): Record<string, unknown> {
  const id = haResource(state, guest);
  if (id === undefined) return { managed: 0 };
  const resource = state.haResources[id];
  return {
    managed: 1,
    state: resource?.state ?? 'started',
    ...(resource?.group !== undefined && { group: resource.group }),
  };
}

function display({ config }: GuestState): Record<string, unknown> {
  if (config.vga === undefined) return {};
  const vga = parseProperty('qemu', 'vga', config.vga);
  const clipboard = subkey(vga, 'clipboard');
  return {
    ...(/^(?:virtio|qxl)/.test(subkey(vga, 'type') ?? '') && { spice: 1 }),
    ...(clipboard !== undefined && { clipboard }),
  };
}

function current({ state, now }: DemoContext, guest: GuestState): Record<string, unknown> {
  return {
    ...commonStatus(state, guest, now),
    ...processStatus(state, guest),
    ha: haStatus(state, guest),
    ...(guest.type === 'qemu' && display(guest)),
    ...(guest.type === 'qemu' && agentEnabled(guest) && { agent: 1 }),
  };
}

const subdirectories = {
  qemu: ['current', 'start', 'stop', 'reset', 'shutdown', 'suspend', 'reboot'],
  lxc: ['current', 'start', 'stop', 'shutdown', 'reboot', 'migrate'],
} as const;

const rrdTimeframes = ['hour', 'day', 'week', 'month', 'year'] as const;

/** Lists, live state and history of guests. */
export const liveEndpoints: readonly DemoEndpoint[] = [
  ...guestTypes.map((type): DemoEndpoint => ({
    method: 'GET',
    path: `/nodes/{node}/${type}`,
    handle: (context) => list(context, type),
  })),
  ...guestTypes.map((type) =>
    guestEndpoint(type, 'GET', '/status', () => subdirectories[type].map((subdir) => ({ subdir }))),
  ),
  ...bothTypes('GET', '/status/current', current),
  ...bothTypes('GET', '/rrddata', ({ state, params, now }, guest) => {
    const timeframe = rrdTimeframes.find((name) => name === params.timeframe) ?? 'hour';
    return guestRrd(state, guest, timeframe, params.cf === 'MAX' ? 'MAX' : 'AVERAGE', now);
  }),
];
