import { ProxmoxAiError } from '../../errors.ts';
import type { PveParams } from '../types.ts';

const hidden = '***';
const secretName = /passw|secret|token|otp|^key$|private|csrf|ticket/i;

/** Values of parameters whose names say that they are secret (`password`, `cipassword`, `token-secret` …). */
export function secretParams(params: PveParams = {}): string[] {
  return Object.entries(params).flatMap(([name, value]) =>
    secretName.test(name) ? (typeof value === 'object' ? [...value] : [String(value)]) : [],
  );
}

/**
 * The error with every one of `secrets` replaced, also where PVE's own message echoed it, percent-encoded or not.
 * Secrets under four characters are left: replacing them would mutilate the text and name them by their gaps.
 */
export function redactError(error: ProxmoxAiError, secrets: readonly string[]): ProxmoxAiError {
  const needles = secrets
    .filter((secret) => secret.length >= 4)
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .sort((a, b) => b.length - a.length);
  const clean = (text: string): string =>
    needles.reduce((result, needle) => result.replaceAll(needle, hidden), text);
  const cleanValue = (value: unknown): unknown => {
    if (typeof value === 'string') return clean(value);
    if (Array.isArray(value)) return value.map(cleanValue);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), cleanValue(item)]));
    }
    return value;
  };
  const message = clean(error.message);
  const fields = cleanValue(error.fields) as Record<string, unknown>;
  if (message === error.message && JSON.stringify(fields) === JSON.stringify(error.fields)) return error;
  return new ProxmoxAiError(error.code, message, {
    fields,
    ...(error.hint === undefined ? {} : { hint: clean(error.hint) }),
  });
}
