import { nearest } from '../pve/inventory/nearest.ts';
import type { Inventory, InventoryGuest } from '../pve/inventory/types.ts';
import type { GuestSelector } from '../requests/slots.ts';

export type InventoryView = Pick<Inventory, 'nodes' | 'guests' | 'storages' | 'pools'>;

/** A name as the inventory spells it, or a question that says what is unknown or ambiguous. */
export type Resolution<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly question: string };

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const didYouMean = (name: string, candidates: readonly string[]): string => {
  const near = nearest(name, [...new Set(candidates)]);
  return near.length === 0 ? '' : ` Did you mean ${near.map((candidate) => `"${candidate}"`).join(' or ')}?`;
};
const label = (guest: InventoryGuest): string => `${guest.vmid} (${guest.name} on ${guest.node})`;

/** A guest selector against the inventory: canonical spelling, or the question to ask back. Nothing is guessed. */
export function resolveGuest(selector: GuestSelector, inventory: InventoryView): Resolution<GuestSelector> {
  if (typeof selector === 'number') {
    if (inventory.guests.some(({ vmid }) => vmid === selector)) return { ok: true, value: selector };
    const near = nearest(
      String(selector),
      inventory.guests.map(({ vmid }) => String(vmid)),
    );
    const hint = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
    return { ok: false, question: `There is no guest with VMID ${selector}.${hint}` };
  }
  if (selector === 'all') return { ok: true, value: selector };
  const [, prefix, wanted] = /^(tag|pool):(.+)$/s.exec(selector) ?? [];
  if (prefix !== undefined && wanted !== undefined) {
    const known = prefix === 'tag' ? inventory.guests.flatMap(({ tags }) => tags) : inventory.pools;
    const found = known.find((name) => same(name, wanted));
    return found === undefined
      ? {
          ok: false,
          question: `There is no ${prefix === 'tag' ? 'guest with the tag' : 'pool'} "${wanted}".${didYouMean(wanted, known)}`,
        }
      : { ok: true, value: `${prefix}:${found}` };
  }
  const named = inventory.guests.filter(({ name }) => same(name, selector));
  if (named.length === 1 && named[0] !== undefined) return { ok: true, value: named[0].name };
  if (named.length > 1) {
    return {
      ok: false,
      question: `Several guests are called "${selector}": ${named.map(label).join(', ')}. Which VMID do you mean?`,
    };
  }
  // `vm105`, `ct-200`: the kind and the VMID written as one word.
  const glued = /^(?:vm|ct|lxc|qemu|guest)[-_#]?([1-9]\d{2,8})$/i.exec(selector)?.[1];
  if (glued !== undefined) return resolveGuest(Number(glued), inventory);
  return {
    ok: false,
    question: `There is no guest "${selector}".${didYouMean(
      selector,
      inventory.guests.map(({ name }) => name),
    )}`,
  };
}

const resolveName = (what: string, name: string, known: readonly string[]): Resolution<string> => {
  const found = known.find((candidate) => same(candidate, name));
  return found === undefined
    ? {
        ok: false,
        question: `There is no ${what} "${name}".${didYouMean(name, known)} Known: ${[...new Set(known)].slice(0, 8).join(', ')}.`,
      }
    : { ok: true, value: found };
};

/** A node's name as the inventory spells it, or the question to ask back. */
export const resolveNode = (name: string, inventory: InventoryView): Resolution<string> =>
  resolveName(
    'node',
    name,
    inventory.nodes.map((node) => node.name),
  );

/** A storage's id as the inventory spells it, or the question to ask back. */
export const resolveStorage = (name: string, inventory: InventoryView): Resolution<string> =>
  resolveName(
    'storage',
    name,
    inventory.storages.map(({ id }) => id),
  );
