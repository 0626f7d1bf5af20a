import { ProxmoxAiError } from '../../../errors.ts';
import { findEndpoint, paramsOf, returnedFields } from '../../schema/endpoints.ts';
import type { ParamSchema } from '../../schema/types.ts';
import type { GuestType } from '../../types.ts';
import { ADDITIONS } from './additions.ts';
import { makeFormat, type PropertyFormat } from './format.ts';
import { QEMU_NAMED, QEMU_UNNAMED } from './qemu-named.ts';

/** What PVE knows of one configuration key. */
export interface ConfigKey {
  /** As the schema names it: `net[n]`, `agent`. */
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'integer' | 'number';
  /** The default that the schema states; `defaultText` of defaults.ts knows the ones that depend on other keys. */
  readonly default?: string;
  /** Name of a format that is no property string: `pve-tag-list`. */
  readonly format?: string;
  /** Set when the value is a property string. */
  readonly property?: PropertyFormat;
}

/** Parameters of the config call that are no configuration keys. */
const NOT_CONFIG: ReadonlySet<string> = new Set([
  'node',
  'vmid',
  'delete',
  'digest',
  'force',
  'lxc',
  'revert',
  'skiplock',
]);

function schemaOf(type: GuestType): ReadonlyMap<string, ParamSchema> {
  const path = `/nodes/n/${type}/100/config`;
  const read = findEndpoint('GET', path);
  const write = findEndpoint('PUT', path);
  if (!read || !write) throw new ProxmoxAiError('internal', `The API schema has no ${type} config call.`);
  return new Map([...returnedFields(read.endpoint), ...paramsOf(write.endpoint)]);
}

function propertyOf(type: GuestType, name: string, schema: ParamSchema): PropertyFormat | undefined {
  if (typeof schema.format === 'object') return makeFormat(schema.format, ADDITIONS[type][name]);
  const named = QEMU_NAMED[schema.format ?? ''] ?? (type === 'qemu' ? QEMU_UNNAMED[name] : undefined);
  return named && makeFormat({}, named);
}

function configKey(type: GuestType, name: string, schema: ParamSchema): ConfigKey {
  const property = propertyOf(type, name, schema);
  const kind = schema.type;
  return {
    name,
    type: kind === 'boolean' || kind === 'integer' || kind === 'number' ? kind : 'string',
    ...(schema.default !== undefined && { default: String(schema.default) }),
    ...(typeof schema.format === 'string' && !property && { format: schema.format }),
    ...(property && { property }),
  };
}

const tables = new Map<GuestType, ReadonlyMap<string, ConfigKey>>();

/** Every configuration key of a guest type, indexed ones once, as `net[n]`. Built on first use. */
export function configKeys(type: GuestType): ReadonlyMap<string, ConfigKey> {
  const known = tables.get(type);
  if (known) return known;
  const schemas = schemaOf(type);
  const keys = new Map<string, ConfigKey>();
  for (const [name, schema] of schemas) {
    if (!NOT_CONFIG.has(name)) keys.set(name, configKey(type, name, schema));
  }
  // `cdrom` is the old name of ide2 (PVE/QemuServer.pm, parse_vm_config).
  const ide = keys.get('ide[n]');
  if (type === 'qemu' && ide) keys.set('cdrom', { ...ide, name: 'cdrom' });
  tables.set(type, keys);
  return keys;
}

/** `net0` → key `net`, index 0; undefined for a key without a number at its end. */
export function indexedKey(key: string): { readonly base: string; readonly index: number } | undefined {
  const match = /^([a-z][a-z_-]*)(0|[1-9]\d*)$/.exec(key);
  return match?.[1] && match[2] ? { base: match[1], index: Number(match[2]) } : undefined;
}

/** What PVE knows of `net0`, `agent`…; undefined for a key it does not know. */
export function lookupKey(type: GuestType, key: string): ConfigKey | undefined {
  const keys = configKeys(type);
  const indexed = indexedKey(key);
  return keys.get(key) ?? (indexed && keys.get(`${indexed.base}[n]`));
}
