/**
 * PVE's encoding of notes in `.conf` files: control characters, `%`, `:` and all that is not ASCII become %XX of
 * their UTF-8 bytes (PVE::ParseUtils::encode_text).
 */
export function encodeText(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replaceAll(/[^\x20-\x24\x26-\x39\x3b-\x7e]/g, (char) => {
      return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
    });
}

/** The text that {@link encodeText} made; a stray `%` stays, bytes that are no UTF-8 become U+FFFD, as in PVE. */
export function decodeText(text: string): string {
  const bytes = Buffer.from(text, 'utf8')
    .toString('latin1')
    .replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
