import type { GuestType } from '../types.ts';
import { lookupKey } from './formats/keys.ts';
import { property, subkey } from './property.ts';
import type { GuestConfig } from './types.ts';
import { booleanText, isBooleanText } from './values.ts';

/** Keys of which the schema states no default, or one that is not what a missing key means. */
const PLAIN: Readonly<Record<GuestType, ReadonlyMap<string, string | undefined>>> = {
  qemu: new Map([
    ['agent', '0'],
    ['allow-ksm', '1'],
    ['arch', 'x86_64'],
    ['boot', 'cdn'],
    // cgroup v2 only since PVE 9.
    ['cpuunits', '100'],
    ['freeze', '0'],
    ['keyboard', undefined],
    ['memory', '512'],
    // The schema's default is what PVE writes into a new VM; a VM without the key has no generation id.
    ['vmgenid', '0'],
  ]),
  lxc: new Map([['cpuunits', '100']]),
};

const text = (config: GuestConfig, key: string): string | undefined =>
  Object.hasOwn(config.values, key) ? config.values[key] : undefined;

const isAarch64 = (config: GuestConfig): boolean => text(config, 'arch') === 'aarch64';

function usesKvm(config: GuestConfig): boolean {
  const kvm = text(config, 'kvm') ?? '1';
  return !isBooleanText(kvm) || booleanText(kvm);
}

const isWindows = (config: GuestConfig): boolean => (text(config, 'ostype') ?? '').startsWith('w');

const count = (config: GuestConfig, key: string): number => {
  const value = Number(text(config, key) ?? '1');
  return Number.isSafeInteger(value) && value > 0 ? value : 1;
};

/** Defaults that depend on other keys. Source: qemu-server 9.2, config_to_command and CPUConfig.pm. */
const DEPENDENT: Readonly<Record<string, (config: GuestConfig) => string | undefined>> = {
  balloon: (config) => subkey(property(config, 'memory'), 'current') ?? '512',
  citype: (config) => (isWindows(config) ? 'configdrive2' : 'nocloud'),
  cpu: (config) => {
    if (isAarch64(config)) return usesKvm(config) ? 'host' : 'max';
    return usesKvm(config) ? 'kvm64' : 'qemu64';
  },
  localtime: (config) => (isWindows(config) ? '1' : '0'),
  machine: (config) => (isAarch64(config) ? 'virt' : 'pc'),
  vcpus: (config) => String(count(config, 'sockets') * count(config, 'cores')),
  vga: (config) => {
    if (isAarch64(config)) return 'virtio';
    return /^(w2k|w2k3|wxp)$/.test(text(config, 'ostype') ?? '') ? 'cirrus' : 'std';
  },
};

/** What PVE does when the key is missing, as text; undefined when there is no such thing (`net0`, `name`). */
export function defaultText(config: GuestConfig, key: string): string | undefined {
  const dependent = config.type === 'qemu' && Object.hasOwn(DEPENDENT, key) ? DEPENDENT[key] : undefined;
  if (dependent) return dependent(config);
  const plain = PLAIN[config.type];
  return plain.has(key) ? plain.get(key) : lookupKey(config.type, key)?.default;
}

/** The value of a key, or what PVE does without it; undefined when neither exists. */
export function effective(config: GuestConfig, key: string): string | undefined {
  return text(config, key) ?? defaultText(config, key);
}
