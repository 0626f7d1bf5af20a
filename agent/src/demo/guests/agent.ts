import { parseProperty, subkey } from '../../pve/config/property.ts';
import type { DemoContext } from '../endpoint.ts';
import type { AgentState, GuestState, Section } from '../state.ts';
import { die } from '../refuse.ts';

const trueText = /^(?:1|on|yes|true)$/i;

/** Whether the VM's configuration switches the guest agent on. */
export const agentEnabled = ({ config }: GuestState): boolean =>
  config.agent !== undefined &&
  trueText.test(subkey(parseProperty('qemu', 'agent', config.agent), 'enabled') ?? '0');

/** What the agent in the guest would answer; PVE's refusals when it is not configured or does not answer. */
export function runningAgent(guest: GuestState): AgentState {
  if (guest.config.agent === undefined) die('No QEMU guest agent configured');
  if (guest.status === 'stopped') die(`VM ${guest.vmid} is not running`);
  if (!guest.agent || guest.status === 'paused' || !agentEnabled(guest)) {
    die('QEMU guest agent is not running');
  }
  return guest.agent;
}

/** What the agent process itself remembers: lost when the demo ends, as in a guest that restarts. */
export interface AgentMemory {
  frozen: boolean;
  nextPid: number;
  readonly results: Map<number, ExecResult>;
}

export interface ExecResult {
  readonly exitcode: number;
  readonly out: string;
}

const memories = new WeakMap<GuestState, AgentMemory>();

export function agentMemory(guest: GuestState): AgentMemory {
  const memory = memories.get(guest) ?? {
    frozen: false,
    nextPid: 2001,
    results: new Map<number, ExecResult>(),
  };
  memories.set(guest, memory);
  return memory;
}

export interface AgentCall {
  readonly context: DemoContext;
  readonly guest: GuestState;
  readonly agent: AgentState;
}

const quoted = (value: string | undefined): string => `"${value ?? ''}"`;

/** Files of the guest that follow from what its agent reports; undefined for all others. */
export function guestFile({ osinfo, hostname }: AgentState, path: string): string | undefined {
  if (osinfo.id === 'mswindows') return undefined;
  if (path === '/etc/hostname') return `${hostname}\n`;
  if (path !== '/etc/os-release') return undefined;
  const fields: Section = {
    PRETTY_NAME: quoted(osinfo['pretty-name']),
    NAME: quoted(osinfo.name),
    VERSION_ID: quoted(osinfo['version-id']),
    VERSION: quoted(osinfo.version),
    ID: osinfo.id ?? 'linux',
  };
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
