import type { GuestType } from '../types.ts';
import type { PropertyFormat, Subkey } from './formats/format.ts';
import { lookupKey } from './formats/keys.ts';
import { parseEntries } from './property.ts';
import { isBooleanText } from './values.ts';

/**
 * Why PVE would refuse the text as a property string of this key, one sentence each; empty when it would take it.
 * Empty also for a key that holds plain text. Source: PVE::JSONSchema, parse_property_string and check_object.
 */
export function propertyProblems(type: GuestType, key: string, text: string): readonly string[] {
  const format = lookupKey(type, key)?.property;
  return format ? formatProblems(format, text) : [];
}

/** As {@link propertyProblems}, for a format that is not a guest's. */
export function formatProblems(format: PropertyFormat, text: string): readonly string[] {
  const entries = parseEntries(format, text);
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const [name, value] of entries) {
    if (seen.has(name)) problems.push(`The sub-key ${name} stands twice.`);
    seen.add(name);
    const subkey = format.subkeys.get(name);
    if (!subkey) problems.push(`PVE knows no sub-key ${JSON.stringify(name)} here.`);
    else problems.push(...valueProblems(subkey, value).map((problem) => `${name}: ${problem}`));
  }
  for (const [name, { optional, requires }] of format.subkeys) {
    if (!optional && !seen.has(name)) problems.push(`The sub-key ${name} is missing.`);
    if (requires !== undefined && seen.has(name) && !seen.has(requires)) {
      problems.push(`The sub-key ${name} needs ${requires}, too.`);
    }
  }
  return problems;
}

/** What a schema says of one value; the fields that sub-keys and API parameters share. */
export type ValueRule = Pick<Subkey, 'type' | 'enum' | 'minimum' | 'maximum' | 'maxLength' | 'pattern'>;

/** Why PVE would refuse the text for this value. */
export function valueProblems(rule: ValueRule, text: string): readonly string[] {
  if (text === '') return ['The value is empty.'];
  if (rule.enum && !rule.enum.includes(text)) return [`${text} is not one of ${rule.enum.join(', ')}.`];
  switch (rule.type) {
    case 'boolean':
      return isBooleanText(text) ? [] : [`${text} is not a boolean.`];
    case 'integer':
    case 'number':
      return numberProblems(rule, text);
    case 'string':
      return textProblems(rule, text);
  }
}

const NUMBER = /^[+-]?(\d+\.\d+|\d+\.|\.\d+|\d+)([eE][+-]?\d+)?$/;

function numberProblems({ type, minimum, maximum }: ValueRule, text: string): readonly string[] {
  if (!(type === 'integer' ? /^[+-]?\d+$/ : NUMBER).test(text)) {
    return [`${text} is not ${type === 'integer' ? 'an integer' : 'a number'}.`];
  }
  const value = Number(text);
  if (minimum !== undefined && value < minimum) return [`${text} is less than ${minimum}.`];
  if (maximum !== undefined && value > maximum) return [`${text} is more than ${maximum}.`];
  return [];
}

function textProblems({ maxLength, pattern }: ValueRule, text: string): readonly string[] {
  if (maxLength !== undefined && text.length > maxLength) {
    return [`The text is longer than ${maxLength} characters.`];
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 's').test(text)) {
    return [`${JSON.stringify(text)} does not match the pattern ${pattern}.`];
  }
  return [];
}
