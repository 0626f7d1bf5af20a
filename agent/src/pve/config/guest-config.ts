import { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';
import type { GuestType } from '../types.ts';
import { compareKeys } from './key-order.ts';
import { canonicalKeys, sameLxcLines, sameValue } from './same.ts';
import type { GuestConfig } from './types.ts';

export { defaultText, effective } from './defaults.ts';

/** A map without a prototype: a key such as `__proto__` or `constructor` is a key like any other. */
export const emptyValues = (): Record<string, string> => Object.create(null) as Record<string, string>;

const lxcLines = z.array(z.tuple([z.string(), z.string()]).rest(z.unknown()));

/** The text of a scalar of PVE's JSON; booleans become 1 and 0. Anything else is `pve-protocol`. */
export function scalarText(key: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new ProxmoxAiError(
    'pve-protocol',
    `PVE's configuration has no plain value at ${JSON.stringify(key)}.`,
    {
      hint: 'The server answered in a shape that this release does not know.',
      fields: { key },
    },
  );
}

function parseLxcLines(value: unknown): readonly (readonly [string, string])[] {
  const parsed = lxcLines.safeParse(value);
  if (parsed.success) return parsed.data.map(([key, text]) => [key, text] as const);
  throw new ProxmoxAiError(
    'pve-protocol',
    'The raw lxc lines of the configuration are not key and value pairs.',
    {
      hint: 'The server answered in a shape that this release does not know.',
      fields: { key: 'lxc' },
    },
  );
}

/**
 * A guest's configuration from the `data` of `GET …/config`: numbers and booleans become text, unknown keys stay,
 * `digest` and a container's raw `lxc` lines go to their own fields. Values that are no scalar are `pve-protocol`.
 */
export function parseConfig(type: GuestType, apiData: Readonly<Record<string, unknown>>): GuestConfig {
  const values = emptyValues();
  let lxcRaw: GuestConfig['lxcRaw'] = [];
  let digest: string | undefined;
  for (const [key, value] of Object.entries(apiData)) {
    if (value === null || value === undefined) continue;
    if (key === 'digest') digest = scalarText(key, value);
    else if (key === 'lxc' && type === 'lxc') lxcRaw = parseLxcLines(value);
    else values[key] = scalarText(key, value);
  }
  return { type, values, lxcRaw, ...(digest !== undefined && { digest }) };
}

/** The keys as the API takes and gives them. Raw `lxc.*` lines are not in it: the API cannot write them. */
export function printConfig(config: GuestConfig): Record<string, string> {
  return Object.assign(emptyValues(), config.values);
}

/** One key that means something else in two configurations; `null` when it is not set. */
export interface ConfigChange {
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * What differs in meaning from `before` to `after`, by key; a missing key and its default are equal, and so are two
 * spellings of one value (catalogue 9.4). Raw lxc lines stand under the key `lxc`. `digest` is not compared.
 */
export function diffConfig(before: GuestConfig, after: GuestConfig): ConfigChange[] {
  const from = canonicalKeys(before);
  const to = canonicalKeys(after);
  const keys = new Set([...Object.keys(from.values), ...Object.keys(to.values)]);
  const changes = [...keys]
    .filter((key) => !sameValue(from, to, key))
    .toSorted(compareKeys)
    .map((key) => ({ key, before: from.values[key] ?? null, after: to.values[key] ?? null }));
  if (!sameLxcLines(before, after)) {
    changes.push({ key: 'lxc', before: lxcText(before), after: lxcText(after) });
  }
  return changes;
}

function lxcText(config: GuestConfig): string | null {
  if (config.lxcRaw.length === 0) return null;
  return config.lxcRaw.map(([key, value]) => `${key}: ${value}`).join('\n');
}

/** Whether two configurations mean the same to PVE (see {@link diffConfig}). */
export function sameConfig(a: GuestConfig, b: GuestConfig): boolean {
  return a.type === b.type && diffConfig(a, b).length === 0;
}
