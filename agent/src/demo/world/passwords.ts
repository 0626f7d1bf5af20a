import { scryptSync, timingSafeEqual } from 'node:crypto';

// Cheap on purpose: the demo's logins are published, and its start must stay fast.
const COST = { N: 1024, r: 8, p: 1 } as const;
const KEY_BYTES = 32;

/** scrypt of a password as `UserState.password` holds it: 16-byte salt and 32-byte key, both hex. */
export const hashPassword = (password: string, saltHex: string): string =>
  `${saltHex}:${scryptSync(password, Buffer.from(saltHex, 'hex'), KEY_BYTES, COST).toString('hex')}`;

/** Whether the password belongs to the stored `salt:hash`; false for a malformed one. */
export const verifyPassword = (password: string, stored: string): boolean => {
  const [salt = '', key = ''] = stored.split(':');
  if (!/^[0-9a-f]{32}$/.test(salt) || !/^[0-9a-f]{64}$/.test(key)) return false;
  const computed = scryptSync(password, Buffer.from(salt, 'hex'), KEY_BYTES, COST);
  return timingSafeEqual(computed, Buffer.from(key, 'hex'));
};
