/**
 * Sentence templates, as home-automation assistants write them: `[optional]`, `(one|other)`, `{slot}` and words.
 * They compile to an anchored pattern over *tokens*: every word and slot is followed by exactly one space, so that no
 * two parts of a pattern can compete for white space (which is what makes hand-written ones slow or wrong).
 */
export type TemplateNode =
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'slot'; readonly slot: string }
  | {
      readonly kind: 'group';
      readonly optional: boolean;
      readonly alternatives: readonly (readonly TemplateNode[])[];
    };

/** Parses a template. Throws on an unbalanced bracket: a defect of the table, found by its test. */
export function parseTemplate(template: string): readonly TemplateNode[] {
  const tokens = template.match(/\[|\]|\(|\)|\||\{[a-z_]+\}|[^\s[\](){}|]+/g) ?? [];
  let at = 0;
  const alternatives = (closing: string | null): TemplateNode[][] => {
    const all: TemplateNode[][] = [[]];
    for (;;) {
      const token = tokens[at++];
      if (token === undefined) {
        if (closing !== null) throw new Error(`"${closing}" is missing in the template "${template}"`);
        return all;
      }
      if (token === closing) return all;
      if (token === '|') all.push([]);
      else if (token === '[' || token === '(') {
        const optional = token === '[';
        all.at(-1)?.push({ kind: 'group', optional, alternatives: alternatives(optional ? ']' : ')') });
      } else if (token === ']' || token === ')') {
        throw new Error(`"${token}" closes nothing in the template "${template}"`);
      } else if (token.startsWith('{')) all.at(-1)?.push({ kind: 'slot', slot: token.slice(1, -1) });
      else all.at(-1)?.push({ kind: 'word', word: token.toLowerCase() });
    }
  };
  const top = alternatives(null);
  return top.length === 1 ? (top[0] ?? []) : [{ kind: 'group', optional: false, alternatives: top }];
}

const escape = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The pattern source of a template; `slotPattern` gives the token pattern of each slot. */
export function templatePattern(
  nodes: readonly TemplateNode[],
  slotPattern: (slot: string) => string,
): string {
  return nodes
    .map((node): string => {
      if (node.kind === 'word') return `${escape(node.word)} `;
      if (node.kind === 'slot') return `(?<${node.slot}>${slotPattern(node.slot)})`;
      const inner = node.alternatives.map((nodes_) => templatePattern(nodes_, slotPattern)).join('|');
      return `(?:${inner})${node.optional ? '?' : ''}`;
    })
    .join('');
}

/**
 * The words that a sentence of this template can begin with; null when it can begin with a slot. Lets the matcher skip
 * a form without compiling its pattern.
 */
export function firstWords(nodes: readonly TemplateNode[]): ReadonlySet<string> | null {
  const words = new Set<string>();
  for (const node of nodes) {
    if (node.kind === 'slot') return null;
    if (node.kind === 'word') return words.add(node.word);
    for (const alternative of node.alternatives) {
      const first = firstWords(alternative);
      if (first === null) return null;
      for (const word of first) words.add(word);
    }
    if (!node.optional) return words;
  }
  return null;
}
