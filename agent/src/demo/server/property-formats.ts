import type { PropertyFormat } from './schema.ts';

const text = { type: 'string', optional: true } as const;
const flag = { type: 'boolean', optional: true } as const;
const count = { type: 'integer', optional: true, minimum: 0 } as const;
const volume = { ...text, format: 'pve-volume-id' } as const;
const base64 = { ...text, pattern: String.raw`[A-Za-z0-9+\/]+={0,2}` } as const;
const hexId = { ...text, pattern: '^0x[0-9a-fA-F]{4}$' } as const;
const rate = { type: 'number', optional: true, minimum: 0 } as const;

/** Property strings that PVE's schema refers to by name: their sub-keys (qemu-server, pve-guest-common, pve-storage, pve-access-control). */
export const namedPropertyFormats: Readonly<Record<string, PropertyFormat>> = {
  'pve-qm-watchdog': {
    model: { ...text, default_key: 1, enum: ['i6300esb', 'ib700'] },
    action: { ...text, enum: ['reset', 'shutdown', 'poweroff', 'pause', 'debug', 'none'] },
  },
  'pve-qm-cicustom': { meta: volume, network: volume, user: volume, vendor: volume },
  'pve-qm-boot': {
    legacy: { ...text, default_key: 1, pattern: '[acdn]{1,4}' },
    order: { ...text, format: 'pve-qm-bootdev-list' },
  },
  'pve-qm-smbios1': {
    uuid: { ...text, pattern: '[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}' },
    version: base64,
    serial: base64,
    manufacturer: base64,
    product: base64,
    sku: base64,
    family: base64,
    base64: flag,
  },
  'pve-vm-cpu-conf': {
    cputype: { ...text, default_key: 1 },
    'reported-model': text,
    hidden: flag,
    'hv-vendor-id': { ...text, pattern: '[a-zA-Z0-9]{1,12}' },
    flags: { ...text, pattern: String.raw`([+-])([a-zA-Z0-9\-_\.]+)(;([+-])([a-zA-Z0-9\-_\.]+))*` },
    'guest-phys-bits': { type: 'integer', optional: true, minimum: 32, maximum: 64 },
    'phys-bits': { ...text, format: 'pve-phys-bits' },
    level: { type: 'integer', optional: true, minimum: 0, maximum: 4294967295 },
  },
  'pve-qemu-sev-fmt': {
    type: { type: 'string', default_key: 1, enum: ['std', 'es', 'snp'], maxLength: 3 },
    'no-debug': flag,
    'no-key-sharing': flag,
    'allow-smt': flag,
    'kernel-hashes': flag,
  },
  'pve-qemu-tdx-fmt': {
    type: { type: 'string', default_key: 1, enum: ['tdx'] },
    attestation: flag,
    'vsock-cid': { type: 'integer', optional: true, minimum: 2 },
    'vsock-port': count,
  },
  'pve-qm-ipconfig': {
    ip: { ...text, format: 'pve-ipv4-config' },
    gw: { ...text, format: 'ipv4', requires: 'ip' },
    ip6: { ...text, format: 'pve-ipv6-config' },
    gw6: { ...text, format: 'ipv6', requires: 'ip6' },
  },
  'pve-qm-hostpci': {
    host: {
      ...text,
      default_key: 1,
      pattern: String.raw`(?:[a-f0-9]{4,}:)?[a-f0-9]{2}:[a-f0-9]{2}(?:\.[a-f0-9])?(;(?:[a-f0-9]{4,}:)?[a-f0-9]{2}:[a-f0-9]{2}(?:\.[a-f0-9])?)*`,
    },
    mapping: { ...text, format: 'pve-configid' },
    rombar: flag,
    romfile: { ...text, pattern: '[^,;]+' },
    pcie: flag,
    'x-vga': flag,
    'legacy-igd': flag,
    mdev: { ...text, pattern: String.raw`[^/\.:]+` },
    'vendor-id': hexId,
    'device-id': hexId,
    'sub-vendor-id': hexId,
    'sub-device-id': hexId,
    driver: { ...text, enum: ['vfio', 'keep'] },
  },
  'pve-qm-rng': {
    source: { type: 'string', default_key: 1, enum: ['/dev/urandom', '/dev/random', '/dev/hwrng'] },
    max_bytes: { type: 'integer', optional: true },
    period: { type: 'integer', optional: true },
  },
  'backup-fleecing': {
    enabled: { ...flag, default_key: 1 },
    storage: { ...text, format: 'pve-storage-id' },
  },
  'backup-performance': {
    'max-workers': { type: 'integer', optional: true, minimum: 1, maximum: 256 },
    'pbs-entries-max': { type: 'integer', optional: true, minimum: 1 },
  },
  'prune-backups': {
    'keep-all': flag,
    'keep-last': count,
    'keep-hourly': count,
    'keep-daily': count,
    'keep-weekly': count,
    'keep-monthly': count,
    'keep-yearly': count,
  },
  'realm-sync-options': {
    scope: { ...text, enum: ['users', 'groups', 'both'] },
    'remove-vanished': {
      ...text,
      pattern: '(?:(?:(?:acl|properties|entry);)*(?:acl|properties|entry))|none',
    },
    full: flag,
    'enable-new': flag,
    purge: flag,
  },
  'pve-tfa-config': {
    type: { type: 'string', enum: ['yubico', 'oath'] },
    id: text,
    key: text,
    url: text,
    digits: { type: 'integer', optional: true, minimum: 6, maximum: 8 },
    step: { type: 'integer', optional: true, minimum: 10 },
  },
  bwlimit: { default: rate, restore: rate, migration: rate, clone: rate, move: rate },
  'proxmox-remote': {
    host: { type: 'string' },
    port: { type: 'integer', optional: true },
    apitoken: { type: 'string' },
    fingerprint: { ...text, pattern: '([A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}' },
  },
};

/** What PVE checks of a whole property string beyond its sub-keys; a message means refusal. */
export const propertyRules: Readonly<
  Record<string, (value: Readonly<Record<string, string>>) => string | undefined>
> = {
  'pve-vm-cpu-conf': (cpu) => (cpu.cputype ? undefined : 'CPU is missing cputype'),
  'backup-fleecing': (fleecing) =>
    fleecing.enabled === '1' && !fleecing.storage
      ? "'storage' parameter is required when 'enabled' is set"
      : undefined,
  'prune-backups': ({ 'keep-all': all, ...kept }) =>
    all === '1' && Object.values(kept).some((value) => Number(value) > 0)
      ? 'keep-all cannot be set together with other options.'
      : undefined,
};
