import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds that a ticket is valid, and that clocks may differ (pve-access-control). */
const lifetime = 7200;
const grace = 300;

const hexTime = (now: number): string => Math.floor(now).toString(16).toUpperCase().padStart(8, '0');

const fresh = (timestamp: string, now: number): boolean => {
  const age = now - Number.parseInt(timestamp, 16);
  return age > -grace && age < lifetime;
};

/** Signatures made lately: every request shows the same ticket, and four HMACs each were a seventh of a long run. */
const signatures = new Map<string, string>();
const maxSignatures = 100;

/** PVE signs with RSA-2048; here an HMAC of the same length (256 bytes), so that no key has to be generated at start. */
const signature = (key: string, text: string): string => {
  const known = signatures.get(`${key}:${text}`);
  if (known !== undefined) return known;
  const blocks = [0, 1, 2, 3].map((block) =>
    createHmac('sha512', Buffer.from(key, 'hex')).update(`${block}:${text}`).digest(),
  );
  const made = Buffer.concat(blocks).toString('base64');
  const oldest = signatures.keys().next().value;
  if (signatures.size >= maxSignatures && oldest !== undefined) signatures.delete(oldest);
  signatures.set(`${key}:${text}`, made);
  return made;
};

const same = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/** `PVE:user@realm:HEXTIME::signature`; `bound` is signed too but not part of the ticket (PVE's additional data). */
export const createTicket = (key: string, data: string, now: number, bound = ''): string => {
  const plain = `PVE:${data.replaceAll(/[%:\s]/g, encodeURIComponent)}:${hexTime(now)}`;
  return `${plain}::${signature(key, `${plain}:${bound}`)}`;
};

/** What the ticket was made for, when its signature holds and it is at most two hours old. */
export const readTicket = (key: string, ticket: string, now: number, bound = ''): string | undefined => {
  const [, plain, data, timestamp, sig] = /^(PVE:(\S+):([0-9A-F]{8}))::([^:\s]+)$/.exec(ticket) ?? [];
  if (plain === undefined || data === undefined || timestamp === undefined || sig === undefined)
    return undefined;
  if (!same(sig, signature(key, `${plain}:${bound}`)) || !fresh(timestamp, now)) return undefined;
  return decodeURIComponent(data);
};

const csrfDigest = (key: string, text: string): string =>
  createHmac('sha256', Buffer.from(`${key}ff`, 'hex'))
    .update(text)
    .digest('base64')
    .replace(/=+$/, '');

/** `HEXTIME:digest`, bound to the user. */
export const createCsrfToken = (key: string, userid: string, now: number): string =>
  `${hexTime(now)}:${csrfDigest(key, `${hexTime(now)}:${userid}`)}`;

/** Whether this CSRF token was made for this user within the last two hours. */
export const csrfTokenValid = (key: string, userid: string, token: string, now: number): boolean => {
  const [, timestamp, digest] = /^([0-9A-F]{8}):(\S+)$/.exec(token) ?? [];
  return (
    timestamp !== undefined &&
    digest !== undefined &&
    fresh(timestamp, now) &&
    same(digest, csrfDigest(key, `${timestamp}:${userid}`))
  );
};
