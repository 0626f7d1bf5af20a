import type { FormatSpec, SubkeySpec } from './format.ts';

const flag = (fallback: '0' | '1' = '0'): SubkeySpec => ({ type: 'boolean', default: fallback });
const base64: SubkeySpec = { pattern: '[A-Za-z0-9+/]+={0,2}' };
const pciId: SubkeySpec = { pattern: '0x[0-9a-fA-F]{4}', meaning: 'caseless' };
const PCI = '(?:[a-fA-F0-9]{4,}:)?[a-fA-F0-9]{2}:[a-fA-F0-9]{2}(?:\\.[a-fA-F0-9])?';

/**
 * Property strings that the API schema only names. Source: qemu-server 9.2, `register_format` in PVE/QemuServer.pm
 * and PVE/QemuServer/{CPUConfig,Network,PCI,RNG,MetaInfo}.pm; pve-common, PVE/JSONSchema.pm (startup order).
 */
export const QEMU_NAMED: Readonly<Record<string, FormatSpec>> = {
  'pve-vm-cpu-conf': {
    defaultKey: 'cputype',
    absentIsDefault: true,
    subkeys: {
      cputype: { default: 'kvm64' },
      flags: { meaning: 'flags' },
      'guest-phys-bits': { type: 'integer', minimum: 32, maximum: 64 },
      hidden: flag(),
      'hv-vendor-id': { pattern: '[a-zA-Z0-9]{1,12}' },
      level: { type: 'integer', minimum: 0, maximum: 4294967295 },
      'phys-bits': { pattern: 'host|[1-9]\\d?' },
      'reported-model': { default: 'kvm64' },
    },
  },
  'pve-qm-boot': {
    defaultKey: 'legacy',
    absentIsDefault: true,
    subkeys: {
      // No default here: with `order` set there is no legacy order (defaults.ts has it for a missing key).
      legacy: { pattern: '[acdn]{1,4}' },
      order: { meaning: 'list' },
    },
  },
  'pve-qm-ipconfig': {
    subkeys: {
      gw: { meaning: 'ip', requires: 'ip' },
      gw6: { meaning: 'ip', requires: 'ip6' },
      ip: { meaning: 'ip' },
      ip6: { meaning: 'ip' },
    },
  },
  'pve-startup-order': {
    defaultKey: 'order',
    namedDefaultKey: true,
    order: ['order', 'up', 'down'],
    absentIsDefault: true,
    subkeys: {
      down: { type: 'integer', minimum: 0 },
      order: { type: 'integer', minimum: 0 },
      up: { type: 'integer', minimum: 0 },
    },
  },
  'pve-qm-hostpci': {
    defaultKey: 'host',
    subkeys: {
      'device-id': pciId,
      driver: { default: 'vfio', enum: ['vfio', 'keep'] },
      host: { meaning: 'pci', pattern: `${PCI}(?:;${PCI})*` },
      'legacy-igd': flag(),
      mapping: {},
      mdev: { pattern: '[^/.:]+' },
      pcie: flag(),
      rombar: flag('1'),
      romfile: { pattern: '[^,;]+' },
      'sub-device-id': pciId,
      'sub-vendor-id': pciId,
      'vendor-id': pciId,
      'x-vga': flag(),
    },
  },
  'pve-qm-rng': {
    defaultKey: 'source',
    subkeys: {
      max_bytes: { type: 'integer', default: '1024' },
      period: { type: 'integer', default: '1000' },
      source: { required: true, enum: ['/dev/urandom', '/dev/random', '/dev/hwrng'] },
    },
  },
  'pve-qm-watchdog': {
    defaultKey: 'model',
    subkeys: {
      action: { enum: ['reset', 'shutdown', 'poweroff', 'pause', 'debug', 'none'] },
      model: { default: 'i6300esb', enum: ['i6300esb', 'ib700'] },
    },
  },
  'pve-qm-smbios1': {
    absentIsDefault: true,
    subkeys: {
      base64: flag(),
      family: base64,
      manufacturer: base64,
      product: base64,
      serial: base64,
      sku: base64,
      uuid: { meaning: 'uuid', pattern: '[a-fA-F0-9]{8}(?:-[a-fA-F0-9]{4}){3}-[a-fA-F0-9]{12}' },
      version: base64,
    },
  },
  'pve-qm-cicustom': {
    absentIsDefault: true,
    subkeys: { meta: {}, network: {}, user: {}, vendor: {} },
  },
  'pve-qemu-sev-fmt': {
    defaultKey: 'type',
    subkeys: {
      'allow-smt': flag('1'),
      'kernel-hashes': flag(),
      'no-debug': flag(),
      'no-key-sharing': flag(),
      type: { required: true, enum: ['std', 'es', 'snp'] },
    },
  },
  'pve-qemu-tdx-fmt': {
    defaultKey: 'type',
    subkeys: {
      attestation: { ...flag('1'), required: true },
      type: { required: true, enum: ['tdx'] },
      'vsock-cid': { type: 'integer', minimum: 2, default: '2' },
      'vsock-port': { type: 'integer', minimum: 0, default: '4050' },
    },
  },
};

/** Keys whose text is a property string although the schema says nothing of it (PVE/QemuServer/MetaInfo.pm). */
export const QEMU_UNNAMED: Readonly<Record<string, FormatSpec>> = {
  meta: {
    absentIsDefault: true,
    subkeys: { 'creation-qemu': { pattern: '\\d+(?:\\.\\d+)+' }, ctime: { type: 'integer', minimum: 0 } },
  },
};
