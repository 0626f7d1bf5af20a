import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import { nearest } from '../pve/inventory/nearest.ts';
import type { Inventory, InventoryGuest } from '../pve/inventory/types.ts';
import type { Request } from '../requests/request.ts';
import { slotSchemas, type GuestSelector } from '../requests/slots.ts';

const slots = z.object({
  guests: slotSchemas.guests.optional(),
  node: slotSchemas.node.optional(),
});

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function unknown(selector: GuestSelector, guests: readonly InventoryGuest[]): ProxmoxAiError {
  const near = nearest(
    String(selector),
    guests.map(({ name, vmid }) => (typeof selector === 'number' ? String(vmid) : name)),
  );
  return new ProxmoxAiError(
    'guest-unknown',
    `There is no guest ${typeof selector === 'number' ? `with VMID ${selector}` : `"${selector}"`}, or your user may not see it.`,
    {
      hint:
        near.length > 0
          ? `Did you mean ${near.join(' or ')}?`
          : '`proxmox-ai ask "show all guests"` lists them.',
      fields: { selector },
    },
  );
}

function bySelector(selector: GuestSelector, guests: readonly InventoryGuest[]): readonly InventoryGuest[] {
  if (selector === 'all') return guests;
  if (typeof selector === 'number') return guests.filter(({ vmid }) => vmid === selector);
  const [, prefix, name] = /^(tag|pool):(.+)$/s.exec(selector) ?? [];
  if (name !== undefined) {
    return guests.filter(({ tags, pool }) =>
      prefix === 'tag' ? tags.some((tag) => same(tag, name)) : pool !== undefined && same(pool, name),
    );
  }
  const named = guests.filter((guest) => same(guest.name, selector));
  if (named.length > 1) {
    throw new ProxmoxAiError(
      'guest-ambiguous',
      `Several guests are called "${selector}": VMIDs ${named.map(({ vmid }) => vmid).join(', ')}.`,
      {
        hint: 'Give the VMID instead of the name.',
      },
    );
  }
  return named;
}

/**
 * The guests that a request's slots `guests`, `node` or `scope` name, in VMID order and without repeats; without any of
 * these, every guest. Throws `guest-unknown` (with near names) and `guest-ambiguous`.
 */
export function selectGuests(
  request: Request,
  inventory: Pick<Inventory, 'guests'>,
): readonly InventoryGuest[] {
  const { guests: selectors, node } = slots.parse({ guests: request.slots.guests, node: request.slots.node });
  const onNode = inventory.guests.filter((guest) => node === undefined || same(guest.node, node));
  const chosen = new Map<number, InventoryGuest>();
  for (const selector of selectors ?? ['all']) {
    const found = bySelector(selector, onNode);
    if (found.length === 0 && selector !== 'all') throw unknown(selector, onNode);
    for (const guest of found) chosen.set(guest.vmid, guest);
  }
  return [...chosen.values()].sort((a, b) => a.vmid - b.vmid);
}
