// Draws what a terminal showed as an SVG: node scripts/draw-terminal.mjs TITLE < text-with-colours > picture.svg
import { readFileSync } from 'node:fs';

const palette = { 31: '#f7768e', 32: '#9ece6a', 33: '#e0af68', 36: '#7dcfff', 90: '#737aa2' };
const [title = 'proxmox-ai'] = process.argv.slice(2);
const lines = readFileSync(0, 'utf8').replace(/\n+$/, '').split('\n');
const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);
const [charWidth, lineHeight, left, top] = [7.85, 18, 18, 52];
// eslint-disable-next-line no-control-regex -- colours begin with it
const sequence = /\u001b\[([\d;]*)m/;

function spans(line) {
  const parts = line.split(sequence);
  let style = {};
  let out = '';
  parts.forEach((part, index) => {
    if (index % 2 === 1) {
      for (const code of part.split(';').map(Number)) {
        if (code === 0) style = {};
        else if (code === 1) style.bold = true;
        else if (code === 2) style.dim = true;
        else if (code === 22) style = { ...style, bold: false, dim: false };
        else if (code === 39) style = { ...style, fill: undefined };
        else if (palette[code]) style = { ...style, fill: palette[code] };
      }
    } else if (part !== '') {
      const attributes = `${style.fill ? ` fill="${style.fill}"` : ''}${style.bold ? ' font-weight="bold"' : ''}${style.dim ? ' opacity="0.6"' : ''}`;
      out += attributes === '' ? escape(part) : `<tspan${attributes}>${escape(part)}</tspan>`;
    }
  });
  return out;
}

// eslint-disable-next-line no-control-regex -- colours have no width
const columns = Math.max(...lines.map((line) => line.replace(/\u001b\[[\d;]*m/g, '').length), 60);
const width = Math.ceil(columns * charWidth + 2 * left);
const height = top + lines.length * lineHeight + 12;
const text = lines
  .map(
    (line, index) =>
      `<text x="${left}" y="${top + index * lineHeight}" xml:space="preserve">${spans(line)}</text>`,
  )
  .join('\n');
console.log(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escape(title)}</title>
<rect width="100%" height="100%" rx="8" fill="#1a1b26"/>
<circle cx="20" cy="18" r="6" fill="#f7768e"/><circle cx="40" cy="18" r="6" fill="#e0af68"/><circle cx="60" cy="18" r="6" fill="#9ece6a"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13" fill="#c0caf5">
${text}
</g>
</svg>`);
