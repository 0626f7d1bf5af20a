import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { textOrEmpty, text } from '../params.ts';
import { assertDigest, refuseParams } from '../refuse.ts';
import type { DemoState, Section } from '../state.ts';
import { listDigest, withListDigest } from './digest.ts';

type ClusterFirewall = DemoState['firewall'];

const groupList = ({ groups }: ClusterFirewall): { group: string; comment?: string }[] =>
  Object.keys(groups)
    .sort()
    .map((group) => {
      const comment = groups[group]?.comment;
      return comment ? { group, comment } : { group };
    });

function renameReferences(rules: Section[], from: string, to: string): void {
  for (const rule of rules) {
    if (rule.type === 'group' && rule.action === from) rule.action = to;
  }
}

function renameGroup({ state, params }: DemoContext, group: string, from: string): void {
  const { groups } = state.firewall;
  assertDigest(listDigest(groupList(state.firewall)), params.digest);
  const source = groups[from];
  if (!source) refuseParams({ group: `Security group '${from}' does not exist` });
  if (groups[group] && group !== from) {
    refuseParams({ group: `Security group '${group}' does already exist` });
  }
  const comment = text(params, 'comment');
  if (comment !== undefined) source.comment = comment;
  if (group === from) return;
  groups[group] = source;
  Reflect.deleteProperty(groups, from);
  for (const node of Object.values(state.nodes)) renameReferences(node.firewall.rules, from, group);
  for (const guest of Object.values(state.guests)) renameReferences(guest.firewall.rules, from, group);
  renameReferences(state.firewall.rules, from, group);
}

function createGroup(context: DemoContext): null {
  const group = textOrEmpty(context.params, 'group');
  const rename = text(context.params, 'rename');
  if (rename) {
    renameGroup(context, group, rename);
    return null;
  }
  const { groups } = context.state.firewall;
  if (groups[group]) refuseParams({ group: `Security group '${group}' already exists` });
  const comment = text(context.params, 'comment');
  groups[group] = { rules: [], ...(comment === undefined ? {} : { comment }) };
  return null;
}

/** `/cluster/firewall/groups`; the rules inside a group are with all other rules. */
export const firewallGroupEndpoints: readonly DemoEndpoint[] = [
  {
    method: 'GET',
    path: '/cluster/firewall/groups',
    handle: ({ state }) => withListDigest(groupList(state.firewall)),
  },
  { method: 'POST', path: '/cluster/firewall/groups', handle: createGroup },
];
