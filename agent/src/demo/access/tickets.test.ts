import { expect, test } from 'vitest';
import { createCsrfToken, createTicket, csrfTokenValid, readTicket } from './tickets.ts';
import { totpCode, totpMatches } from './totp.ts';

const key = 'ab'.repeat(32);
const now = 1_800_000_000;

test('a ticket has PVE’s shape and gives its user back for two hours', () => {
  const ticket = createTicket(key, 'root@pam', now);
  expect(ticket).toMatch(/^PVE:root@pam:6B49D200::[A-Za-z0-9+/]{342}==$/);
  expect(readTicket(key, ticket, now + 7199)).toBe('root@pam');
  expect(readTicket(key, ticket, now + 7200)).toBeUndefined();
  expect(readTicket(key, ticket, now - 301)).toBeUndefined();
});

test('a changed, foreign or differently bound ticket is refused', () => {
  const ticket = createTicket(key, 'auditor@pve', now, 'x');
  expect(readTicket(key, ticket, now, 'x')).toBe('auditor@pve');
  expect(readTicket(key, ticket, now)).toBeUndefined();
  expect(readTicket(key, ticket.replace('auditor', 'root'), now, 'x')).toBeUndefined();
  expect(readTicket('cd'.repeat(32), ticket, now, 'x')).toBeUndefined();
  expect(readTicket(key, 'PVE:root@pam:6B49D200::', now)).toBeUndefined();
});

test('data of a ticket may hold colons and quotes', () => {
  const data = '!tfa!{"totp":true}';
  expect(readTicket(key, createTicket(key, data, now), now)).toBe(data);
});

test('a CSRF token is bound to its user and time', () => {
  const token = createCsrfToken(key, 'root@pam', now);
  expect(token).toMatch(/^6B49D200:[A-Za-z0-9+/]{43}$/);
  expect(csrfTokenValid(key, 'root@pam', token, now + 60)).toBe(true);
  expect(csrfTokenValid(key, 'auditor@pve', token, now + 60)).toBe(false);
  expect(csrfTokenValid(key, 'root@pam', token, now + 7200)).toBe(false);
  expect(csrfTokenValid(key, 'root@pam', '', now)).toBe(false);
});

// The secret of RFC 6238 appendix B, and its codes cut to six digits.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [20_000_000_000, '353130'],
])('the TOTP code at %d is that of RFC 6238', (time, code) => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  expect(totpCode(secret, time)).toBe(code);
  expect(totpMatches(secret, code, time + 30)).toBe(true);
  expect(totpMatches(secret, code, time + 90)).toBe(false);
});
