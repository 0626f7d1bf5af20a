import type { InventoryGuest } from '../../pve/inventory/types.ts';
import { markdownText } from '../markdown.ts';

/** `1 guest`, `3 guests`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `a, b, c and 4 more`. */
export const listed = (items: readonly string[], most: number): string =>
  items.length <= most
    ? items.join(', ')
    : `${items.slice(0, most).join(', ')} and ${items.length - most} more`;

/**
 * A sentence of ours that may hold names from the cluster, as Markdown. Links, code, HTML and emphasis stay impossible;
 * brackets and signs that mean nothing within a sentence stay readable.
 */
export const prose = (text: string): string => markdownText(text).replace(/\\([()+#!])/g, '$1');

/** `VM 105 (db-01)` as Markdown. */
export const guestMarkdown = ({ type, vmid, name }: InventoryGuest): string =>
  `${type === 'qemu' ? 'VM' : 'container'} ${vmid} (${markdownText(name)})`;
