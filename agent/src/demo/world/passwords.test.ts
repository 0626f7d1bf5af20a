import { describe, expect, it } from 'vitest';
import { demoAccounts } from '../accounts.ts';
import { generateAccess } from './access.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

const salt = '00112233445566778899aabbccddeeff';

describe('verifyPassword', () => {
  it('accepts the password that was hashed and no other', () => {
    const stored = hashPassword('correct horse', salt);
    expect(stored).toMatch(/^[0-9a-f]{32}:[0-9a-f]{64}$/);
    expect(verifyPassword('correct horse', stored)).toBe(true);
    expect(verifyPassword('correct horse ', stored)).toBe(false);
  });

  it.each(['', 'x', `${salt}:`, `${salt}:zz`, `:${'0'.repeat(64)}`])(
    'is false for the malformed %j',
    (stored) => {
      expect(verifyPassword('', stored)).toBe(false);
    },
  );
});

describe('accounts of the demo', () => {
  const { users } = generateAccess(1_790_000_000);
  it.each(Object.values(demoAccounts).filter((account) => 'password' in account))(
    'lets $userid log in with the published password',
    ({ userid, password }) => {
      expect(verifyPassword(password, users[userid]?.password ?? '')).toBe(true);
    },
  );

  it('has the published token, separated in privileges', () => {
    const [userid = '', name = ''] = demoAccounts.scanToken.tokenid.split('!');
    expect(users[userid]?.tokens[name]).toMatchObject({
      secret: demoAccounts.scanToken.secret,
      privsep: true,
    });
  });
});
