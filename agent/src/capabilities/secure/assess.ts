import { ProxmoxAiError } from '../../errors.ts';
import type { GuestDetail } from '../../pve/inventory/types.ts';
import type { Evidence, FindingState, Severity } from '../types.ts';
import type { Check } from './check.ts';
import { factsOf, type Facts, type Surroundings } from './facts.ts';
import type { Remedy } from './rule.ts';
import { severityFor } from './severity.ts';
import { hasTag } from './tags.ts';
import { unknown, type Failure, type Verdict } from './verdict.ts';

/** What one check found on one guest. */
export interface Assessment {
  readonly check: Check;
  readonly state: FindingState;
  readonly severity: Severity;
  readonly evidence: readonly Evidence[];
  /** Why it was not checked, does not apply or is accepted; a note of the failure; empty otherwise. */
  readonly reason: string;
  readonly remedy: Remedy | null;
  /** True when it could be mended, but only by root@pam, and somebody else asks. */
  readonly needsRoot?: boolean;
}

/**
 * Judges one guest by one check, against the configuration with pending changes and against what runs now: what fails
 * only on the latter is `fixed-pending-restart`. What cannot be read is `unknown`, never `pass`.
 */
export function assess(check: Check, detail: GuestDetail, surroundings: Surroundings): Assessment {
  const severityOf = (facts: Facts | null, verdict?: Verdict): Severity => {
    if (verdict?.state === 'fail' && verdict.severity !== undefined) return verdict.severity;
    return facts ? severityFor(check.rule.severity, facts.profile) : check.rule.severity.otherwise;
  };
  const settled = (state: FindingState, facts: Facts | null, reason = '', failure?: Failure): Assessment => ({
    check,
    state,
    severity: severityOf(facts, failure),
    evidence: failure?.evidence ?? [],
    reason: [reason, failure?.note ?? ''].filter((text) => text !== '').join(' '),
    remedy: null,
  });

  if (!detail.config.known) {
    return settled('unknown', null, `the configuration could not be read: ${detail.config.reason}`);
  }
  const facts = factsOf(detail, detail.config.value, surroundings);
  const verdict = evaluate(check, facts);
  if (verdict.state === 'unknown') return settled('unknown', facts, verdict.reason);
  if (verdict.state === 'fail') return failed(check, facts, verdict, settled);

  if (!detail.currentConfig.known) {
    const { reason } = detail.currentConfig;
    return settled('unknown', facts, `the running configuration could not be read: ${reason}`);
  }
  const current = factsOf(detail, detail.currentConfig.value, surroundings);
  const now = evaluate(check, current);
  if (now.state === 'fail') {
    return settled(
      'fixed-pending-restart',
      current,
      'A pending change mends it at the next stop and start.',
      now,
    );
  }
  return settled(verdict.state, facts, verdict.state === 'na' ? verdict.reason : '');
}

/** A value that PVE would not have written (a flag that is no boolean) makes this check unknown, not the run fail. */
function evaluate(check: Check, facts: Facts): Verdict {
  try {
    return check.rule.evaluate(facts);
  } catch (thrown) {
    if (thrown instanceof ProxmoxAiError && thrown.code === 'pve-protocol') return unknown(thrown.message);
    throw thrown;
  }
}

function failed(
  check: Check,
  facts: Facts,
  failure: Failure,
  settled: (state: FindingState, facts: Facts, reason?: string, failure?: Failure) => Assessment,
): Assessment {
  const tag = check.exceptions?.find((name) => hasTag(facts.guest, name));
  if (tag !== undefined) return settled('accepted', facts, `The guest's tag "${tag}" accepts it.`, failure);
  const base = settled('fail', facts, '', failure);
  const remedy = check.rule.remedy(facts, failure);
  if (!remedy) return base;
  const { lock } = facts.guest;
  if (lock !== undefined && remedy.actions.some(({ kind }) => kind === 'edit')) {
    return {
      ...base,
      remedy: { actions: [], text: `${remedy.text} Not offered now: the guest is locked (${lock}).` },
    };
  }
  return { ...base, remedy };
}
