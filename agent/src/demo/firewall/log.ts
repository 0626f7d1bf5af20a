import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { integer, textOrEmpty } from '../params.ts';
import { digestOf } from '../digest.ts';
import type { GuestState } from '../state.ts';
import { guestLevels, nodeLevel } from './levels.ts';

interface LogLine {
  readonly time: number;
  readonly line: string;
}

/** The log of the last day is kept, a dropped packet about every half an hour per guest. */
const keptSeconds = 86_400;
const meanGapSeconds = 1_800;
const defaultLimit = 50;
const probedPorts = [22, 23, 80, 443, 445, 3306, 3389, 5432, 8080];
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A number in [0, 1) that depends on nothing but its inputs, so that the log reads the same on each call. */
const chance = (...parts: readonly (string | number)[]): number =>
  Number.parseInt(digestOf(parts).slice(0, 8), 16) / 2 ** 32;

const two = (value: number): string => String(value).padStart(2, '0');

function stamp(time: number): string {
  const date = new Date(time * 1000);
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()] ?? ''}/${String(date.getUTCFullYear())}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

function droppedPacket(guest: GuestState, slot: number): LogLine {
  const { vmid } = guest;
  const time = slot * meanGapSeconds + Math.floor(chance(vmid, slot, 'time') * meanGapSeconds);
  const port = probedPorts[Math.floor(chance(vmid, slot, 'port') * probedPorts.length)] ?? 22;
  const tap = guest.type === 'qemu' ? `tap${vmid}i0` : `veth${vmid}i0`;
  const source = `203.0.113.${1 + Math.floor(chance(vmid, slot, 'source') * 250)}`;
  const sourcePort = 1024 + Math.floor(chance(vmid, slot, 'sport') * 64_000);
  const policy = guest.firewall.options.policy_in ?? 'DROP';
  return {
    time,
    line:
      `${vmid} 6 ${tap}-IN ${stamp(time)} policy ${policy}: IN=fwbr${vmid}i0 OUT=fwbr${vmid}i0 ` +
      `PHYSIN=fwln${vmid}i0 PHYSOUT=${tap} SRC=${source} LEN=60 TOS=0x00 TTL=52 PROTO=TCP ` +
      `SPT=${sourcePort} DPT=${port} SYN URGP=0`,
  };
}

/** Only a running guest behind an enabled firewall with a log level leaves lines. */
const logs = ({ status, firewall: { options } }: GuestState): boolean =>
  status === 'running' &&
  options.enable === '1' &&
  options.policy_in !== 'ACCEPT' &&
  !['', 'nolog'].includes(options.log_level_in ?? 'nolog');

function linesOf(guest: GuestState, now: number): LogLine[] {
  if (!logs(guest)) return [];
  const last = Math.floor(now / meanGapSeconds);
  const count = Math.floor(keptSeconds / meanGapSeconds);
  return Array.from({ length: count }, (_, index) => droppedPacket(guest, last - count + index));
}

/** PVE numbers the matching lines and answers one line `no content` when there is none. */
function answer(lines: readonly LogLine[], { params, setTotal }: DemoContext): { n: number; t: string }[] {
  const since = integer(params, 'since');
  const until = integer(params, 'until');
  const matching = lines
    .filter(({ time }) => (since === undefined || time >= since) && (until === undefined || time <= until))
    .sort((a, b) => a.time - b.time);
  setTotal?.(Math.max(1, matching.length));
  if (matching.length === 0) return [{ n: 1, t: 'no content' }];
  const start = integer(params, 'start') ?? 0;
  const limit = integer(params, 'limit') ?? defaultLimit;
  return matching
    .map(({ line }, index) => ({ n: index + 1, t: line }))
    .slice(start, limit === 0 ? undefined : start + limit);
}

const firewallIsOn = ({ state }: DemoContext): boolean => Number(state.firewall.options.enable ?? 0) > 0;

/** The firewall logs of nodes and guests. */
export const firewallLogEndpoints: readonly DemoEndpoint[] = [
  {
    method: 'GET',
    path: `${nodeLevel.base}/log`,
    handle: (context) => {
      const node = textOrEmpty(context.params, 'node');
      const guests = Object.values(context.state.guests).filter((guest) => guest.node === node);
      const lines = firewallIsOn(context) ? guests.flatMap((guest) => linesOf(guest, context.now)) : [];
      return answer(lines, context);
    },
  },
  ...guestLevels.map((level): DemoEndpoint => ({
    method: 'GET',
    path: `${level.base}/log`,
    handle: (context) => {
      const guest = context.state.guests[textOrEmpty(context.params, 'vmid')];
      return answer(guest && firewallIsOn(context) ? linesOf(guest, context.now) : [], context);
    },
  })),
];
