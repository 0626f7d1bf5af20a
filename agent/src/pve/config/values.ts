import { ProxmoxAiError } from '../../errors.ts';

const TRUE = /^(1|on|yes|true)$/i;
const FALSE = /^(0|off|no|false)$/i;

/** Whether PVE takes the text for a boolean at all (PVE::JSONSchema::parse_boolean). */
export const isBooleanText = (text: string): boolean => TRUE.test(text) || FALSE.test(text);

/** A boolean as PVE writes it: 1, on, yes, true or 0, off, no, false. Anything else is `pve-protocol`. */
export function booleanText(text: string): boolean {
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  throw new ProxmoxAiError('pve-protocol', `${JSON.stringify(text)} is not a boolean.`, {
    hint: 'PVE takes 1, on, yes or true, and 0, off, no or false.',
    fields: { text },
  });
}

const UNITS: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Bytes of a PVE disk size such as `32G`, `32768M`, `4096` or `1.5TiB`; undefined when it is none. */
export function sizeBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(?:([KMGT])(?:iB)?)?$/.exec(text);
  if (!match?.[1]) return undefined;
  return Math.trunc(Number(match[1]) * (match[2] ? (UNITS[match[2]] ?? 1) : 1));
}

/** Bytes in PVE's shortest exact form: `34359738368` → `32G` (PVE::JSONSchema::format_size). */
export function sizeText(bytes: number): string {
  let size = Math.trunc(bytes);
  let unit = '';
  for (const next of ['K', 'M', 'G', 'T']) {
    if (size % 1024 !== 0) break;
    size /= 1024;
    unit = next;
  }
  return `${String(size)}${unit}`;
}

/** The parts of a PVE list: split at NUL where there is one, else at `,`, `;` and white space. */
export function listText(text: string): readonly string[] {
  if (text.includes('\0')) return text.split('\0');
  return text.split(/[,;\s]+/).filter((part) => part !== '');
}
