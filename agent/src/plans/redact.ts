import type { PlanStep } from './types.ts';

/** What stands in a secret's place; PVE's own API shows `cipassword` like this. */
export const mask = '**********';

/**
 * Parameter names of PVE's API whose value is a secret: passwords of users, realms, storages, guests and cloud-init,
 * API token values, keys of encryption, of certificates and of subscriptions.
 */
const secretNames = new Set([
  'cipassword',
  'client-key',
  'csrfpreventiontoken',
  'encryption-key',
  'key',
  'keyring',
  'otp',
  'private-key',
  'privkey',
  'recovery',
  'ticket',
  'token',
  'tokenvalue',
  'totp',
  'vncticket',
]);

/** True for a parameter or configuration key whose value must not be shown, logged or kept in the ledger. */
export const isSecretName = (name: string): boolean => {
  const lower = name.toLowerCase();
  return (
    secretNames.has(lower) ||
    lower.includes('password') ||
    lower.includes('secret') ||
    lower.includes('passphrase')
  );
};

/** A copy of any JSON-like value in which members with a secret's name are masked, at every depth. */
export function redactData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactData);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecretName(name) && member !== null && member !== undefined ? mask : redactData(member),
    ]),
  );
}

/** Text with every given secret masked: an error message may quote a parameter. */
export function maskIn(text: string, secrets: Iterable<string>): string {
  let masked = text;
  // Very short values would mask half the alphabet and are no secrets worth the name.
  for (const secret of secrets) if (secret.length >= 4) masked = masked.replaceAll(secret, mask);
  return masked;
}

/** A step whose changes show no secret: before and after of a secret key become the mask, as PVE's API shows them. */
export function maskChanges(step: PlanStep): PlanStep {
  return {
    ...step,
    changes: step.changes.map(({ key, before, after }) =>
      isSecretName(key)
        ? { key, before: before === null ? null : mask, after: after === null ? null : mask }
        : { key, before, after },
    ),
  };
}
