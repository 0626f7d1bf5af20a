import { z } from 'zod';

const text = z.string().min(1).max(1000);
const count = z.number().int().min(0).max(100_000);

/** Newest listed release of each distribution first; a bare name means that one (design: requests.md). */
export const osNames = [
  'debian-13',
  'debian-12',
  'ubuntu-24.04',
  'ubuntu-22.04',
  'rocky-9',
  'alma-9',
  'fedora',
  'alpine',
  'opensuse',
  'arch',
  'windows-11',
  'windows-server-2025',
  'windows-server-2022',
] as const;

/** A guest selector: VMID, name, `tag:NAME`, `pool:NAME` or `all`. */
export const guestSelectorSchema = z.union([z.number().int().min(100).max(999_999_999), text]);
export type GuestSelector = z.infer<typeof guestSelectorSchema>;

/** Type and unit of each slot of the request language. */
export const slotSchemas = {
  guests: z.array(guestSelectorSchema).min(1),
  node: text,
  target_node: text,
  storage: text,
  bridge: text,
  name: text,
  snapshot: text,
  file: text,
  scope: z.enum(['guest', 'node', 'cluster']),
  kind: z.enum(['qemu', 'lxc']),
  blueprint: text,
  os: z.enum(osNames),
  packages: z.array(text).min(1),
  count,
  cores: z.number().int().min(1).max(1024),
  vlan: z.number().int().min(1).max(4094),
  horizon_days: z.number().int().min(1).max(3650),
  keep_last: count,
  keep_daily: count,
  keep_weekly: count,
  keep_monthly: count,
  /** MiB. */
  memory_mib: z.number().int().min(16),
  /** GiB. */
  disk_gib: z.number().int().min(1),
  /** GiB. */
  disk_add_gib: z.number().int().min(1),
  ip: text,
  /** A PVE calendar event. */
  schedule: text,
  /** A calendar event and a duration: `sun 02:00 +4h`. */
  window: text,
  full: z.boolean(),
  online: z.boolean(),
  start: z.boolean(),
  question: text,
  topic: text,
  action: text,
  disk: text,
  port: text,
  protocol: z.enum(['tcp', 'udp', 'icmp']),
  source: text,
  rule: text,
  user: text,
  role: text,
  path: text,
  since: text,
  metric: text,
  format: z.enum(['terraform', 'ansible', 'cloud-init', 'packer']),
  settings: z.record(z.string(), z.unknown()),
} as const satisfies Record<string, z.ZodType>;
export type SlotName = keyof typeof slotSchemas;
