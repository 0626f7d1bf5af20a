import { FormatError, must } from './format-error.ts';
import { namedPropertyFormats } from './property-formats.ts';
import { apiMethod } from './schema.ts';
import type { ParamSchema, PropertyFormat } from './schema.ts';

/** PVE's booleans in property strings: `1|on|yes|true`, `0|off|no|false` in any case; undefined for anything else. */
export const parseBoolean = (text: string): '1' | '0' | undefined =>
  /^(1|on|yes|true)$/i.test(text) ? '1' : /^(0|off|no|false)$/i.test(text) ? '0' : undefined;

const normal = (schema: ParamSchema, text: string): string =>
  schema.type === 'boolean' ? (parseBoolean(text) ?? text) : text;

/**
 * Splits `a=1,b=2,value-of-default-key` by its sub-keys as PVE::JSONSchema::parse_property_string does, aliases
 * resolved and booleans as `0`/`1`. Throws a FormatError with PVE's message; the values themselves are not checked here.
 * Keys that only named formats describe can be looked up in `namedPropertyFormats`.
 */
export const splitPropertyString = (format: PropertyFormat, text: string): Record<string, string> => {
  const result: Record<string, string> = {};
  let defaultUsed: string | undefined;
  for (const part of text.split(',')) {
    if (/^\s*$/.test(part)) continue;
    const [, key, value] = /^([^=]+)=(.+)$/s.exec(part) ?? [];
    if (key !== undefined && value !== undefined) {
      must(result[key] === undefined, `duplicate key in comma-separated list property: ${key}`);
      setKey(format, result, key, value);
    } else {
      must(!part.includes('='), 'missing key in comma-separated list property');
      must(defaultUsed === undefined, `duplicate key in comma-separated list property: ${defaultUsed ?? ''}`);
      const [name, schema] = Object.entries(format).find(([, sub]) => sub.default_key) ?? [];
      must(name !== undefined && schema, 'value without key, but schema does not define a default key');
      must(!result[name], `duplicate key in comma-separated list property: ${name}`);
      defaultUsed = name;
      result[name] = normal(schema, part);
    }
  }
  return result;
};

const setKey = (format: PropertyFormat, result: Record<string, string>, key: string, value: string): void => {
  const alias = format[key]?.alias;
  // Of a NIC, `virtio=<MAC>` also names the model (qemu-server, Network.pm); the facts do not carry `keyAlias`.
  const keyAlias = alias === 'macaddr' && format.model ? 'model' : undefined;
  if (alias !== undefined && keyAlias !== undefined) {
    must(result[keyAlias] === undefined, `key alias '${keyAlias}' is already defined`);
    result[keyAlias] = key;
  }
  const target = alias ?? key;
  must(alias === undefined || result[target] === undefined, `key '${target}' is already defined (via alias)`);
  const schema = format[target];
  if (!schema) throw new FormatError(`invalid key in comma-separated list property: ${target}`);
  result[target] = normal(schema, value);
};

/** The sub-keys of a property string: given inline, or known by the name of the format; undefined for other formats. */
export const propertyFormat = (format: string | PropertyFormat | undefined): PropertyFormat | undefined => {
  if (typeof format !== 'string') return format;
  return format === 'pve-qm-ide' ? ideFormat() : namedPropertyFormats[format];
};

/** `cdrom` takes the same property string as `ide[n]`, which the facts describe inline. */
const ideFormat = (): PropertyFormat | undefined =>
  propertyFormat(apiMethod('PUT', '/nodes/{node}/qemu/{vmid}/config')?.params['ide[n]']?.format);
