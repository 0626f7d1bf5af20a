import type { HttpMethod } from '../../pve/types.ts';
import { liveGuest } from '../rrd/live-guest.ts';
import { agentMemory, type AgentCall } from './agent.ts';
import { stopGuest } from './power.ts';

/** One `agent/{name}` without parameters. */
export interface AgentCommand {
  readonly method: HttpMethod;
  /** What QEMU's agent returns for `guest-{name}`. */
  readonly answer: (call: AgentCall) => unknown;
}

const agentVersion = '9.2.0';
const nanoseconds = 1_000_000_000;
const memoryBlock = 128 * 2 ** 20;

function interfaces({ agent, context, guest }: AgentCall): unknown {
  const { netin, netout } = liveGuest(context.state, guest, context.now);
  return agent.interfaces.map(({ name, mac, addresses }) => ({
    name,
    'hardware-address': mac.toLowerCase(),
    'ip-addresses': addresses.map(({ type, address, prefix }) => ({
      'ip-address-type': type,
      'ip-address': address,
      prefix,
    })),
    statistics: {
      'rx-bytes': name === 'lo' ? 0 : netin,
      'tx-bytes': name === 'lo' ? 0 : netout,
      'rx-packets': name === 'lo' ? 0 : Math.floor(netin / 900),
      'tx-packets': name === 'lo' ? 0 : Math.floor(netout / 900),
      'rx-errs': 0,
      'tx-errs': 0,
      'rx-dropped': 0,
      'tx-dropped': 0,
    },
  }));
}

const freeze = ({ agent, guest }: AgentCall, frozen: boolean): number => {
  const memory = agentMemory(guest);
  if (memory.frozen === frozen) return 0;
  memory.frozen = frozen;
  return agent.filesystems.length;
};

const blocks = ({ context, guest }: AgentCall): number =>
  Math.floor(liveGuest(context.state, guest, context.now).maxmem / memoryBlock);

const queries: Readonly<Record<string, AgentCommand>> = {
  info: {
    method: 'GET',
    answer: () => ({
      version: agentVersion,
      supported_commands: [
        ...Object.keys(agentCommands),
        'exec',
        'exec-status',
        'file-open',
        'file-read',
        'file-close',
      ]
        .sort()
        .map((name) => ({ name: `guest-${name}`, enabled: true, 'success-response': true })),
    }),
  },
  'get-osinfo': { method: 'GET', answer: ({ agent }) => agent.osinfo },
  'network-get-interfaces': { method: 'GET', answer: interfaces },
  'get-fsinfo': {
    method: 'GET',
    answer: ({ agent }) =>
      agent.filesystems.map(({ name, mountpoint, type, totalBytes, usedBytes }) => ({
        name,
        mountpoint,
        type,
        'total-bytes': totalBytes,
        'used-bytes': usedBytes,
        disk: [],
      })),
  },
  'get-host-name': { method: 'GET', answer: ({ agent }) => ({ 'host-name': agent.hostname }) },
  'get-users': {
    method: 'GET',
    answer: ({ agent, guest }) =>
      agent.users.map((user) => ({ user, 'login-time': (guest.startedAt ?? 0) + 300 })),
  },
  'get-time': { method: 'GET', answer: ({ context }) => context.now * nanoseconds },
  'get-timezone': { method: 'GET', answer: () => ({ zone: 'UTC', offset: 0 }) },
  'get-vcpus': {
    method: 'GET',
    answer: ({ context, guest }) =>
      Array.from({ length: liveGuest(context.state, guest, context.now).cpus }, (_, index) => ({
        'logical-id': index,
        online: true,
        'can-offline': index > 0,
      })),
  },
  'get-memory-blocks': {
    method: 'GET',
    answer: (call) =>
      Array.from({ length: blocks(call) }, (_, index) => ({
        'phys-index': index,
        online: true,
        'can-offline': true,
      })),
  },
  'get-memory-block-info': { method: 'GET', answer: () => ({ size: memoryBlock }) },
};

/** Agent commands that take no parameters, by name. */
export const agentCommands: Readonly<Record<string, AgentCommand>> = {
  ...queries,
  ping: { method: 'POST', answer: () => ({}) },
  'fsfreeze-status': {
    method: 'POST',
    answer: ({ guest }) => (agentMemory(guest).frozen ? 'frozen' : 'thawed'),
  },
  'fsfreeze-freeze': { method: 'POST', answer: (call) => freeze(call, true) },
  'fsfreeze-thaw': { method: 'POST', answer: (call) => freeze(call, false) },
  fstrim: {
    method: 'POST',
    answer: ({ agent }) => ({
      paths: agent.filesystems.map(({ mountpoint, totalBytes, usedBytes }) => ({
        path: mountpoint,
        minimum: 0,
        trimmed: totalBytes - usedBytes,
      })),
    }),
  },
  shutdown: {
    method: 'POST',
    answer: ({ guest }) => {
      stopGuest(guest);
      return {};
    },
  },
};
