import type { DemoContext } from '../endpoint.ts';
import type { Section } from '../state.ts';

type Params = DemoContext['params'];

/** The text of a parameter; `undefined` when it was not sent. */
export const text = (params: Params, name: string): string | undefined => {
  const value = params[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return Array.isArray(value) ? value.map(String).join(',') : undefined;
};

/** The text of a parameter that the schema requires. */
export const required = (params: Params, name: string): string => text(params, name) ?? '';

/** The integer of a parameter; `undefined` when it was not sent. */
export const integer = (params: Params, name: string): number | undefined => {
  const value = text(params, name);
  return value === undefined || value === '' ? undefined : Number(value);
};

/** A flag; false when it was not sent and no fallback is given. */
export const flag = (params: Params, name: string, fallback = false): boolean => {
  const value = text(params, name);
  return value === undefined ? fallback : isTrue(value);
};

/** PVE's truth of a stored text: `1`, `on`, `yes`, `true`. */
export const isTrue = (value: string | undefined): boolean =>
  value !== undefined && /^(1|on|yes|true)$/i.test(value);

/** Splits as PVE does for every `-list` format: comma, semicolon, white space or NUL. */
export const splitList = (value: string | undefined): string[] =>
  (value ?? '').split(/[,;\0\s]+/).filter((part) => part !== '');

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
