import { score, type Score } from '../score.ts';
import type { Artefact, FindingState, WorkContext } from '../types.ts';
import type { GuestResult } from './plan.ts';

/** The score of one guest, from every check that was judged. */
export const scoreOf = ({ assessments }: GuestResult): Score =>
  score(assessments.map(({ check, state, severity }) => ({ id: check.id, state, severity })));

const ids = ({ assessments }: GuestResult, wanted: FindingState): readonly string[] =>
  assessments.filter(({ state }) => state === wanted).map(({ check }) => check.id);

/** Scores, coverage and the outcome of every check by guest, for machines: also what passed and did not apply. */
export const scoresArtefact = (
  results: readonly GuestResult[],
  { inventory, userid }: Pick<WorkContext, 'inventory' | 'userid'>,
): Artefact => ({
  name: 'secure-scores.json',
  mediaType: 'application/json',
  text: JSON.stringify({
    collectedAt: inventory.collectedAt,
    user: userid,
    guests: results.map((result) => {
      const { score: value, coverage, counts } = scoreOf(result);
      return {
        object: `${result.guest.type}/${result.guest.vmid}`,
        name: result.guest.name,
        score: value,
        coverage,
        counts,
        passed: ids(result, 'pass'),
        notApplicable: ids(result, 'na'),
        unknown: ids(result, 'unknown'),
      };
    }),
  }),
});
