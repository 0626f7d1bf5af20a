import fc from 'fast-check';
import pc from 'picocolors';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from './markdown.ts';
import { markdownStream } from './stream.ts';

const options = { colors: pc.createColors(false), width: 60 };
const render = (text: string, width = 60) => renderMarkdown(text, { ...options, width });

describe('Markdown in the terminal', () => {
  it('draws headings, lists, emphasis and code', () => {
    expect(
      render(
        '# Title\n\nSome **bold** and `code`.\n\n- one\n- two\n\n1. first\n2. second\n\n```\nqm list\n```',
      ),
    ).toBe('Title\n\nSome bold and code.\n\n• one\n• two\n\n1. first\n2. second\n\n    qm list');
  });

  it('draws tables that keep to the width of the terminal', () => {
    const text = render(`id | what\n--- | ---\nVM-SEC-001 | ${'long words '.repeat(20)}`, 50);
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(50);
    expect(text).toContain('VM-SEC-001');
  });

  it('colours only when asked to', () => {
    expect(render('**x**')).toBe('x');
    expect(renderMarkdown('**x**', { ...options, colors: pc.createColors(true) })).toContain('\u001b[1m');
  });

  it('lets no escape sequence, HTML or image through', () => {
    const text = render(
      'a \u001b[31mred\u001b]0;owned\u0007 <script>x</script> ![beacon](https://evil/x.png) [name](https://evil)',
    );
    expect(text).not.toContain('\u001b');
    expect(text).toContain('<script>');
    expect(text).not.toContain('evil/x.png');
    expect(text).toContain('(https://evil)');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (input) => {
        // eslint-disable-next-line no-control-regex -- the very characters that must not come through
        expect(render(input)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('streams the same text as it draws at once, however it is cut', () => {
    const source = 'Intro *x*.\n\n## Table\n\na | b\n--- | ---\n1 | 2\n\n```\ncode\n\nmore\n```\n\nEnd.\n';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 3, maxLength: 30 }), (cuts) => {
        let out = '';
        const stream = markdownStream(
          (text) => {
            out += text;
          },
          () => options,
        );
        let rest = source;
        for (const cut of cuts) {
          stream.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        stream.push(rest);
        stream.end();
        expect(out.trimEnd()).toBe(render(source));
      }),
    );
  });
});
