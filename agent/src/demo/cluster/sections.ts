import { digestOf } from '../digest.ts';
import type { Section } from '../state.ts';
import { assertDigest, die } from '../refuse.ts';

/** How an API answer types the stored texts of a section: everything else stays a string. */
export interface Typing {
  /** Keys whose value is a number or a flag (PVE answers 1 and 0 for flags). */
  readonly numeric?: readonly string[];
  /** Keys whose value is a property string that the API answers as an object. */
  readonly objects?: readonly string[];
}

/** `a=1,b=2` as an object; numbers stay numbers. A part without `=` goes under `defaultKey`. */
export const propertyObject = (value: string, defaultKey = 'value'): Record<string, string | number> => {
  const object: Record<string, string | number> = {};
  for (const part of value.split(',')) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const key = at < 0 ? defaultKey : part.slice(0, at);
    const raw = at < 0 ? part : part.slice(at + 1);
    object[key] = /^-?\d+$/.test(raw) ? Number(raw) : raw;
  }
  return object;
};

/** A stored section as the API answers it. */
export const typed = (section: Section, { numeric = [], objects = [] }: Typing): Record<string, unknown> => {
  const row: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(section)) {
    if (numeric.includes(key)) row[key] = Number(value);
    else if (objects.includes(key)) row[key] = propertyObject(value);
    else row[key] = value;
  }
  return row;
};

/** Refuses a write that was computed from an older file. */
export const assertFileDigest = (file: unknown, digest: string | undefined): void => {
  assertDigest(digestOf(file), digest);
};

/** The section of an id, or PVE's refusal. */
export const sectionOf = (
  sections: Readonly<Record<string, Section>>,
  id: string,
  refusal: string,
): Section => (Object.hasOwn(sections, id) ? sections[id] : undefined) ?? die(refusal);

/** Sets and deletes keys of a section; the refusals are PVE::SectionConfig::delete_from_config's. */
export const updateSection = (
  section: Section,
  set: Section,
  remove: readonly string[],
  { fixed = [], known }: { fixed?: readonly string[]; known?: readonly string[] } = {},
): void => {
  for (const key of Object.keys(set)) {
    if (fixed.includes(key)) die(`can't change value of fixed parameter '${key}'`);
  }
  for (const key of remove) {
    if (known && !known.includes(key)) die(`no such option '${key}'`);
    if (fixed.includes(key)) die(`unable to delete fixed option '${key}'`);
    if (Object.hasOwn(set, key)) die(`cannot set and delete property '${key}' at the same time!`);
  }
  // deletion by key is the very operation PVE offers here
  for (const key of remove) Reflect.deleteProperty(section, key);
  Object.assign(section, set);
};
