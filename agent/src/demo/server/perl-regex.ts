const cache = new Map<string, RegExp>();

/**
 * A pattern of PVE's schema as JavaScript: `(?^i:…)` groups become `(?i:…)`, `(?^:…)` become `(?:…)`, and the whole is
 * anchored as PVE::JSONSchema anchors it (`m/^$pattern$/`, so an unparenthesised alternative binds weaker).
 */
export const perlPattern = (pattern: string): RegExp => {
  const known = cache.get(pattern);
  if (known) return known;
  const source = pattern.replaceAll(/\(\?\^([a-z]*):/g, (_, flags: string) =>
    flags.includes('i') ? '(?i:' : '(?:',
  );
  const compiled = new RegExp(`^${source}$`, 's');
  cache.set(pattern, compiled);
  return compiled;
};
