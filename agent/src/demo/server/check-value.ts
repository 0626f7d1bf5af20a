import { privileges } from '../access/roles.ts';
import { splitList } from '../params.ts';
import { FormatError } from './format-error.ts';
import { namedFormats } from './named-formats.ts';
import { perlPattern } from './perl-regex.ts';
import { propertyRules } from './property-formats.ts';
import { propertyFormat, splitPropertyString } from './property-string.ts';
import type { ParamSchema, PropertyFormat } from './schema.ts';

/** Parameter → message. */
export type Errors = Record<string, string>;

const integer = /^[+-]?\d+$/;
const number = /^[+-]?(\d+\.\d+|\d+\.|\.\d+|\d+)([eE][+-]?\d+)?$/;

/** Perl's name for a reference of this kind, as PVE's messages show it; undefined for a plain value. */
const referenceName = (value: unknown): string | undefined => {
  if (Array.isArray(value)) return 'ARRAY';
  if (typeof value === 'boolean') return 'JSON::PP::Boolean';
  return typeof value === 'object' ? 'HASH' : undefined;
};

/**
 * Checks one value by its schema in PVE's order (type, format, pattern, length, range, enumeration), adds PVE's
 * message to `errors`, and gives the typed value, or undefined when it is wrong.
 */
export const checkValue = (schema: ParamSchema, value: unknown, path: string, errors: Errors): unknown => {
  if (schema.type === 'array') return checkArray(schema, value, path, errors);
  const type = schema.type ?? 'any';
  const reference = referenceName(value);
  if (reference && !(type === 'boolean' && typeof value === 'boolean') && type !== 'any') {
    return fail(
      errors,
      path,
      type === 'object' ? "type check ('object') failed" : `type check ('${type}') failed - got ${reference}`,
    );
  }
  if (reference && type === 'any') return value;
  const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
  if (!hasType(type, text)) return fail(errors, path, `type check ('${type}') failed - got '${text}'`);
  const message = formatMessage(schema, text, path) ?? rangeMessage(schema, text);
  if (message !== undefined) return fail(errors, path, message);
  return typed(type, text);
};

const fail = (errors: Errors, path: string, message: string): unknown => {
  errors[path] = errors[path] === undefined ? message : `${errors[path]}\\n${message}`;
  return undefined;
};

const hasType = (type: string, text: string): boolean => {
  if (type === 'boolean') return text === '1' || text === '0';
  if (type === 'integer') return integer.test(text);
  return type === 'number' ? number.test(text) : true;
};

const typed = (type: string, text: string): unknown => {
  if (type === 'boolean') return text === '1';
  return type === 'integer' || type === 'number' ? Number(text) : text;
};

const checkArray = (schema: ParamSchema, value: unknown, path: string, errors: Errors): unknown => {
  if (!Array.isArray(value)) return fail(errors, path, "type check ('array') failed");
  const { items } = schema;
  if (!items) return value;
  return value.map((item, i) => checkValue(items, item, `${path}[${i}]`, errors));
};

const rangeMessage = (schema: ParamSchema, text: string): string | undefined => {
  const { pattern, maxLength, minLength, maximum, minimum } = schema;
  if (pattern && !perlPattern(pattern).test(text)) return 'value does not match the regex pattern';
  if (maxLength !== undefined && text.length > maxLength)
    return `value may only be ${maxLength} characters long`;
  if (minLength !== undefined && text.length < minLength)
    return `value must be at least ${minLength} characters long`;
  if (number.test(text)) {
    if (maximum !== undefined && Number(text) > maximum)
      return `value must have a maximum value of ${maximum}`;
    if (minimum !== undefined && Number(text) < minimum)
      return `value must have a minimum value of ${minimum}`;
  }
  if (schema.enum && !schema.enum.map(String).includes(text)) {
    return `value '${text}' does not have a value in the enumeration '${schema.enum.join(', ')}'`;
  }
  return undefined;
};

/** PVE's `invalid format - …` message, or undefined when the text has the format. */
const formatMessage = (schema: ParamSchema, text: string, path: string): string | undefined => {
  if (schema.format === undefined) return undefined;
  try {
    checkFormat(schema.format, text, path);
    return undefined;
  } catch (error) {
    if (error instanceof FormatError) return `invalid format - ${error.message}\n`;
    throw error;
  }
};

const checkFormat = (format: string | PropertyFormat, text: string, path: string): void => {
  const subkeys = propertyFormat(format);
  if (subkeys) {
    const value = checkProperties(subkeys, text, path);
    const message = typeof format === 'string' ? propertyRules[format]?.(value) : undefined;
    if (message !== undefined) throw new FormatError(message);
    return;
  }
  const [, name = '', kind] = /^(.*?)(?:-(list|opt))?$/.exec(format as string) ?? [];
  const rule = name === 'pve-priv' ? privilege : namedFormats[name];
  if (kind === 'opt' && text === '') return;
  for (const item of kind === 'list' ? splitList(text) : [text]) rule?.(item);
};

const privilege = (text: string): void => {
  if (!privileges.includes(text)) throw new FormatError(`invalid privilege '${text}'`);
};

/** Splits and checks a property string; throws a FormatError that lists what is wrong with its sub-keys. */
const checkProperties = (format: PropertyFormat, text: string, path: string): Record<string, string> => {
  const value = splitPropertyString(format, text);
  const errors: Errors = {};
  for (const [key, schema] of Object.entries(format)) {
    const sub = value[key];
    if (sub !== undefined) checkValue(schema, sub, `${path}.${key}`, errors);
    else if (schema.alias === undefined && !schema.optional) {
      errors[`${path}.${key}`] = 'property is missing and it is not optional';
    }
    const { requires } = schema;
    if (sub !== undefined && requires !== undefined && value[requires] === undefined) {
      errors[`${path}.${requires}`] = `missing property required by '${path}.${key}'`;
    }
  }
  const lines = Object.entries(errors).map(([key, message]) => `${key}: ${message}`);
  if (lines.length > 0) throw new FormatError(['format error', ...lines].join('\n'));
  return value;
};
