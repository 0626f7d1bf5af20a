import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { flag, textOrEmpty, text } from '../params.ts';
import { assertDigest, die, refuseParams } from '../refuse.ts';
import type { FirewallState } from '../state.ts';
import { cleanCidr } from './addresses.ts';
import { listDigest, withListDigest } from './digest.ts';
import {
  assertWritable,
  clusterLevel,
  guestLevels,
  type FirewallLevel,
  type FirewallScope,
} from './levels.ts';
import { findAlias } from './verify-rule.ts';

type IpSets = FirewallState['ipsets'];
type IpSetEntry = IpSets[string]['entries'][number];

const sets = (scope: FirewallScope): IpSets => scope.owned?.ipsets ?? {};

const setList = (all: IpSets): { name: string; comment?: string }[] =>
  Object.keys(all)
    .sort()
    .map((name) => {
      const comment = all[name]?.comment;
      return comment ? { name, comment } : { name };
    });

const entryView = ({ cidr, nomatch, comment }: IpSetEntry): Record<string, unknown> => ({
  cidr,
  ...(nomatch ? { nomatch: 1 } : {}),
  ...(comment ? { comment } : {}),
});

const entriesDigest = (entries: readonly IpSetEntry[]): string => listDigest(entries.map(entryView));

function findSet(scope: FirewallScope, context: DemoContext): IpSets[string] {
  const name = textOrEmpty(context.params, 'name');
  const set = sets(scope)[name];
  if (!set) die(`no such IPSet '${name}'`);
  return set;
}

function createSet(scope: FirewallScope, { params }: DemoContext): null {
  const all = sets(scope);
  const name = textOrEmpty(params, 'name');
  const rename = text(params, 'rename');
  const comment = text(params, 'comment');
  if (!rename) {
    if (all[name]) refuseParams({ name: `IPSet '${name}' already exists` });
    all[name] = { entries: [], ...(comment === undefined ? {} : { comment }) };
    return null;
  }
  assertDigest(listDigest(setList(all)), params.digest);
  const set = all[rename];
  if (!set) refuseParams({ name: `IPSet '${rename}' does not exist` });
  if (all[name] && name !== rename) refuseParams({ name: `IPSet '${name}' does already exist` });
  Reflect.deleteProperty(all, rename);
  all[name] = comment === undefined ? set : { ...set, comment };
  return null;
}

function deleteSet(scope: FirewallScope, context: DemoContext): null {
  const name = textOrEmpty(context.params, 'name');
  if (findSet(scope, context).entries.length > 0 && !flag(context.params, 'force')) {
    die(`IPSet '${name}' is not empty`);
  }
  Reflect.deleteProperty(sets(scope), name);
  return null;
}

/** The entry as PVE stores it: an alias must exist, an address is normalised. */
function storedCidr(scope: FirewallScope, cidr: string): string {
  const [, prefix = '', alias] = /^(dc\/|guest\/)?([A-Za-z][A-Za-z0-9\-_]+)$/.exec(cidr) ?? [];
  if (alias !== undefined) {
    if (!findAlias(scope, alias, prefix)) die(`no such alias '${alias}'`);
    return cidr;
  }
  const clean = cleanCidr(cidr);
  if (clean === undefined) {
    refuseParams({
      cidr: 'invalid format - value does not look like a valid IP address or CIDR network',
    });
  }
  return clean;
}

function addEntry(scope: FirewallScope, context: DemoContext): null {
  const set = findSet(scope, context);
  const cidr = storedCidr(scope, textOrEmpty(context.params, 'cidr'));
  if (set.entries.some((entry) => entry.cidr === cidr)) {
    refuseParams({ cidr: `address '${cidr}' already exists` });
  }
  if (/\/0+$/.test(cidr)) refuseParams({ cidr: 'a zero prefix is not allowed in ipset entries' });
  const comment = text(context.params, 'comment');
  set.entries.unshift({
    cidr,
    ...(flag(context.params, 'nomatch') ? { nomatch: true } : {}),
    ...(comment ? { comment } : {}),
  });
  return null;
}

function findEntry(entries: readonly IpSetEntry[], { params }: DemoContext): IpSetEntry {
  const cidr = textOrEmpty(params, 'cidr');
  const entry = entries.find((candidate) => candidate.cidr === cidr);
  if (!entry) refuseParams({ cidr: 'no such IP/Network' });
  return entry;
}

/** As PVE: what is not given is cleared. */
function updateEntry(scope: FirewallScope, context: DemoContext): null {
  const { entries } = findSet(scope, context);
  assertDigest(entriesDigest(entries), context.params.digest);
  const entry = findEntry(entries, context);
  const comment = text(context.params, 'comment');
  Reflect.deleteProperty(entry, 'nomatch');
  Reflect.deleteProperty(entry, 'comment');
  if (flag(context.params, 'nomatch')) entry.nomatch = true;
  if (comment) entry.comment = comment;
  return null;
}

function removeEntry(scope: FirewallScope, context: DemoContext): null {
  const set = findSet(scope, context);
  assertDigest(entriesDigest(set.entries), context.params.digest);
  const cidr = textOrEmpty(context.params, 'cidr');
  set.entries = set.entries.filter((entry) => entry.cidr !== cidr);
  return null;
}

const ipsetEndpoints = (level: FirewallLevel): DemoEndpoint[] => {
  const list = `${level.base}/ipset`;
  const one = `${list}/{name}`;
  const entry = `${one}/{cidr}`;
  const write = (change: (scope: FirewallScope, context: DemoContext) => null) => (context: DemoContext) => {
    assertWritable(level, context);
    return change(level.load(context), context);
  };
  return [
    { method: 'GET', path: list, handle: (context) => withListDigest(setList(sets(level.load(context)))) },
    { method: 'POST', path: list, handle: write(createSet) },
    {
      method: 'GET',
      path: one,
      handle: (context) => withListDigest(findSet(level.load(context), context).entries.map(entryView)),
    },
    { method: 'POST', path: one, handle: write(addEntry) },
    { method: 'DELETE', path: one, handle: write(deleteSet) },
    {
      method: 'GET',
      path: entry,
      handle: (context) => {
        const { entries } = findSet(level.load(context), context);
        return { ...entryView(findEntry(entries, context)), digest: entriesDigest(entries) };
      },
    },
    { method: 'PUT', path: entry, handle: write(updateEntry) },
    { method: 'DELETE', path: entry, handle: write(removeEntry) },
  ];
};

/** IP sets of the datacenter and of guests. */
export const firewallIpsetEndpoints: readonly DemoEndpoint[] = [clusterLevel, ...guestLevels].flatMap(
  ipsetEndpoints,
);
