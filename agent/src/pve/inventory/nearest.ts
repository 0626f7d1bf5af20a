import { distance } from 'fastest-levenshtein';

/** The names nearest to a mistyped one, best first: about a third of its letters may differ. */
export function nearest(name: string, candidates: readonly string[], limit = 3): readonly string[] {
  const wanted = name.toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, off: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ off }) => off <= Math.ceil(wanted.length / 3))
    .sort((a, b) => a.off - b.off || a.candidate.localeCompare(b.candidate))
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}
