import { randomBytes } from 'node:crypto';

/** Crockford's base32 (https://www.crockford.com/base32.html), in lower case: no i, l, o, u. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

export const planIdPattern = /^p-[0-9a-hjkmnp-tv-z]{10}$/;

/** `p-` and ten random characters: 50 bits. */
export const newPlanId = (): string =>
  `p-${[...randomBytes(10)].map((byte) => alphabet.charAt(byte & 31)).join('')}`;

/** What a person typed as a plan id, or its beginning: case, a missing `p-`, and Crockford's look-alikes forgiven. */
export function normalisePlanId(typed: string): string {
  const bare = typed.trim().toLowerCase().replace(/^p-/, '');
  return `p-${bare.replaceAll('o', '0').replace(/[il]/g, '1')}`;
}
