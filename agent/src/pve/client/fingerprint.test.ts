import { expect, test } from 'vitest';
import { normalizeFingerprint } from './fingerprint.ts';

const plain = '0a'.repeat(32);
const spelled = Array.from({ length: 32 }, () => '0A').join(':');

test.each([plain, spelled, spelled.toLowerCase(), ` ${plain}\n`, `SHA256:${plain}`])(
  '%j becomes PVE’s spelling',
  (text) => {
    expect(normalizeFingerprint(text)).toBe(spelled);
  },
);

test.each(['', 'AB', plain.slice(1), `${plain}0`, 'g'.repeat(64), '0a'.repeat(20)])(
  '%j is no SHA-256 fingerprint',
  (text) => {
    expect(() => normalizeFingerprint(text)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  },
);
