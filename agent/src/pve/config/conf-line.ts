import type { GuestType } from '../types.ts';

/** What one line of a `.conf` section says. */
export type ConfLine =
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'description'; readonly text: string }
  | { readonly kind: 'delete'; readonly text: string }
  | { readonly kind: 'raw'; readonly key: string; readonly value: string }
  | { readonly kind: 'value'; readonly key: string; readonly value: string }
  | { readonly kind: 'unread'; readonly reason: string };

/** Names that PVE uses for other things in its parsed configuration. */
const RESERVED: ReadonlySet<string> = new Set(['digest', 'pending', 'snapshots', 'special-sections']);

const RAW_LXC = /^(lxc\.[a-z0-9_\-.]+)(?::|\s*=)\s*([^]*?)\s*$/;
const KEY_VALUE = /^([^\s:#[\]]+):\s*([^]*?)\s*$/;

/**
 * Reads one line that is neither blank nor a section header (parse_vm_config of PVE/QemuServer.pm,
 * parse_pct_config of PVE/LXC/Config.pm). More keys and empty values pass than in PVE, so that they survive.
 */
export function readLine(type: GuestType, line: string): ConfLine {
  if (line.startsWith('#')) return { kind: 'comment', text: line.slice(1) };
  const raw = type === 'lxc' ? RAW_LXC.exec(line) : null;
  if (raw?.[1] !== undefined) return { kind: 'raw', key: raw[1], value: raw[2] ?? '' };
  const match = KEY_VALUE.exec(line);
  if (match?.[1] === undefined) return { kind: 'unread', reason: 'The line is no `key: value`.' };
  const [key, value] = [match[1], match[2] ?? ''];
  if (RESERVED.has(key)) return { kind: 'unread', reason: `PVE keeps the name ${key} for itself.` };
  if (key === 'description') return { kind: 'description', text: value };
  if (key === 'delete') return { kind: 'delete', text: value };
  return { kind: 'value', key, value };
}

/** A `[header]` line, or undefined when the line is none for this guest type. */
export function readHeader(type: GuestType, line: string): string | undefined {
  const header = /^\[([^\]]*)\]\s*$/.exec(line)?.[1];
  if (header === undefined) return undefined;
  return type === 'qemu' ? qemuSection(header) : lxcSection(header);
}

const SNAPSHOT = /^[a-z][a-z0-9_-]+$/i;

function qemuSection(header: string): string {
  if (/^pending$/i.test(header)) return 'pending';
  const special = /^special:([a-z0-9_-]+)$/i.exec(header)?.[1];
  if (special !== undefined) return `special:${special.toLowerCase()}`;
  return SNAPSHOT.test(header) ? `snapshot:${header}` : `unknown:${header}`;
}

/** A header that PVE does not know is an unreadable line of the section before it, in a container's file. */
function lxcSection(header: string): string | undefined {
  if (/^pve:pending$/i.test(header)) return 'pending';
  return SNAPSHOT.test(header) ? `snapshot:${header}` : undefined;
}
