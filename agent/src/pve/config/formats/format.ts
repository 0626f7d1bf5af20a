import type { SubkeySchema } from '../../schema/types.ts';

/**
 * How two texts of one sub-key or key are the same thing: in a `set` order is irrelevant, in a `list`
 * it counts; `flags` are `+aes;-pcid`, where the last word on a flag holds; `ranges` are numbers and ranges of
 * numbers in any order; the others name what is written.
 */
export type Meaning =
  | 'text'
  | 'set'
  | 'flags'
  | 'list'
  | 'ranges'
  | 'size'
  | 'mac'
  | 'ip'
  | 'uuid'
  | 'urlencoded'
  | 'pci'
  | 'usb'
  | 'caseless';

/** One sub-key of a property string. */
export interface Subkey {
  readonly type: 'string' | 'boolean' | 'integer' | 'number';
  readonly optional: boolean;
  readonly meaning: Meaning;
  /** What PVE does when the sub-key is missing; absent where that depends on something else. */
  readonly default?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly requires?: string;
  /** Regular expression that the whole value must match. */
  readonly pattern?: string;
}

/** A property string: `virtio=MAC,bridge=vmbr0`. */
export interface PropertyFormat {
  readonly subkeys: ReadonlyMap<string, Subkey>;
  /** Other names of a sub-key: `volume` → `file`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** The sub-key that may stand without its name. */
  readonly defaultKey?: string;
  /** The sub-key whose value may stand as the name of another: a NIC's `virtio=MAC` is model and macaddr. */
  readonly keyAlias?: { readonly name: string; readonly value: string };
  /** The default key is written with its name: `startup: order=1`. */
  readonly namedDefaultKey?: boolean;
  /** Sub-keys in the order in which PVE writes them, where that is not the alphabet. */
  readonly order?: readonly string[];
  /** A missing key means the same as a key with nothing but defaults: `agent`, `cpu`. */
  readonly absentIsDefault: boolean;
}

/** What a table entry may say about one sub-key; all else is PVE's default of a schema field. */
export interface SubkeySpec {
  readonly type?: Subkey['type'];
  readonly required?: true;
  readonly meaning?: Meaning;
  readonly default?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly requires?: string;
  readonly pattern?: string;
}

/** A table entry: a property string that the schema only names, or what the schema leaves out of one it has. */
export interface FormatSpec {
  readonly subkeys?: Readonly<Record<string, SubkeySpec>>;
  readonly defaultKey?: string;
  readonly keyAlias?: { readonly name: string; readonly value: string };
  readonly namedDefaultKey?: true;
  readonly order?: readonly string[];
  readonly absentIsDefault?: true;
}

const MEANING_OF_FORMAT: ReadonlyMap<string, Meaning> = new Map([
  ['disk-size', 'size'],
  ['mac-addr', 'mac'],
  ['ipv4', 'ip'],
  ['ipv6', 'ip'],
  ['pve-ipv4-config', 'ip'],
  ['pve-ipv6-config', 'ip'],
  ['urlencoded', 'urlencoded'],
]);

const TYPES: readonly string[] = ['boolean', 'integer', 'number'];

/** Perl writes `(?^:…)` where JavaScript writes `(?:…)`, and `{,8}` for `{0,8}`. */
export const portablePattern = (pattern: string): string =>
  pattern.replaceAll(/\(\?\^(i?):/g, '(?$1:').replaceAll(/\{,(?=\d)/g, '{0,');

function subkeyFrom(raw: SubkeySchema, spec: SubkeySpec = {}): Subkey {
  const type = (TYPES.includes(raw.type ?? '') ? raw.type : 'string') as Subkey['type'];
  const fallback = spec.default ?? (raw.default === undefined ? undefined : String(raw.default));
  const pattern = raw.pattern === undefined ? undefined : portablePattern(raw.pattern);
  return {
    type,
    optional: raw.optional === true,
    meaning: spec.meaning ?? MEANING_OF_FORMAT.get(raw.format ?? '') ?? 'text',
    ...(fallback !== undefined && { default: fallback }),
    ...(raw.enum && { enum: raw.enum.map(String) }),
    ...(raw.minimum !== undefined && { minimum: raw.minimum }),
    ...(raw.maximum !== undefined && { maximum: raw.maximum }),
    ...(raw.maxLength !== undefined && { maxLength: raw.maxLength }),
    ...(raw.requires !== undefined && { requires: raw.requires }),
    ...(pattern !== undefined && { pattern }),
  };
}

const subkeyOf = ({ required, ...spec }: SubkeySpec): Subkey => ({
  type: 'string',
  meaning: 'text',
  ...spec,
  optional: required !== true,
});

/** A property format from PVE's schema (may be empty) and our table's additions to it. */
export function makeFormat(
  raw: Readonly<Record<string, SubkeySchema>>,
  spec: FormatSpec = {},
): PropertyFormat {
  const subkeys = new Map<string, Subkey>();
  const aliases = new Map<string, string>();
  let defaultKey = spec.defaultKey;
  for (const [name, entry] of Object.entries(raw)) {
    if (entry.alias !== undefined) aliases.set(name, entry.alias);
    else subkeys.set(name, subkeyFrom(entry, spec.subkeys?.[name]));
    if (entry.default_key === 1) defaultKey = name;
  }
  for (const [name, entry] of Object.entries(spec.subkeys ?? {})) {
    if (!subkeys.has(name)) subkeys.set(name, subkeyOf(entry));
  }
  return {
    subkeys,
    aliases,
    absentIsDefault: spec.absentIsDefault === true,
    ...(defaultKey !== undefined && { defaultKey }),
    ...(spec.keyAlias && { keyAlias: spec.keyAlias }),
    ...(spec.namedDefaultKey && { namedDefaultKey: true }),
    ...(spec.order && { order: spec.order }),
  };
}
