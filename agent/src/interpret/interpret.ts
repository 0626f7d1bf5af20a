import { ProxmoxAiError } from '../errors.ts';
import { intents } from '../requests/intent-table.ts';
import type { Request } from '../requests/request.ts';
import { slotSchemas, type GuestSelector } from '../requests/slots.ts';
import type { Disposition, Interpretation, RequestContext } from '../requests/types.ts';
import { missingSlots } from '../requests/validate.ts';
import { dispositionOf, strictest } from './disposition.ts';
import { matchForms, type Match } from './match.ts';
import { grammarLimit, normalise, splitAtAnd, splitRequests } from './normalise.ts';
import { resolveGuest, resolveNode, resolveStorage, type InventoryView, type Resolution } from './resolve.ts';

/** Longest request text, in bytes of UTF-8: a request is a message, not an upload. */
export const textLimit = 16 * 1024;

export interface InterpretOptions {
  readonly inventory: InventoryView;
  /** What the user is looking at, or what the conversation was last about. */
  readonly context?: RequestContext;
}

interface Reading {
  readonly request: Request;
  readonly questions: readonly string[];
  readonly literal: number;
}

/** Confidence of an exact sentence form whose every name exists. Not 1: a form can still be meant otherwise. */
const exactConfidence = 0.99;
const askingConfidence = 0.6;

const whichGuest = 'Which guest do you mean? Name it or give its VMID.';
const slotQuestions: Readonly<Record<string, string>> = {
  guests: whichGuest,
  action: 'What should be done?',
  node: 'Which node do you mean?',
  format: 'Which format: terraform, ansible, cloud-init or packer?',
  question: 'What would you like to know?',
  topic: 'Which document: inventory, architecture, runbook, user-guide or network?',
};

function toReading(match: Match, options: InterpretOptions, previous: readonly GuestSelector[]): Reading {
  const { inventory, context } = options;
  const slots: Record<string, unknown> = { ...match.slots };
  const questions: string[] = [];
  const take = <T>(slot: string, resolution: Resolution<T>): T | undefined => {
    if (!resolution.ok) {
      questions.push(resolution.question);
      return undefined;
    }
    slots[slot] = resolution.value;
    return resolution.value;
  };

  if (match.guests?.kind === 'pronoun') {
    const referent = previous.length > 0 ? previous : context?.guest === undefined ? [] : [context.guest];
    if (referent.length > 0) slots.guests = referent;
    else questions.push(whichGuest);
  }
  const named =
    match.guests?.kind === 'selectors' ? match.guests.guests : (slots.guests as GuestSelector[] | undefined);
  if (named !== undefined) {
    const resolved = named.map((selector) => resolveGuest(selector, inventory));
    for (const resolution of resolved) if (!resolution.ok) questions.push(resolution.question);
    // Names that do not exist stay in the request as written, so that the caller can show what was asked for.
    slots.guests = resolved.map((resolution, index) => (resolution.ok ? resolution.value : named[index]));
  }
  for (const slot of ['node', 'target_node'] as const) {
    if (typeof slots[slot] === 'string') take(slot, resolveNode(slots[slot], inventory));
  }
  if (typeof slots.storage === 'string') take('storage', resolveStorage(slots.storage, inventory));
  if (match.place !== undefined) {
    const node = resolveNode(match.place, inventory);
    const storage = resolveStorage(match.place, inventory);
    if (node.ok) slots.node ??= node.value;
    else if (storage.ok) slots.storage ??= storage.value;
    else questions.push(`"${match.place}" is neither a node nor a storage of this cluster.`);
  }
  const request: Request = { intent: match.intent, slots };
  for (const slot of missingSlots(request)) {
    const question = slotQuestions[slot] ?? `Which ${slot}?`;
    if (!questions.includes(question)) questions.push(question);
  }
  return { request, questions, literal: match.literal };
}

const notUnderstood = (part: string): Reading => ({
  request: { intent: 'other', slots: {} },
  questions: [
    part.trim() === ''
      ? 'What can I do for you? For example: "secure vm 105".'
      : 'I did not understand that. Say it another way, for example "secure vm 105" or "show all guests", or ask for "help".',
  ],
  literal: 0,
});

/** The surest reading of one part: fewest open questions, then most fixed words. Two equal but different ones: ask. */
function read(part: string, options: InterpretOptions, previous: readonly GuestSelector[]): Reading {
  const normalised = part.length > grammarLimit ? '' : normalise(part);
  const readings =
    normalised === '' ? [] : matchForms(normalised, part).map((match) => toReading(match, options, previous));
  readings.sort((a, b) => a.questions.length - b.questions.length || b.literal - a.literal);
  return readings[0] ?? notUnderstood(part);
}

/**
 * The readings of several parts in order, a pronoun meaning the guests of the part before. Undefined unless every part
 * is understood: half of a wish is not the wish.
 */
function readAll(parts: readonly string[], options: InterpretOptions): readonly Reading[] | undefined {
  if (parts.length < 2 || parts.length > 20) return undefined;
  const readings: Reading[] = [];
  let previous: readonly GuestSelector[] = [];
  for (const part of parts) {
    const reading = read(part, options, previous);
    if (reading.request.intent === 'other') return undefined;
    const guests = slotSchemas.guests.safeParse(reading.request.slots.guests);
    if (guests.success) previous = guests.data;
    readings.push(reading);
  }
  return readings;
}

/**
 * What a text asks for, by the grammar of sentence forms: exact or not at all. Text that no form covers gives intent
 * `other`, disposition `ask` and a question that says so; unknown and ambiguous names give questions, never guesses.
 * Throws `too-large` for a text over 16 KiB.
 */
export function interpret(text: string, options: InterpretOptions): Interpretation {
  if (Buffer.byteLength(text) > textLimit) {
    throw new ProxmoxAiError('too-large', `The request is longer than ${textLimit / 1024} KiB.`, {
      hint: 'Say it in a few sentences; give files by name.',
    });
  }
  const whole = read(text, options, []);
  const several =
    whole.request.intent === 'other'
      ? (readAll(splitRequests(text), options) ?? readAll(splitAtAnd(text), options))
      : undefined;
  const chosen = several ?? [whole];
  const questions = chosen.flatMap((reading) => reading.questions);
  const [first] = chosen;
  const intent = first?.request.intent ?? 'other';
  const dispositions: Disposition[] = chosen.map((reading) =>
    dispositionOf(reading.request, reading.questions),
  );
  return {
    text,
    requests: chosen.map(({ request }) => request),
    specialist: intents[intent].specialist,
    disposition: strictest(dispositions),
    confidence: intent === 'other' ? 0 : questions.length > 0 ? askingConfidence : exactConfidence,
    questions,
  };
}
