import { createHash } from 'node:crypto';

/** SHA-1 (hex) over a piece of demo state: the `digest` by which PVE detects concurrent modification. */
export const digestOf = (value: unknown): string =>
  createHash('sha1').update(JSON.stringify(value)).digest('hex');
