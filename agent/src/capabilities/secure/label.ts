import type { InventoryGuest } from '../../pve/inventory/types.ts';

/** `VM 105 (db-01)`, `container 201 (web)`: plain text, to be escaped where it is rendered. */
export const guestLabel = ({ type, vmid, name }: InventoryGuest): string =>
  `${type === 'qemu' ? 'VM' : 'container'} ${vmid} (${name})`;
