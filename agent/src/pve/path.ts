import { ProxmoxAiError } from '../errors.ts';

/** A path segment that may hold slashes, as PVE's volume ids (`local:iso/x.iso`) and CIDRs do. See {@link slashed}. */
export interface SlashedSegment {
  readonly slashed: string;
}

/**
 * Marks a value for `pvePath` whose slashes belong to it: a volume id or a CIDR, for the few PVE endpoints whose
 * last parameter takes the rest of the path (`…/content/{volume}`, `…/ipset/{name}/{cidr}`). Slashes go out as `%2F`.
 */
export function slashed(text: string): SlashedSegment {
  return { slashed: text };
}

/**
 * An API path from a template in which each interpolation is exactly one encoded segment, so that no name read from
 * a person or a cluster can lead to another endpoint. Throws `usage` for an empty value, `.`, `..`, slashes
 * (unless {@link slashed}) and control characters.
 */
export function pvePath(
  literals: TemplateStringsArray,
  ...values: readonly (string | number | SlashedSegment)[]
): string {
  let path = literals[0] ?? '';
  for (const [index, value] of values.entries()) {
    const after = literals[index + 1] ?? '';
    if (!path.endsWith('/') || (after !== '' && !after.startsWith('/'))) {
      throw new ProxmoxAiError('internal', 'A value in an API path has to be a whole segment of it.');
    }
    path += segment(value) + after;
  }
  return checkPath(path);
}

/**
 * The path itself when it is one PVE could have: absolute, without query, empty or dot segments, or control
 * characters. Throws `usage` otherwise: the last guard for a path that was not built with {@link pvePath}.
 */
export function checkPath(path: string): string {
  const segments = path.split('/');
  const bad =
    segments[0] !== '' ||
    segments.length < 2 ||
    segments.slice(1).some((part) => part === '' || isDots(decoded(part))) ||
    /[?#\\\s]/.test(path) ||
    hasControl(path);
  if (bad) throw new ProxmoxAiError('usage', `${JSON.stringify(path)} is not a path of PVE's API.`);
  return path;
}

function segment(value: string | number | SlashedSegment): string {
  const text = typeof value === 'object' ? value.slashed : String(value);
  const parts = typeof value === 'object' ? text.split('/') : [text];
  const bad = parts.some((part) => part === '' || isDots(part) || part.includes('/') || part.includes('\\'));
  if (bad || hasControl(text) || !text.isWellFormed()) {
    throw new ProxmoxAiError('usage', `${JSON.stringify(text)} cannot be part of an API path.`, {
      hint: 'Give the plain name of the node, guest, storage or object.',
    });
  }
  return encodeURIComponent(text);
}

function isDots(part: string): boolean {
  return part === '.' || part === '..';
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '..';
  }
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
