import ipaddr from 'ipaddr.js';
import type { Meaning, Subkey } from './formats/format.ts';
import { decodeText } from './text-encoding.ts';
import { booleanText, isBooleanText, listText, sizeBytes } from './values.ts';

const sorted = (parts: readonly string[]): string => [...new Set(parts)].toSorted().join(';');

function flags(text: string): string {
  const last = new Map(listText(text).map((flag) => [flag.replace(/^[+-]/, ''), flag]));
  return sorted([...last.values()]);
}

/** `0;1;2;8-9` and `8-9;0-2` are the same numbers; text that is no list of ranges stays as it is. */
function ranges(text: string): string {
  const spans: [bigint, bigint][] = [];
  for (const part of listText(text)) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (!match?.[1]) return text;
    const from = BigInt(match[1]);
    spans.push([from, match[2] === undefined ? from : BigInt(match[2])]);
  }
  spans.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const merged: [bigint, bigint][] = [];
  for (const [from, to] of spans) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1n) last[1] = to > last[1] ? to : last[1];
    else merged.push([from, to]);
  }
  return merged.map(([from, to]) => `${String(from)}-${String(to)}`).join(';');
}

/** An address, with or without prefix length; IPv6 in its shortest form. `dhcp` and the like in lower case. */
export function ipText(text: string): string {
  const [address = '', ...prefix] = text.trim().split('/');
  const short = ipaddr.IPv6.isValid(address) ? ipaddr.IPv6.parse(address).toString() : address.toLowerCase();
  return [short, ...prefix].join('/');
}

const size = (text: string): string => {
  const bytes = sizeBytes(text);
  return bytes === undefined ? text : String(bytes);
};

const MEANINGS: Readonly<Record<Meaning, (text: string) => string>> = {
  text: (text) => text,
  set: (text) => sorted(listText(text)),
  list: (text) => listText(text).join(';'),
  flags,
  ranges,
  size,
  mac: (text) => text.toUpperCase(),
  ip: ipText,
  uuid: (text) => text.toLowerCase(),
  caseless: (text) => text.toLowerCase(),
  urlencoded: decodeText,
  // PVE takes PCI domain 0000 for one that is not written.
  pci: (text) => text.toLowerCase().replaceAll(/(^|;)0000:/g, '$1'),
  usb: (text) => text.toLowerCase().replaceAll('0x', ''),
};

/** A number in one spelling; text that is no number as PVE reads it stays. */
export function numberText(text: string): string {
  if (/^[+-]?\d+$/.test(text)) return String(BigInt(text.replace(/^\+/, '')));
  if (/^[+-]?(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?$/.test(text)) return String(Number(text));
  return text;
}

/** The value of a sub-key in the one spelling that stands for all that mean the same. */
export function meaningOf({ type, meaning }: Pick<Subkey, 'type' | 'meaning'>, value: string): string {
  const text = value.trim();
  if (type === 'boolean') return isBooleanText(text) ? (booleanText(text) ? '1' : '0') : text;
  if (type === 'integer' || type === 'number') return numberText(text);
  return MEANINGS[meaning](text);
}
