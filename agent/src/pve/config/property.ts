import { ProxmoxAiError } from '../../errors.ts';
import type { GuestType } from '../types.ts';
import type { PropertyFormat } from './formats/format.ts';
import { lookupKey } from './formats/keys.ts';
import type { GuestConfig, PropertyValue } from './types.ts';
import { booleanText, isBooleanText, sizeBytes, sizeText } from './values.ts';

type Entry = readonly [subkey: string, value: string];

const formatOf = (type: GuestType, key: string): PropertyFormat | undefined => lookupKey(type, key)?.property;

/** Whether the value of this key is a property string. */
export const isProperty = (type: GuestType, key: string): boolean => formatOf(type, key) !== undefined;

function requireFormat(type: GuestType, key: string): PropertyFormat {
  const format = formatOf(type, key);
  if (format) return format;
  throw new ProxmoxAiError(
    'usage',
    `The value of ${type} key ${JSON.stringify(key)} is not a property string.`,
    {
      hint: 'Read it as plain text.',
      fields: { key },
    },
  );
}

/**
 * A property string in parts. Lenient where PVE refuses (repeated or unknown sub-keys, a part without a value), so
 * that nothing is lost; `propertyProblems` says what PVE would refuse. `usage` for a key that holds plain text.
 */
export function parseProperty(type: GuestType, key: string, text: string): PropertyValue {
  return { entries: parseEntries(requireFormat(type, key), text) };
}

/** The parts of a property string of any format; see {@link parseProperty}. */
export function parseEntries(format: PropertyFormat, text: string): readonly Entry[] {
  const entries: Entry[] = [];
  let defaultSeen = false;
  // PVE strips the value of a configuration line before it reads the parts.
  for (const part of text.trim().split(',')) {
    if (part.trim() === '') continue;
    const split = part.indexOf('=');
    if (split >= 0) {
      entries.push(...namedEntry(format, part.slice(0, split), part.slice(split + 1)));
    } else if (format.defaultKey !== undefined && !defaultSeen) {
      entries.push([format.defaultKey, part]);
      defaultSeen = true;
    } else {
      entries.push([part, '']);
    }
  }
  return entries;
}

function namedEntry(format: PropertyFormat, name: string, value: string): readonly Entry[] {
  const target = format.aliases.get(name);
  if (target === undefined) return [[name, value]];
  const { keyAlias } = format;
  return keyAlias?.value === target
    ? [
        [keyAlias.name, name],
        [target, value],
      ]
    : [[target, value]];
}

/**
 * The text of a property in PVE's own form: default key first, then required sub-keys, then the rest, each by
 * alphabet; booleans as 1 and 0, sizes in the largest unit, a NIC as `virtio=MAC,…` (PVE::JSONSchema,
 * print_property_string). Sub-keys that PVE does not know are kept.
 */
export function printProperty(type: GuestType, key: string, value: PropertyValue): string {
  const format = requireFormat(type, key);
  const [first, ...left] = inPrintOrder(format, value.entries);
  if (first === undefined) return '';
  const head = first[0] === format.defaultKey ? printFirst(format, first, left) : printEntry(format, first);
  const text = [head, ...left.map((entry) => printEntry(format, entry))].join(',');
  // White space at an end would be stripped by the next reader; PVE skips the empty part that keeps it.
  return `${/^\s/.test(text) ? ',' : ''}${text}${/\s$/.test(text) ? ',' : ''}`;
}

function inPrintOrder(format: PropertyFormat, entries: readonly Entry[]): readonly Entry[] {
  const rank = ([name]: Entry): number => {
    if (format.order) return format.order.includes(name) ? format.order.indexOf(name) : format.order.length;
    if (name === format.defaultKey) return 0;
    return format.subkeys.get(name)?.optional === false ? 1 : 2;
  };
  return entries.toSorted((a, b) => rank(a) - rank(b) || (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
}

/** The default key, without its name where that reads back the same; takes its partner out of `left`. */
function printFirst(format: PropertyFormat, entry: Entry, left: Entry[]): string {
  const [name, value] = entry;
  const { keyAlias } = format;
  if (name === keyAlias?.name && format.aliases.get(value) === keyAlias.value) {
    const partner = left.findIndex(([other]) => other === keyAlias.value);
    const [taken] = partner < 0 ? [] : left.splice(partner, 1);
    if (taken) return `${value}=${valueText(format, taken)}`;
  }
  const bare = valueText(format, entry);
  const readsBack = bare.trim() !== '' && !bare.includes('=') && !format.namedDefaultKey;
  return readsBack ? bare : `${name}=${bare}`;
}

function printEntry(format: PropertyFormat, entry: Entry): string {
  return `${entry[0]}=${valueText(format, entry)}`;
}

function valueText(format: PropertyFormat, [name, value]: Entry): string {
  if (/[,\n]/.test(value) || /[,=\n]/.test(name)) {
    throw new ProxmoxAiError(
      'usage',
      `The sub-key ${JSON.stringify(name)} must not hold a comma or a line break.`,
      {
        hint: 'A property string separates its parts by commas and has no way to escape one.',
        fields: { subkey: name, value },
      },
    );
  }
  const subkey = format.subkeys.get(name);
  if (subkey?.type === 'boolean' && isBooleanText(value)) return booleanText(value) ? '1' : '0';
  if (subkey?.meaning === 'size') {
    const bytes = sizeBytes(value);
    if (bytes !== undefined && Number.isSafeInteger(bytes)) return sizeText(bytes);
  }
  return value;
}

/** The property at `key` of a guest, or undefined when the guest does not have the key. */
export function property(config: GuestConfig, key: string): PropertyValue | undefined {
  if (!Object.hasOwn(config.values, key)) return undefined;
  return parseProperty(config.type, key, config.values[key] ?? '');
}

/** The text of a sub-key (canonical name: `file`, not `volume`); the first one where it is repeated. */
export function subkey(value: PropertyValue | undefined, name: string): string | undefined {
  return value?.entries.find(([entry]) => entry === name)?.[1];
}

/** The property with one sub-key set in its place, added at the end, or (`null`) taken out. */
export function withSubkey(value: PropertyValue, name: string, text: string | null): PropertyValue {
  if (text === null) return { entries: value.entries.filter(([entry]) => entry !== name) };
  const at = value.entries.findIndex(([entry]) => entry === name);
  if (at < 0) return { entries: [...value.entries, [name, text]] };
  const rest = value.entries.filter(([entry], index) => index === at || entry !== name);
  return { entries: rest.map((entry) => (entry[0] === name ? ([name, text] as const) : entry)) };
}

/** A boolean sub-key; `fallback` when it is missing. Text that is no boolean is `pve-protocol`. */
export function flag(value: PropertyValue | undefined, name: string, fallback = false): boolean {
  const text = subkey(value, name);
  return text === undefined ? fallback : booleanText(text);
}
