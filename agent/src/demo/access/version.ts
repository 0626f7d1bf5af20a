import type { DemoContext, DemoEndpoint } from '../endpoint.ts';

/** `pve-manager/9.1.2/cfa5e0f9 (…)` of the first node as PVE splits it. */
const version = ({ state }: DemoContext): unknown => {
  const [first] = Object.values(state.nodes);
  const [, number = '9.1.0', repoid = '0000000000000000'] =
    /(\d+\.\d+(?:[.-]\d+)*)(?:\/([0-9a-f]+))?/.exec(first?.pveVersion ?? '') ?? [];
  const console = state.datacenter.console;
  return {
    version: number,
    release: number.split('.').slice(0, 2).join('.'),
    repoid,
    ...(console === undefined ? {} : { console }),
  };
};

export const versionEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/version', handle: version },
];
