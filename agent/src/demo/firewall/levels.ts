import type { DemoContext } from '../endpoint.ts';
import { textOrEmpty } from '../params.ts';
import { die } from '../refuse.ts';
import type { DemoState, FirewallState, Section } from '../state.ts';

/** Where a rule stands decides what it may say. */
export type RuleEnvironment = 'cluster' | 'group' | 'host' | 'vm' | 'ct';

/** Aliases and sets a level owns; absent on nodes, which have none. */
export type OwnedSets = Pick<FirewallState, 'ipsets' | 'aliases'>;

/** What a handler of one level works on, in place. */
export interface FirewallScope {
  readonly environment: RuleEnvironment;
  readonly options: Section;
  readonly rules: Section[];
  readonly owned: OwnedSets | undefined;
  readonly cluster: DemoState['firewall'];
}

export interface FirewallLevel {
  readonly environment: RuleEnvironment;
  readonly base: string;
  load(context: DemoContext): FirewallScope;
}

const emptyGuestFirewall = (): FirewallState => ({ options: {}, rules: [], ipsets: {}, aliases: {} });

/** PVE reads a missing `VMID.fw` as an empty one, even where no such guest exists. */
function loadGuest(context: DemoContext, environment: 'vm' | 'ct'): FirewallScope {
  const guest = context.state.guests[textOrEmpty(context.params, 'vmid')];
  const own = guest?.firewall ?? emptyGuestFirewall();
  return {
    environment,
    options: own.options,
    rules: own.rules,
    owned: own,
    cluster: context.state.firewall,
  };
}

function loadNode(context: DemoContext): FirewallScope {
  const name = textOrEmpty(context.params, 'node');
  const node = context.state.nodes[name];
  if (!node) die(`no such cluster node '${name}'`);
  return {
    environment: 'host',
    options: node.firewall.options,
    rules: node.firewall.rules,
    owned: undefined,
    cluster: context.state.firewall,
  };
}

function loadGroup(context: DemoContext): FirewallScope {
  const name = textOrEmpty(context.params, 'group');
  const group = context.state.firewall.groups[name];
  if (!group) die(`no such security group '${name}'`);
  const cluster = context.state.firewall;
  return { environment: 'group', options: {}, rules: group.rules, owned: cluster, cluster };
}

export const clusterLevel: FirewallLevel = {
  environment: 'cluster',
  base: '/cluster/firewall',
  load: ({ state: { firewall } }) => ({
    environment: 'cluster',
    options: firewall.options,
    rules: firewall.rules,
    owned: firewall,
    cluster: firewall,
  }),
};

/** Rules only: the path of a group is the path of its rules. */
export const groupLevel: FirewallLevel = {
  environment: 'group',
  base: '/cluster/firewall/groups/{group}',
  load: loadGroup,
};

export const nodeLevel: FirewallLevel = {
  environment: 'host',
  base: '/nodes/{node}/firewall',
  load: loadNode,
};

export const guestLevels: readonly FirewallLevel[] = (
  [
    ['vm', 'qemu'],
    ['ct', 'lxc'],
  ] as const
).map(([environment, type]) => ({
  environment,
  base: `/nodes/{node}/${type}/{vmid}/firewall`,
  load: (context: DemoContext) => loadGuest(context, environment),
}));

/** Before a write: there is no place to keep the firewall of a guest that does not exist. */
export function assertWritable(level: FirewallLevel, context: DemoContext): void {
  if (level.environment !== 'vm' && level.environment !== 'ct') return;
  const vmid = textOrEmpty(context.params, 'vmid');
  if (!context.state.guests[vmid]) {
    const folder = level.environment === 'vm' ? 'qemu-server' : 'lxc';
    die(
      `Configuration file 'nodes/${textOrEmpty(context.params, 'node')}/${folder}/${vmid}.conf' does not exist`,
    );
  }
}
