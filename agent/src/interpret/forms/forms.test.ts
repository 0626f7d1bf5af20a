import { describe, expect, it } from 'vitest';
import { intentNames } from '../../requests/intents.ts';
import { intents } from '../../requests/intent-table.ts';
import { slotSchemas } from '../../requests/slots.ts';
import { slotReaders } from '../slots/readers.ts';
import { firstWords, parseTemplate, templatePattern, type TemplateNode } from '../template.ts';
import { attributes } from './attributes.ts';
import { sentenceForms } from './index.ts';

const slotsOf = (nodes: readonly TemplateNode[]): string[] =>
  nodes.flatMap((node) =>
    node.kind === 'slot' ? [node.slot] : node.kind === 'group' ? node.alternatives.flatMap(slotsOf) : [],
  );

describe('the sentence forms', () => {
  it('cover every intent except `other`', () => {
    const covered = new Set(sentenceForms.map(({ intent }) => intent));
    expect(intentNames.filter((name) => name !== 'other' && !covered.has(name))).toEqual([]);
  });

  it('parse, compile and use only slots that the intent has', () => {
    for (const form of sentenceForms) {
      for (const template of form.templates) {
        const nodes = parseTemplate(template);
        for (const slot of slotsOf(nodes)) {
          expect(intents[form.intent].slots, `${form.intent}: ${template}`).toContain(slot);
          if (slot !== 'guests') expect(Object.keys(slotReaders)).toContain(slot);
        }
        expect(
          () =>
            new RegExp(
              templatePattern(nodes, () => 'x '),
              'iu',
            ),
        ).not.toThrow();
      }
      for (const name of form.attributes ?? []) expect(Object.keys(attributes)).toContain(name);
      for (const slot of Object.keys(form.fixed ?? {})) expect(intents[form.intent].slots).toContain(slot);
    }
  });

  it('name only known slots in the intent table', () => {
    for (const { slots, required } of Object.values(intents)) {
      for (const slot of [...slots, ...required]) expect(Object.keys(slotSchemas)).toContain(slot);
      for (const slot of required) expect(slots).toContain(slot);
    }
  });
});

describe('a template', () => {
  it('knows the words that a sentence of it can begin with', () => {
    expect(firstWords(parseTemplate('[run] [a] (security|hardening) check'))).toEqual(
      new Set(['run', 'a', 'security', 'hardening']),
    );
    expect(firstWords(parseTemplate('[the] {guests} rest'))).toBeNull();
  });

  it('refuses an unbalanced bracket', () => {
    expect(() => parseTemplate('(a|b')).toThrow(/missing/);
    expect(() => parseTemplate('a ]')).toThrow(/closes nothing/);
  });
});
