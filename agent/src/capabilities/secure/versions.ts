const parts = (version: string): readonly number[] =>
  version
    .replace(/^\d+:/, '')
    .split(/[.\-+~]/)
    .map((part) => Number.parseInt(part, 10))
    .map((part) => (Number.isNaN(part) ? 0 : part));

/** Order of two dotted versions by their numbers; an epoch is ignored. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** False for a version that is not known. */
export const atLeast = (version: string | undefined, minimum: string): boolean =>
  version !== undefined && compareVersions(version, minimum) >= 0;
