import { effective } from '../../pve/config/guest-config.ts';
import { property, subkey } from '../../pve/config/property.ts';
import type { GuestConfig } from '../../pve/config/types.ts';
import { booleanText } from '../../pve/config/values.ts';

/** A boolean key with PVE's default for a missing one; `pve-protocol` for text that is no boolean. */
export function isOn(config: GuestConfig, key: string, fallback = false): boolean {
  const text = effective(config, key);
  return text === undefined ? fallback : booleanText(text);
}

/** A sub-key of a property string; undefined when key or sub-key is missing. */
export const sub = (config: GuestConfig, key: string, name: string): string | undefined =>
  subkey(property(config, key), name);

/** The keys of a numbered family that are set: `hostpci0`, `hostpci1`…, by number. */
export const family = (config: GuestConfig, prefix: string): readonly string[] =>
  Object.keys(config.values)
    .filter((key) => key.startsWith(prefix) && /^\d+$/.test(key.slice(prefix.length)))
    .sort((a, b) => Number(a.slice(prefix.length)) - Number(b.slice(prefix.length)));

/** The guest OS type; PVE takes a missing one as `other`. */
export const osType = (config: GuestConfig): string => config.values.ostype ?? 'other';

export const isWindows = (config: GuestConfig): boolean => /^(w|win)/.test(osType(config));

export const isUefi = (config: GuestConfig): boolean => (config.values.bios ?? 'seabios') === 'ovmf';

/** An unprivileged container; PVE's default for a missing key is privileged. */
export const isUnprivileged = (config: GuestConfig): boolean => isOn(config, 'unprivileged');
