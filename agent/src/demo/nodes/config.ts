import { nodeOf } from '../cluster/node-list.ts';
import { asSection, splitList, text } from '../params.ts';
import { assertFileDigest, typed, updateSection } from '../cluster/sections.ts';
import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';

const numeric = ['ballooning-target', 'startall-onboot-delay'];

const read = (context: DemoContext): unknown => {
  const config = nodeOf(context).config ?? {};
  const property = text(context.params, 'property');
  const row = typed(config, { numeric });
  const shown =
    property === undefined
      ? row
      : Object.fromEntries(Object.entries(row).filter(([key]) => key === property));
  return { ...shown, digest: digestOf(config) };
};

const update = (context: DemoContext): null => {
  const node = nodeOf(context);
  const config = node.config ?? {};
  assertFileDigest(config, text(context.params, 'digest'));
  const draft = { ...config };
  updateSection(
    draft,
    asSection(context.params, ['node', 'digest', 'delete']),
    splitList(text(context.params, 'delete')),
  );
  node.config = draft;
  return null;
};

export const nodeConfigEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/config', handle: read },
  { method: 'PUT', path: '/nodes/{node}/config', handle: update },
];
