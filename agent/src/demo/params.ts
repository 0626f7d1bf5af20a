import type { DemoContext } from './endpoint.ts';
import type { Section } from './state.ts';

type Params = DemoContext['params'];

/** A value as PVE writes it into its files: booleans are `1` and `0`, lists are joined by commas. */
export const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return Array.isArray(value) ? value.map(asText).join(',') : JSON.stringify(value);
};

/** The text of a parameter; `undefined` when it was not sent. */
export const text = (params: Params, name: string): string | undefined => {
  const value = params[name];
  return value === undefined || value === null ? undefined : asText(value);
};

/** The text of a parameter that the schema requires, or for which nothing and '' are the same. */
export const textOrEmpty = (params: Params, name: string): string => text(params, name) ?? '';

/** The integer of a parameter; `undefined` when it was not sent. */
export const integer = (params: Params, name: string): number | undefined => {
  const value = text(params, name);
  return value === undefined || value === '' ? undefined : Number(value);
};

/** PVE's truth of a stored text: `1`, `on`, `yes`, `true`. */
export const isTrue = (value: string | undefined): boolean =>
  value !== undefined && /^(1|on|yes|true)$/i.test(value);

/** A flag; false when it was not sent and no fallback is given. */
export const flag = (params: Params, name: string, fallback = false): boolean => {
  const value = text(params, name);
  return value === undefined ? fallback : isTrue(value);
};

/** Items of a `-list`: separated by NUL, or by comma, semicolon and white space (PVE::ParseUtils::split_list). */
export const splitList = (value: string | undefined): string[] => {
  if (value === undefined) return [];
  return value.includes('\0') ? value.split('\0') : value.split(/[,;\s]+/).filter(Boolean);
};

/** The entries of a list parameter, sent once or repeated. */
export const list = (params: Params, name: string): string[] => {
  const value = params[name];
  return Array.isArray(value) ? value.map(String) : splitList(text(params, name));
};

/** The sent parameters as stored text, without those that name the object or steer the call. */
export const asSection = (params: Params, without: readonly string[]): Section => {
  const section: Section = {};
  for (const name of Object.keys(params)) {
    const value = text(params, name);
    if (value !== undefined && !without.includes(name)) section[name] = value;
  }
  return section;
};
