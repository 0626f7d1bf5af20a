import { ProxmoxAiError } from '../../errors.ts';

/**
 * A SHA-256 certificate fingerprint in PVE's own spelling (`AB:CD:…`, upper case). Accepts it with or without
 * colons, in either case. Throws `config-invalid` unless it is 32 bytes of hexadecimal.
 */
export function normalizeFingerprint(text: string): string {
  const hex = text
    .trim()
    .replace(/^sha256[:=\s]/i, '')
    .replaceAll(/[:\s]/g, '')
    .toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(hex)) {
    throw new ProxmoxAiError('config-invalid', 'The certificate fingerprint is not a SHA-256 fingerprint.', {
      hint: 'It has 32 pairs of hexadecimal digits; `pvenode cert info` shows it on the node.',
    });
  }
  return (hex.match(/../g) ?? []).join(':');
}
