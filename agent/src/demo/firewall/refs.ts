import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { text } from '../params.ts';
import { clusterLevel, guestLevels, type OwnedSets } from './levels.ts';

function references(owned: OwnedSets | undefined, type: string | undefined, scope: string): object[] {
  const comment = (value: string | undefined) => (value ? { comment: value } : {});
  const ipsets = Object.entries(owned?.ipsets ?? {}).map(([name, set]) => ({
    type: 'ipset',
    name,
    ref: `+${name}`,
    scope,
    ...comment(set.comment),
  }));
  const aliases = Object.entries(owned?.aliases ?? {}).map(([spelled, alias]) => {
    const name = spelled.toLowerCase();
    return { type: 'alias', name, ref: name, scope, ...comment(alias.comment) };
  });
  return [...(type === 'alias' ? [] : ipsets), ...(type === 'ipset' ? [] : aliases)];
}

/** What `source` and `dest` of a rule may name. The demo has no SDN, so there are no `sdn` references. */
export const firewallRefEndpoints: readonly DemoEndpoint[] = [
  {
    method: 'GET',
    path: `${clusterLevel.base}/refs`,
    handle: ({ state, params }) => references(state.firewall, text(params, 'type'), 'dc'),
  },
  ...guestLevels.map((level): DemoEndpoint => ({
    method: 'GET',
    path: `${level.base}/refs`,
    handle: (context: DemoContext) => {
      const type = text(context.params, 'type');
      return [
        ...references(context.state.firewall, type, 'dc'),
        ...references(level.load(context).owned, type, 'guest'),
      ];
    },
  })),
];
