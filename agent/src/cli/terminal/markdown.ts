import Table from 'cli-table3';
import { lexer, type Token, type Tokens } from 'marked';
import wrap from 'wrap-ansi';
import { plain, type Colors } from './style.ts';

export interface MarkdownOptions {
  readonly colors: Colors;
  /** Columns. */
  readonly width: number;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#58;': ':',
};
const decode = (text: string): string =>
  plain(text.replace(/&(?:amp|lt|gt|quot|#39|#58);/g, (entity) => entities[entity] ?? entity));

/**
 * Markdown as a terminal shows it: headings, lists, tables, code, emphasis. HTML is shown as text and images as their
 * description, so nothing in an answer can act on the terminal or fetch anything.
 */
export function renderMarkdown(markdown: string, options: MarkdownOptions): string {
  const blocks = lexer(markdown)
    .map((token) => block(token, options))
    .filter((text) => text !== '');
  return blocks.join('\n\n');
}

function block(token: Token, options: MarkdownOptions): string {
  const { colors, width } = options;
  switch (token.type) {
    case 'space':
    case 'def':
      return '';
    case 'heading': {
      const heading = token as Tokens.Heading;
      const text = inline(heading.tokens, colors);
      return heading.depth <= 2 ? colors.bold(colors.underline(text)) : colors.bold(text);
    }
    case 'paragraph':
    case 'text':
      return wrap(inlineOf(token, colors), width, { hard: true, trim: true });
    case 'blockquote':
      return (token as Tokens.Blockquote).tokens
        .map((inner) => block(inner, { ...options, width: width - 2 }))
        .filter((text) => text !== '')
        .join('\n')
        .replace(/^/gm, colors.dim('│ '));
    case 'code':
      return plain((token as Tokens.Code).text).replace(/^/gm, '    ');
    case 'hr':
      return colors.dim('─'.repeat(Math.min(width, 80)));
    case 'list':
      return list(token as Tokens.List, options);
    case 'table':
      return table(token as Tokens.Table, options);
    default:
      return decode(token.raw.trim());
  }
}

function list(token: Tokens.List, options: MarkdownOptions): string {
  const first = typeof token.start === 'number' ? token.start : 1;
  return token.items
    .map((item, index) => {
      const mark = token.ordered ? `${first + index}. ` : '• ';
      const body = item.tokens
        .map((inner) => block(inner, { ...options, width: options.width - mark.length }))
        .filter((text) => text !== '')
        .join('\n');
      return body.replace(/\n/g, `\n${' '.repeat(mark.length)}`).replace(/^/, mark);
    })
    .join('\n');
}

function table(token: Tokens.Table, { colors, width }: MarkdownOptions): string {
  const cells = token.rows.map((row) => row.map((cell) => inline(cell.tokens, colors)));
  const head = token.header.map((cell) => colors.bold(inline(cell.tokens, colors)));
  const drawn = new Table({
    head,
    colAligns: token.align.map((align) => align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: ' ',
    },
    ...columnWidths(token, width),
  });
  drawn.push(...cells);
  return drawn.toString().replace(/ +$/gm, '');
}

/** Tables wider than the terminal wrap in their widest column instead of running over the edge. */
function columnWidths(token: Tokens.Table, width: number): { colWidths?: number[]; wordWrap?: boolean } {
  const natural = token.header.map((cell, column) =>
    Math.max(cell.text.length, ...token.rows.map((row) => row[column]?.text.length ?? 0), 1),
  );
  const total = natural.reduce((sum, size) => sum + size + 2, 0);
  if (total <= width) return {};
  const widest = natural.indexOf(Math.max(...natural));
  const rest = total - (natural[widest] ?? 0) - 2;
  return {
    colWidths: natural.map((size, column) => (column === widest ? Math.max(12, width - rest) : size + 2)),
    wordWrap: true,
  };
}

const inlineOf = (token: Token, colors: Colors): string =>
  'tokens' in token && Array.isArray(token.tokens)
    ? inline(token.tokens, colors)
    : decode('text' in token ? String(token.text) : token.raw);

function inline(tokens: readonly Token[] | undefined, colors: Colors): string {
  return (tokens ?? [])
    .map((token): string => {
      switch (token.type) {
        case 'strong':
          return colors.bold(inline(token.tokens, colors));
        case 'em':
          return colors.italic(inline(token.tokens, colors));
        case 'del':
          return colors.strikethrough(inline(token.tokens, colors));
        case 'codespan':
          return colors.cyan(decode((token as Tokens.Codespan).text));
        case 'br':
          return '\n';
        case 'link': {
          const link = token as Tokens.Link;
          const text = inline(link.tokens, colors);
          return text === link.href ? text : `${text} (${decode(link.href)})`;
        }
        case 'image':
          return decode((token as Tokens.Image).text);
        default:
          return inlineOf(token, colors);
      }
    })
    .join('');
}
