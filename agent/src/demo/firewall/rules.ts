import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { integer, textOrEmpty, splitList, text } from '../params.ts';
import { assertDigest, die, refuseParams } from '../refuse.ts';
import type { Section } from '../state.ts';
import { listDigest, withListDigest } from './digest.ts';
import {
  assertWritable,
  clusterLevel,
  groupLevel,
  guestLevels,
  nodeLevel,
  type FirewallLevel,
  type FirewallScope,
} from './levels.ts';
import { verifyRule } from './verify-rule.ts';

const ruleKeys = [
  'type',
  'action',
  'macro',
  'iface',
  'source',
  'dest',
  'proto',
  'enable',
  'log',
  'sport',
  'dport',
  'comment',
  'icmp-type',
];
/** Accepted by `delete=` although they are no properties of a stored rule. */
const deletable = new Set([...ruleKeys, 'pos', 'digest']);

/** A rule as PVE answers it: numbers where PVE has numbers, the IP version and errors it works out on reading. */
function view(rule: Section, scope: FirewallScope): Record<string, unknown> {
  const verdict = verifyRule(rule, scope);
  return {
    ...verdict.rule,
    enable: Number(rule.enable ?? 1),
    ...(verdict.ipversion === undefined ? {} : { ipversion: verdict.ipversion }),
    ...(Object.keys(verdict.errors).length === 0 ? {} : { errors: verdict.errors }),
  };
}

const views = (scope: FirewallScope): Record<string, unknown>[] =>
  scope.rules.map((rule) => view(rule, scope));

const rulesDigest = (scope: FirewallScope): string => listDigest(views(scope));

function listRules(scope: FirewallScope): Record<string, unknown>[] {
  return withListDigest(views(scope)).map((rule, pos) => ({ ...rule, pos }));
}

function position(scope: FirewallScope, context: DemoContext): number {
  const pos = integer(context.params, 'pos') ?? 0;
  if (pos >= scope.rules.length) die(`no rule at position ${pos}`);
  return pos;
}

function givenKeys(context: DemoContext, rule: Section): Section {
  const result: Section = { ...rule };
  for (const key of ruleKeys) {
    const value = text(context.params, key);
    if (value === undefined) continue;
    if (value === '' || value === '-') Reflect.deleteProperty(result, key);
    else result[key] = value;
  }
  return result;
}

function verified(rule: Section, scope: FirewallScope): Section {
  const verdict = verifyRule(rule, scope);
  const first = Object.entries(verdict.errors)[0];
  if (first) refuseParams({ [first[0]]: first[1] });
  return verdict.rule;
}

function createRule(scope: FirewallScope, context: DemoContext): null {
  const rule = verified(givenKeys(context, {}), scope);
  scope.rules.unshift({ ...rule, enable: rule.enable ?? '0' });
  return null;
}

/** As pve-firewall: the rule goes before the one now at `moveto`, or to the end. */
function moveRule(rules: Section[], pos: number, moveto: number): void {
  const rule = rules[pos];
  if (!rule) return;
  const target = rules[moveto];
  rules.splice(pos, 1);
  rules.splice(target ? rules.indexOf(target) : rules.length, 0, rule);
}

function updateRule(scope: FirewallScope, context: DemoContext): null {
  assertDigest(rulesDigest(scope), context.params.digest);
  const pos = position(scope, context);
  const moveto = integer(context.params, 'moveto');
  if (moveto !== undefined && moveto !== pos) {
    moveRule(scope.rules, pos, moveto);
    return null;
  }
  const rule = givenKeys(context, scope.rules[pos] ?? {});
  for (const key of splitList(text(context.params, 'delete'))) {
    if (!deletable.has(key)) refuseParams({ delete: `no such property ('${key}')` });
    if (key === 'type' || key === 'action') {
      refuseParams({ delete: `unable to delete required property '${key}'` });
    }
    Reflect.deleteProperty(rule, key);
  }
  scope.rules[pos] = verified(rule, scope);
  return null;
}

function deleteRule(scope: FirewallScope, context: DemoContext): null {
  assertDigest(rulesDigest(scope), context.params.digest);
  scope.rules.splice(position(scope, context), 1);
  return null;
}

const ruleEndpoints = (level: FirewallLevel): DemoEndpoint[] => {
  const path = level.environment === 'group' ? level.base : `${level.base}/rules`;
  const write = (change: (scope: FirewallScope, context: DemoContext) => null) => (context: DemoContext) => {
    assertWritable(level, context);
    return change(level.load(context), context);
  };
  return [
    { method: 'GET', path, handle: (context) => listRules(level.load(context)) },
    { method: 'POST', path, handle: write(createRule) },
    {
      method: 'GET',
      path: `${path}/{pos}`,
      handle: (context) => {
        const scope = level.load(context);
        return listRules(scope)[position(scope, context)];
      },
    },
    { method: 'PUT', path: `${path}/{pos}`, handle: write(updateRule) },
    { method: 'DELETE', path: `${path}/{pos}`, handle: write(deleteRule) },
  ];
};

const deleteGroup: DemoEndpoint = {
  method: 'DELETE',
  path: groupLevel.base,
  handle: (context) => {
    const group = textOrEmpty(context.params, 'group');
    if (groupLevel.load(context).rules.length > 0) die(`Security group '${group}' is not empty`);
    Reflect.deleteProperty(context.state.firewall.groups, group);
    return null;
  },
};

/** Rules of the datacenter, of security groups, of nodes and of guests: one definition for all. */
export const firewallRuleEndpoints: readonly DemoEndpoint[] = [
  deleteGroup,
  ...[clusterLevel, groupLevel, nodeLevel, ...guestLevels].flatMap(ruleEndpoints),
];
