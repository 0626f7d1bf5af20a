import { lookupKey } from '../../pve/config/formats/keys.ts';
import type { GuestType } from '../../pve/types.ts';
import type { GuestState, Section } from '../state.ts';
import { guestDigest } from './lookup.ts';
import { pendingDeletes } from './pending.ts';

/** Configuration text as PVE's parser types it: integers and booleans are numbers, `number` keys stay text. */
export function typedValue(type: GuestType, key: string, value: string): string | number {
  const kind = key === 'snaptime' ? 'integer' : lookupKey(type, key)?.type;
  return (kind === 'integer' || kind === 'boolean') && /^\d+$/.test(value) ? Number(value) : value;
}

export const typedConfig = (type: GuestType, section: Section): Record<string, unknown> =>
  Object.fromEntries(Object.entries(section).map(([key, value]) => [key, typedValue(type, key, value)]));

/** The configuration with which the guest will run next: pending values set, pending deletions made. */
export function mergedConfig({ config, pending }: GuestState): Section {
  const merged: Section = { ...config, ...pending.set };
  for (const key of pendingDeletes(pending).keys()) Reflect.deleteProperty(merged, key);
  return merged;
}

const hiddenPassword = '**********';

const withoutPassword = (section: Section): Section =>
  section.cipassword === undefined ? section : { ...section, cipassword: hiddenPassword };

/** `data` of `GET …/config` for one section: typed, password hidden, with digest and a container's raw lines. */
export function configAnswer(guest: GuestState, section: Section): Record<string, unknown> {
  return {
    ...typedConfig(guest.type, withoutPassword(section)),
    ...(guest.lxcRaw.length > 0 && { lxc: guest.lxcRaw }),
    digest: guestDigest(guest),
  };
}

/** `data` of `GET …/pending`: each key once with value, pending value and `delete` (2: with its volume). */
export function pendingAnswer(guest: GuestState): Record<string, unknown>[] {
  const { type } = guest;
  const config = withoutPassword(guest.config);
  const set = { ...withoutPassword(guest.pending.set) };
  const deletes = pendingDeletes(guest.pending);
  const rows = Object.entries(config).map(([key, value]) => {
    const row: Record<string, unknown> = { key, value: typedValue(type, key, value) };
    const pending = set[key];
    if (pending !== undefined) row.pending = pending;
    const force = deletes.get(key);
    if (force !== undefined) row.delete = force ? 2 : 1;
    return row;
  });
  const added = Object.entries(set)
    .filter(([key]) => config[key] === undefined)
    .map(([key, pending]) => ({ key, pending }));
  const gone = [...deletes]
    .filter(([key]) => config[key] === undefined)
    .map(([key, force]) => ({ key, delete: force ? 2 : 1 }));
  return [...rows, { key: 'digest', value: guestDigest(guest) }, ...added, ...gone];
}
