/**
 * Untrusted text (guest names, tags, notes, reasons from PVE) as Markdown that shows it literally: no formatting, no
 * links, no images, no HTML, no table breaks, no terminal escapes.
 */
export function markdownText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/[\\`*_{}[\]()#+!|<>~$]/g, '\\$&')
    .replace(/\b(https?|ftp|javascript|data):/gi, '$1&#58;');
}

/** Untrusted text as inline code: shown literally, on one line. */
export function markdownCode(text: string): string {
  const shown = text
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replaceAll('`', 'ʼ')
    .replaceAll('|', '¦');
  return `\`${shown === '' ? ' ' : shown}\``;
}
