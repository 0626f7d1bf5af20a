import type { Rule } from './rule.ts';
import { always, severityFor, worst } from './severity.ts';
import { fail, na, pass, unknown, type Failure, type Verdict } from './verdict.ts';
import type { Facts } from './facts.ts';

interface Part {
  readonly rule: Rule;
  readonly verdict: Verdict;
}

const judge = (rules: readonly Rule[], facts: Facts): readonly Part[] =>
  rules.map((rule) => ({ rule, verdict: rule.evaluate(facts) }));

const failures = (parts: readonly Part[]): readonly { rule: Rule; verdict: Failure }[] =>
  parts.flatMap(({ rule, verdict }) => (verdict.state === 'fail' ? [{ rule, verdict }] : []));

/**
 * Several rules as one check: fails with everything that fails, at the worst of their severities; passes only when
 * each part is known and none fails.
 */
export function combine(rules: readonly Rule[]): Rule {
  return {
    severity: always(worst(rules.map(({ severity }) => severity.otherwise))),
    needs: [...new Set(rules.flatMap(({ needs }) => needs))],
    evaluate(facts) {
      const parts = judge(rules, facts);
      const reasons = [
        ...new Set(parts.flatMap(({ verdict }) => (verdict.state === 'unknown' ? [verdict.reason] : []))),
      ];
      const failed = failures(parts);
      if (failed.length > 0) {
        const notes = failed.flatMap(({ verdict }) => (verdict.note === undefined ? [] : [verdict.note]));
        if (reasons.length > 0) notes.push(`Not checked in full: ${reasons.join('; ')}.`);
        return fail(
          failed.flatMap(({ verdict }) => verdict.evidence),
          {
            severity: worst(
              failed.map(
                ({ rule, verdict }) => verdict.severity ?? severityFor(rule.severity, facts.profile),
              ),
            ),
            ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
          },
        );
      }
      if (reasons.length > 0) return unknown(reasons.join('; '));
      const notApplicable = parts.flatMap(({ verdict }) => (verdict.state === 'na' ? [verdict.reason] : []));
      return notApplicable.length === parts.length ? na([...new Set(notApplicable)].join('; ')) : pass;
    },
    remedy(facts) {
      const remedies = failures(judge(rules, facts)).flatMap(({ rule, verdict }) => {
        const remedy = rule.remedy(facts, verdict);
        return remedy ? [remedy] : [];
      });
      if (remedies.length === 0) return null;
      return {
        text: [...new Set(remedies.map(({ text }) => text))].join(' '),
        actions: remedies.flatMap(({ actions }) => actions),
      };
    },
  };
}
