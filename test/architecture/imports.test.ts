import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../agent/src', import.meta.url));

/** Room → rooms it may import from, besides itself. `errors.ts` is open to all (design: architecture.md). */
const base = ['errors.ts', 'requests'];
const store = [...base, 'store'];
const supporting = [...store, 'pve', 'telemetry', 'inference', 'knowledge'];
const plans = [...supporting, 'plans'];
const capabilities = [...plans, 'capabilities'];
const specialists = [...capabilities, 'specialists'];
const chat = [...specialists, 'interpret', 'chat'];
const allowed: Record<string, readonly string[]> = {
  'errors.ts': [],
  requests: ['errors.ts'],
  store: base,
  pve: store,
  demo: ['errors.ts', 'pve'],
  config: base,
  interpret: [...base, 'pve'],
  plans: supporting,
  capabilities: plans,
  specialists: capabilities,
  chat: [...specialists, 'interpret'],
  session: [...chat, 'config', 'demo'],
  api: [...chat, 'session', 'config', 'demo'],
  cli: [...chat, 'session', 'config', 'demo', 'api'],
};

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name));
const room = (file: string): string => relative(source, file).split('/')[0] ?? '';
const importPattern = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

describe('imports point one way', () => {
  it('finds the rooms of the architecture', () => {
    const rooms = new Set(files.map(room));
    for (const name of rooms) expect(Object.keys(allowed), `room ${name} has no rule`).toContain(name);
    expect(rooms.size).toBeGreaterThan(8);
  });

  it('lets no room import from above itself', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const from = room(file);
      const may = allowed[from] ?? [];
      for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(importPattern)) {
        const to = room(resolve(dirname(file), target));
        // Tests may use the demo cluster from every room: it is what they talk to.
        const isTest = file.endsWith('.test.ts') && to === 'demo';
        if (to !== from && !may.includes(to) && !isTest) wrong.push(`${relative(source, file)} → ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has no cycle between files', () => {
    const graph = new Map<string, string[]>();
    for (const file of files) {
      const text = readFileSync(file, 'utf8').replace(/import type[^;]+;/g, '');
      graph.set(
        file,
        [...text.matchAll(importPattern)].map(([, target = '']) => resolve(dirname(file), target)),
      );
    }
    const done = new Set<string>();
    const path: string[] = [];
    const cycles: string[] = [];
    const visit = (file: string): void => {
      if (done.has(file)) return;
      const start = path.indexOf(file);
      if (start >= 0) {
        cycles.push([...path.slice(start), file].map((name) => relative(source, name)).join(' → '));
        return;
      }
      path.push(file);
      for (const next of graph.get(file) ?? []) visit(next);
      path.pop();
      done.add(file);
    };
    for (const file of files) visit(file);
    expect(cycles).toEqual([]);
  });
});

describe('files stay small', () => {
  it('keeps every source file at 400 lines or fewer', () => {
    const long = files
      .map((file) => ({
        file: relative(source, file),
        lines: readFileSync(file, 'utf8').split('\n').length - 1,
      }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });
});
