const words: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  sixteen: 16,
  twenty: 20,
  thirty: 30,
  a_dozen: 12,
};

export const numberPattern =
  '(?:\\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|sixteen|twenty|thirty) ';
export const countPattern = `(?:an? |${numberPattern})`;
/** `8GB`, `8 gigs`, `0.5 tb`, `4096`. */
export const sizePattern =
  '\\d{1,7}(?:\\.\\d{1,3})? ?(?:mib|mb|megs?|megabytes?|m|gib|gb|gigs?|gigabytes?|g|tib|tb|terabytes?|t)? ';

/** An integer written in digits or words; undefined when it is neither. */
export function readNumber(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  return Object.hasOwn(words, trimmed) ? words[trimmed] : undefined;
}

function mebibytes(text: string, bare: 'mib' | 'gib'): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim());
  if (match?.[1] === undefined) return undefined;
  const unit = (match[2] ?? '').toLowerCase();
  const kind = unit === '' ? bare : unit.startsWith('m') ? 'mib' : unit.startsWith('g') ? 'gib' : 'tib';
  const factor = { mib: 1, gib: 1024, tib: 1024 * 1024 }[kind];
  return Math.round(Number(match[1]) * factor);
}

/**
 * Memory in MiB: `4GB`, `4 gigs`, `4096MB` and `4096` all give 4096. A bare number up to 256 means GiB, because no
 * guest has so few MiB of memory (the smallest that PVE takes is 16) while people say "give it 8".
 */
export function readMemory(text: string): number | undefined {
  const bare = /^\d+$/.test(text.trim()) && Number(text) <= 256 ? 'gib' : 'mib';
  const value = mebibytes(text, bare);
  return value !== undefined && value >= 16 ? value : undefined;
}

/** Disk size in whole GiB, rounded up: `50GB`, `50`, `1 TB` → 1024. */
export function readDisk(text: string): number | undefined {
  const value = mebibytes(text, 'gib');
  return value !== undefined && value > 0 ? Math.ceil(value / 1024) : undefined;
}
