import { ProxmoxAiError } from '../../errors.ts';
import type { PveParams } from '../types.ts';

/** PVE's API server refuses larger bodies with 501 (`$limit_max_post` of pve-http-server). Bytes. */
const maxBody = 512 * 1024;

/**
 * Parameters as `application/x-www-form-urlencoded`: booleans as 1 and 0, arrays as repeated parameters.
 * Throws `too-large` beyond the 512 KiB that PVE's API server accepts.
 */
export function encodeParams(params: PveParams = {}): string {
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (typeof value === 'object') for (const item of value) form.append(key, item);
    else form.append(key, typeof value === 'boolean' ? (value ? '1' : '0') : String(value));
  }
  const text = form.toString();
  if (text.length > maxBody) {
    throw new ProxmoxAiError('too-large', `The request is ${text.length} bytes; PVE accepts ${maxBody}.`, {
      hint: 'Split it into smaller requests.',
      fields: { bytes: text.length, limitBytes: maxBody },
    });
  }
  return text;
}
