import { isProperty, parseProperty } from '../pve/config/property.ts';
import type { GuestType } from '../pve/types.ts';
import type { Change, PlanStep } from './types.ts';

/** One part of a value that is different: a sub-key of a property string, or a member of a list. */
export interface PartChange {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Which parts of a value differ, where that is clearer than the two values: sub-keys of a property string, members of
 * a comma-separated list. Empty when the value has no parts, or is new or gone as a whole.
 */
export function partChanges(step: PlanStep, { key, before, after }: Change): PartChange[] {
  if (before === null || after === null) return [];
  const type = step.object.split('/')[0];
  const isConfig = step.read?.path.endsWith('/config') ?? false;
  if (isConfig && (type === 'qemu' || type === 'lxc') && isProperty(type, key)) {
    return subkeyChanges(type, key, before, after);
  }
  return /^[^\s,]+(,[^\s,]+)+$/.test(before) || /^[^\s,]+(,[^\s,]+)+$/.test(after)
    ? memberChanges(before, after)
    : [];
}

function subkeyChanges(type: GuestType, key: string, before: string, after: string): PartChange[] {
  const parts = (text: string): Map<string, string> => new Map(parseProperty(type, key, text).entries);
  const old = parts(before);
  const now = parts(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((name) => ({ name, before: old.get(name) ?? null, after: now.get(name) ?? null }))
    .filter((part) => part.before !== part.after);
}

function memberChanges(before: string, after: string): PartChange[] {
  const old = new Set(before.split(','));
  const now = new Set(after.split(','));
  return [
    ...[...old].filter((member) => !now.has(member)).map((name) => ({ name, before: name, after: null })),
    ...[...now].filter((member) => !old.has(member)).map((name) => ({ name, before: null, after: name })),
  ];
}
