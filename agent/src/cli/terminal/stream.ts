import { renderMarkdown, type MarkdownOptions } from './markdown.ts';

/**
 * Markdown that arrives in pieces, written block by block: a block is drawn when the next one begins, so a table is
 * never drawn half. `end` draws what is left.
 */
export function markdownStream(
  write: (text: string) => void,
  options: () => MarkdownOptions,
): { push(delta: string): void; end(): void } {
  let pending = '';
  let wrote = false;
  const draw = (text: string): void => {
    const drawn = renderMarkdown(text, options());
    if (drawn === '') return;
    write(`${wrote ? '\n' : ''}${drawn}\n`);
    wrote = true;
  };
  return {
    push(delta) {
      pending += delta;
      for (;;) {
        const cut = lastBlockStart(pending);
        if (cut === 0) return;
        draw(pending.slice(0, cut));
        pending = pending.slice(cut);
      }
    },
    end() {
      if (pending.trim() !== '') draw(pending);
      pending = '';
    },
  };
}

/** Where the last, perhaps unfinished, block begins: after the last blank line that is not inside a code fence. */
function lastBlockStart(text: string): number {
  let fenced = false;
  let cut = 0;
  let position = 0;
  for (const line of text.split(/(?<=\n)/)) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    position += line.length;
    if (!fenced && line.endsWith('\n') && line.trim() === '' && position < text.length) cut = position;
  }
  return cut;
}
