import { defaultText } from './defaults.ts';
import type { PropertyFormat } from './formats/format.ts';
import { lookupKey, type ConfigKey } from './formats/keys.ts';
import { ipText, meaningOf } from './meaning.ts';
import { parseProperty } from './property.ts';
import { smbiosFields } from './smbios.ts';
import { decodeText } from './text-encoding.ts';
import type { GuestConfig, PropertyValue } from './types.ts';
import { isBooleanText, listText } from './values.ts';

/** The configuration with old key names replaced: `cdrom` is ide2, `smp` is sockets (PVE, write_vm_config). */
export function canonicalKeys(config: GuestConfig): GuestConfig {
  const has = (key: string): boolean => Object.hasOwn(config.values, key);
  if (config.type !== 'qemu' || !(has('cdrom') || has('smp'))) return config;
  const values = Object.assign(Object.create(null) as Record<string, string>, config.values);
  for (const [old, name] of Object.entries({ cdrom: 'ide2', smp: 'sockets' })) {
    const text = values[old];
    if (text === undefined || name in values) continue;
    values[name] = text;
    Reflect.deleteProperty(values, old);
  }
  return { ...config, values };
}

/** Whether a key means the same in two configurations, each seen with its own defaults. */
export function sameValue(a: GuestConfig, b: GuestConfig, key: string): boolean {
  return meaningAt(a, key) === meaningAt(b, key);
}

/** Raw lxc lines count by order, too: LXC reads them one after the other. */
export function sameLxcLines(a: GuestConfig, b: GuestConfig): boolean {
  const text = ({ lxcRaw }: GuestConfig) => JSON.stringify(lxcRaw.map(([k, v]) => [k.trim(), v.trim()]));
  return text(a) === text(b);
}

/** One text for all spellings of what a configuration says at a key; null when it says nothing. */
function meaningAt(config: GuestConfig, key: string): string | null {
  const written = Object.hasOwn(config.values, key) ? config.values[key] : undefined;
  const known = lookupKey(config.type, key);
  if (known?.property) return propertyMeaning(config, key, known.property, written);
  const text = written?.trim() ?? '';
  const effective = text === '' ? defaultText(config, key) : text;
  return effective === undefined ? null : plainMeaning(key, known, effective);
}

function propertyMeaning(
  config: GuestConfig,
  key: string,
  format: PropertyFormat,
  written: string | undefined,
): string | null {
  if (written === undefined && !format.absentIsDefault) return null;
  const text = written?.trim() ?? defaultText(config, key) ?? '';
  const entries = [...decoded(key, parseProperty(config.type, key, text))];
  const present = new Set(entries.map(([name]) => name));
  for (const [name, { default: stated }] of format.subkeys) {
    if (present.has(name) || stated === undefined) continue;
    const isDefaultKey = format.absentIsDefault && name === format.defaultKey;
    entries.push([name, (isDefaultKey ? defaultText(config, key) : undefined) ?? stated]);
  }
  const meanings = entries.map(([name, value]): readonly [string, string] => [
    name,
    meaningOf(format.subkeys.get(name) ?? { type: 'string', meaning: 'text' }, value),
  ]);
  return JSON.stringify(meanings.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function decoded(key: string, value: PropertyValue): Iterable<readonly [string, string]> {
  const base64 = value.entries.find(([name]) => name === 'base64')?.[1] ?? '0';
  return key === 'smbios1' && isBooleanText(base64) ? smbiosFields(value) : value.entries;
}

const HOTPLUG_DEFAULT = 'network,disk,usb';

const lines = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Keys of plain text with more than one spelling; catalogue 9.3 and 9.4. */
const PLAIN: ReadonlyMap<string, (text: string) => string> = new Map([
  ['affinity', (text) => meaningOf({ type: 'string', meaning: 'ranges' }, text)],
  ['hotplug', (text) => meaningOf({ type: 'string', meaning: 'set' }, text === '1' ? HOTPLUG_DEFAULT : text)],
  ['nameserver', (text) => listText(text).map(ipText).join(' ')],
  ['searchdomain', (text) => listText(text).join(' ')],
  ['sshkeys', (text) => lines(decodeText(text)).toSorted().join('\n')],
  ['tags', (text) => meaningOf({ type: 'string', meaning: 'set' }, text.toLowerCase())],
  ['vmgenid', (text) => text.toLowerCase()],
]);

function plainMeaning(key: string, known: ConfigKey | undefined, text: string): string {
  const spelled = PLAIN.get(key);
  if (spelled) return spelled(text);
  return meaningOf({ type: known?.type ?? 'string', meaning: 'text' }, text);
}
