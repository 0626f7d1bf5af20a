import { createHmac, timingSafeEqual } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const base32 = (text: string): Buffer => {
  let bits = '';
  for (const letter of text.replaceAll(/[=\s]/g, '').toUpperCase()) {
    bits += alphabet.indexOf(letter).toString(2).padStart(5, '0');
  }
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

/** The 6-digit code of RFC 6238 (SHA-1, 30 s) for a base32 secret at a time in Unix seconds. */
export const totpCode = (secret: string, now: number): string => {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30)));
  const mac = createHmac('sha1', base32(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return ((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).toString().padStart(6, '0');
};

/** Whether the code is that of now or of one step before or after, as PVE allows. */
export const totpMatches = (secret: string, code: string, now: number): boolean =>
  [0, -30, 30].some((shift) => {
    const expected = Buffer.from(totpCode(secret, now + shift));
    const given = Buffer.from(code);
    return given.length === expected.length && timingSafeEqual(expected, given);
  });
