import type { InventoryGuest } from '../../pve/inventory/types.ts';
import { makeFinding } from '../finding.ts';
import type { Finding } from '../types.ts';
import type { Assessment } from './assess.ts';
import type { GuestResult } from './plan.ts';

const sentence = (text: string): string => {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};

function explanation({ state, reason, check }: Assessment): string {
  if (state === 'unknown') return `Not checked, because ${reason.replace(/\.$/, '')}.`;
  if (state === 'na') return sentence(reason);
  return reason === '' ? check.why : `${check.why} ${sentence(reason)}`;
}

function remedyText({ state, check, remedy, needsRoot = false }: Assessment): string | null {
  if (state === 'fixed-pending-restart') {
    return 'Stop and start the guest through PVE, or reboot it there; a reboot from inside does not apply it.';
  }
  if (state !== 'fail') return null;
  if (remedy === null) return check.advice;
  return remedy.actions.length > 0 || needsRoot ? remedy.text : `${remedy.text} ${check.advice}`;
}

/** Everything found on a guest that a person should know of: what passes or does not apply is left out. */
export function findingsOf({ guest, assessments, unreadable }: GuestResult): readonly Finding[] {
  if (unreadable !== undefined) return [wholeGuest(guest, assessments.length, unreadable)];
  return assessments
    .filter(({ state }) => state !== 'pass' && state !== 'na')
    .map((assessment) => toFinding(assessment, guest));
}

/** One finding, numbered 000, instead of the same reason for every check. */
const wholeGuest = (guest: InventoryGuest, count: number, reason: string): Finding =>
  makeFinding({
    id: `${guest.type === 'qemu' ? 'VM' : 'CT'}-SEC-000`,
    title: 'Guest not checked',
    object: `${guest.type}/${guest.vmid}`,
    objectName: guest.name,
    state: 'unknown',
    severity: 'info',
    evidence: [],
    explanation: `None of the ${count} checks could be carried out: ${sentence(reason)}`,
    remedy: null,
    fixable: false,
    references: [],
  });

/** What a check found, in the words and shape of the public contract. */
export const toFinding = (assessment: Assessment, guest: InventoryGuest): Finding =>
  makeFinding({
    id: assessment.check.id,
    title: assessment.check.title,
    object: `${guest.type}/${guest.vmid}`,
    objectName: guest.name,
    state: assessment.state,
    severity: assessment.severity,
    evidence: [...assessment.evidence],
    explanation: explanation(assessment),
    remedy: remedyText(assessment),
    fixable: assessment.state === 'fail' && (assessment.remedy?.actions.length ?? 0) > 0,
    references: [...assessment.check.references],
  });
