import ipaddr from 'ipaddr.js';
import { countPattern, numberPattern, readDisk, readMemory, readNumber, sizePattern } from './quantities.ts';
import { osPattern, readOs } from './os.ts';
import { readSchedule, readWindow, schedulePattern, windowPattern } from './schedule.ts';

/** How one slot looks in a sentence (tokens, each followed by a space) and what it means. */
export interface SlotReader {
  readonly pattern: string;
  /** undefined: the words do not mean a value of this slot, so the sentence form does not match. */
  readonly read: (text: string) => unknown;
}

const identifier = (pattern: string): SlotReader => ({ pattern: `${pattern} `, read: (text) => text.trim() });
const integer = (from: number, to: number, pattern = numberPattern): SlotReader => ({
  pattern,
  read: (text) => {
    const value = readNumber(text);
    return value !== undefined && value >= from && value <= to ? value : undefined;
  },
});
const free: SlotReader = { pattern: '.{1,400}', read: (text) => text.trim() || undefined };
const name = '[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,62}';

function readIp(text: string): string | undefined {
  const address = text.trim().toLowerCase();
  if (address === 'dhcp') return 'dhcp';
  return ipaddr.isValid(address) || ipaddr.isValidCIDR(address) ? address : undefined;
}

const days: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, quarter: 91, year: 365 };
function readDays(text: string): number | undefined {
  const match = /^(?:(?:next|last|past|coming) )?(?:(\S+) )?(day|week|month|quarter|year)s?$/i.exec(
    text.trim(),
  );
  const unit = days[match?.[2]?.toLowerCase() ?? ''];
  const count = match?.[1] === undefined ? 1 : readNumber(match[1]);
  return unit === undefined || count === undefined ? undefined : unit * count;
}

/** Software that is installed under the name people call it; anything else is refused rather than guessed. */
const packageName = '[a-z0-9][a-z0-9.+-]{1,40}';

/** Readers by slot of the request language; `guests` is read in guests.ts, because it may be a pronoun. */
export const slotReaders: Readonly<Record<string, SlotReader>> = {
  node: identifier(name),
  target_node: identifier(name),
  storage: identifier('[\\p{L}][\\p{L}\\p{N}._-]{0,62}'),
  bridge: identifier('[a-z][a-z0-9._-]{0,15}'),
  name: identifier(name),
  snapshot: identifier('[\\p{L}][\\p{L}\\p{N}_-]{1,39}'),
  file: identifier('[^\\s]{0,120}[./][^\\s]{1,120}'),
  disk: identifier('(?:scsi|virtio|sata|ide|mp|unused)\\d{1,3}|rootfs|efidisk0'),
  user: identifier('[^\\s:/@]{1,60}@[a-z][a-z0-9.-]{0,30}'),
  role: identifier('[A-Za-z][\\w-]{1,60}'),
  path: identifier('/[\\w/.@-]{0,120}'),
  rule: identifier(name),
  cores: integer(1, 1024),
  count: integer(1, 500, countPattern),
  vlan: integer(1, 4094),
  keep_last: integer(0, 10_000),
  keep_daily: integer(0, 10_000),
  keep_weekly: integer(0, 10_000),
  keep_monthly: integer(0, 10_000),
  memory_mib: { pattern: sizePattern, read: readMemory },
  disk_gib: { pattern: sizePattern, read: readDisk },
  disk_add_gib: { pattern: sizePattern, read: readDisk },
  os: { pattern: osPattern, read: readOs },
  ip: { pattern: '(?:dhcp|[0-9a-f:.]{2,45}(?:/\\d{1,3})?) ', read: readIp },
  source: {
    pattern: '(?:anywhere|[0-9a-f:.]{2,45}(?:/\\d{1,3})?) ',
    read: (text) => (/^anywhere/i.test(text) ? '0.0.0.0/0' : readIp(text)),
  },
  port: {
    pattern: '(?:\\d{1,5}(?:[:-]\\d{1,5})?|ssh|http|https|rdp|dns|smtp|mysql|postgres(?:ql)?) ',
    read: readPort,
  },
  schedule: { pattern: schedulePattern, read: readSchedule },
  window: { pattern: windowPattern, read: readWindow },
  horizon_days: {
    pattern: '(?:(?:next|last|past|coming) )?(?:\\w+ )?(?:day|week|month|quarter|year)s? ',
    read: readDays,
  },
  since: {
    pattern: '(?:today|yesterday|this week|last week|last month|\\d{4}-\\d{2}-\\d{2}) ',
    read: (text) => text.trim().toLowerCase(),
  },
  packages: {
    pattern: `${packageName} (?:(?:,|and|, and) ${packageName} ){0,12}`,
    read: (text) =>
      text
        .trim()
        .toLowerCase()
        .split(/ (?:, and|,|and) /)
        .filter((word) => word !== ''),
  },
  question: free,
  topic: {
    pattern: '(?:the )?(?:inventory|architecture|runbooks?|user guide|user-guide|network(?: diagram| map)?) ',
    read: (text) =>
      /user/i.test(text)
        ? 'user-guide'
        : /run/i.test(text)
          ? 'runbook'
          : /net/i.test(text)
            ? 'network'
            : /arch/i.test(text)
              ? 'architecture'
              : 'inventory',
  },
  metric: {
    pattern: '(?:cpu|memory|ram|disk|disk io|network|net|io) ',
    read: (text) =>
      ({ ram: 'memory', net: 'network', 'disk io': 'io' })[text.trim().toLowerCase()] ??
      text.trim().toLowerCase(),
  },
};

const services: Readonly<Record<string, string>> = {
  ssh: '22',
  http: '80',
  https: '443',
  rdp: '3389',
  dns: '53',
  smtp: '25',
  mysql: '3306',
  postgres: '5432',
  postgresql: '5432',
};

/** A port, a range `from:to` as pve-firewall writes it, or the well-known port of a service. */
function readPort(text: string): string | undefined {
  const phrase = text.trim().toLowerCase();
  if (Object.hasOwn(services, phrase)) return services[phrase];
  const ports = phrase.split(/[:-]/).map(Number);
  return ports.every((port) => port >= 1 && port <= 65_535) ? ports.join(':') : undefined;
}
