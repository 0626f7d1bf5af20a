import type { IntentName } from '../requests/types.ts';
import { attributes, connectors } from './forms/attributes.ts';
import { sentenceForms } from './forms/index.ts';
import type { SentenceForm } from './forms/types.ts';
import { guestsPattern, readGuests, type GuestPhrase } from './slots/guests.ts';
import { slotReaders } from './slots/readers.ts';
import { firstWords, parseTemplate, templatePattern, type TemplateNode } from './template.ts';

/** A sentence form that covers every token of the request. `place` is a node or storage: the inventory decides. */
export interface Match {
  readonly intent: IntentName;
  readonly slots: Readonly<Record<string, unknown>>;
  readonly guests?: GuestPhrase;
  readonly place?: string;
  /** Characters matched by fixed words rather than by slots: the more, the surer the reading. */
  readonly literal: number;
}

interface Pattern {
  readonly form: Pick<SentenceForm, 'fixed'>;
  readonly expression: RegExp;
}

const slotPattern = (slot: string): string => {
  if (slot === 'guests') return guestsPattern;
  const reader = slotReaders[slot === 'place' ? 'name' : slot];
  if (reader === undefined) throw new Error(`no reader for the slot {${slot}}`);
  return reader.pattern;
};

interface CompiledForm {
  readonly form: SentenceForm;
  readonly templates: readonly {
    readonly first: ReadonlySet<string> | null;
    readonly expression: () => RegExp;
  }[];
}

const compile = (nodes: readonly TemplateNode[], before: string, after: string): RegExp =>
  new RegExp(`^${before}${templatePattern(nodes, slotPattern)}${after}`, 'iu');

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

// Templates are read on first use and their patterns compiled when a sentence begins as they do: a cold start
// compiles a handful of patterns instead of hundreds.
const forms = once((): readonly CompiledForm[] =>
  sentenceForms.map((form) => ({
    form,
    templates: form.templates.map((template) => {
      const nodes = parseTemplate(template);
      const after = form.attributes === undefined ? '$' : '(?<rest>.*)$';
      return { first: firstWords(nodes), expression: once(() => compile(nodes, '', after)) };
    }),
  })),
);

const attributeCache = new Map<string, readonly Pattern[]>();
function attributePatterns(name: string): readonly Pattern[] {
  const cached = attributeCache.get(name);
  if (cached !== undefined) return cached;
  const patterns = (attributes[name] ?? []).flatMap((form) =>
    form.templates.map((template) => ({
      form,
      expression: compile(parseTemplate(template), connectors, '(?<rest>.*)$'),
    })),
  );
  attributeCache.set(name, patterns);
  return patterns;
}

interface Reading {
  readonly slots: Readonly<Record<string, unknown>>;
  readonly guests?: GuestPhrase;
  readonly place?: string;
  readonly literal: number;
}

/** The slots of one pattern match; undefined when a slot's words do not mean a value of it. */
function readSlots(
  groups: Readonly<Record<string, string | undefined>>,
  length: number,
): Reading | undefined {
  const slots: Record<string, unknown> = {};
  let guests: GuestPhrase | undefined;
  let place: string | undefined;
  let literal = length;
  for (const [slot, words] of Object.entries(groups)) {
    if (words === undefined) continue;
    literal -= words.length;
    if (slot === 'rest') continue;
    if (slot === 'guests') {
      guests = readGuests(words);
      if (guests === undefined) return undefined;
    } else if (slot === 'place') place = words.trim();
    else {
      const value = slotReaders[slot]?.read(words);
      if (value === undefined) return undefined;
      slots[slot] = value;
    }
  }
  return { slots, literal, ...(guests && { guests }), ...(place !== undefined && { place }) };
}

const merge = (a: Reading, b: Reading): Reading => ({
  ...a,
  ...b,
  slots: { ...a.slots, ...b.slots },
  literal: a.literal + b.literal,
});

/** Reads the rest of a sentence as attributes in any order, each at most once; undefined unless all of it is read. */
function readBag(rest: string, bag: readonly string[]): Reading | undefined {
  if (rest === '') return { slots: {}, literal: 0 };
  for (const name of bag) {
    for (const { form, expression } of attributePatterns(name)) {
      const match = expression.exec(rest);
      const left = match?.groups?.rest;
      if (match?.groups === undefined || left === undefined || left.length === rest.length) continue;
      const reading = readSlots(match.groups, match[0].length);
      if (reading === undefined) continue;
      const more = readBag(
        left,
        bag.filter((other) => other !== name),
      );
      if (more !== undefined) return merge(merge({ slots: form.fixed ?? {}, literal: 0 }, reading), more);
    }
  }
  return undefined;
}

/** Every sentence form that reads the whole of a normalised request (normalise.ts). `text` is the request as written. */
export function matchForms(normalised: string, text: string): readonly Match[] {
  const found: Match[] = [];
  const [first = ''] = normalised.toLowerCase().split(' ', 1);
  for (const { form, templates } of forms()) {
    for (const template of templates) {
      if (template.first !== null && !template.first.has(first)) continue;
      const match = template.expression().exec(normalised);
      if (match === null) continue;
      const head = readSlots(match.groups ?? {}, match[0].length);
      const tail = head && readBag(match.groups?.rest ?? '', form.attributes ?? []);
      if (!head || !tail) continue;
      const whole = form.whole === undefined ? {} : { [form.whole]: text.trim() };
      const reading = merge(merge({ slots: { ...form.fixed }, literal: 0 }, head), tail);
      found.push({ intent: form.intent, ...reading, slots: { ...reading.slots, ...whole } });
    }
  }
  return found;
}
