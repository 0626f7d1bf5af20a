import type { InventoryGuest } from '../../pve/inventory/types.ts';

/** True when the guest carries one of the tags; PVE compares tags without case unless told otherwise. */
export const hasTag = (guest: Pick<InventoryGuest, 'tags'>, ...names: readonly string[]): boolean =>
  guest.tags.some((tag) => names.includes(tag.toLowerCase()));
