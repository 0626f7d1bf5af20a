import { flag } from './property.ts';
import type { PropertyValue } from './types.ts';

const PLAIN: ReadonlySet<string> = new Set(['base64', 'uuid']);

/**
 * The fields of `smbios1` as the guest sees them: base64 undone where `base64=1` says so. `base64` itself is not
 * among them; a repeated sub-key counts once.
 */
export function smbiosFields(value: PropertyValue): ReadonlyMap<string, string> {
  const encoded = flag(value, 'base64');
  const fields = new Map<string, string>();
  for (const [name, text] of value.entries) {
    if (name === 'base64' || fields.has(name)) continue;
    fields.set(name, encoded && !PLAIN.has(name) ? Buffer.from(text, 'base64').toString('utf8') : text);
  }
  return fields;
}
