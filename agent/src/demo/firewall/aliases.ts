import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { textOrEmpty, text } from '../params.ts';
import { assertDigest, refuseParams } from '../refuse.ts';
import type { FirewallState } from '../state.ts';
import { addressVersion } from './addresses.ts';
import { listDigest, withListDigest } from './digest.ts';
import {
  assertWritable,
  clusterLevel,
  guestLevels,
  type FirewallLevel,
  type FirewallScope,
} from './levels.ts';

type Aliases = FirewallState['aliases'];

const aliases = (scope: FirewallScope): Aliases => scope.owned?.aliases ?? {};

/** Alias names are case-insensitive in PVE; this is the spelling they were made with. */
const spelling = (all: Aliases, name: string): string | undefined =>
  Object.keys(all).find((key) => key.toLowerCase() === name.toLowerCase());

function view(name: string, { cidr, comment }: Aliases[string]): Record<string, unknown> {
  const ipversion = addressVersion(cidr);
  return {
    name,
    cidr,
    ...(ipversion === undefined ? {} : { ipversion }),
    ...(comment ? { comment } : {}),
  };
}

const aliasList = (all: Aliases): Record<string, unknown>[] =>
  Object.entries(all)
    .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([name, alias]) => view(name, alias));

function checkedCidr(cidr: string): string {
  if (addressVersion(cidr) === undefined || cidr.includes('-')) {
    refuseParams({
      cidr: 'invalid format - value does not look like a valid IP address or CIDR network',
    });
  }
  return cidr;
}

function given({ params }: DemoContext): Aliases[string] {
  const comment = text(params, 'comment');
  return { cidr: checkedCidr(textOrEmpty(params, 'cidr')), ...(comment ? { comment } : {}) };
}

function createAlias(scope: FirewallScope, context: DemoContext): null {
  const name = textOrEmpty(context.params, 'name');
  if (spelling(aliases(scope), name) !== undefined) {
    refuseParams({ name: `alias '${name}' already exists` });
  }
  aliases(scope)[name] = given(context);
  return null;
}

function existing(scope: FirewallScope, context: DemoContext): string {
  const name = spelling(aliases(scope), textOrEmpty(context.params, 'name'));
  if (name === undefined) refuseParams({ name: 'no such alias' });
  return name;
}

function updateAlias(scope: FirewallScope, context: DemoContext): null {
  const all = aliases(scope);
  assertDigest(listDigest(aliasList(all)), context.params.digest);
  const old = existing(scope, context);
  const rename = text(context.params, 'rename');
  const renamed = rename !== undefined && rename.toLowerCase() !== old.toLowerCase();
  if (renamed && spelling(all, rename) !== undefined) {
    refuseParams({ name: `alias '${rename}' already exists` });
  }
  const alias = given(context);
  Reflect.deleteProperty(all, old);
  all[renamed ? rename : textOrEmpty(context.params, 'name')] = alias;
  return null;
}

/** As PVE: deleting what is not there is no error. */
function deleteAlias(scope: FirewallScope, context: DemoContext): null {
  const all = aliases(scope);
  assertDigest(listDigest(aliasList(all)), context.params.digest);
  const name = spelling(all, textOrEmpty(context.params, 'name'));
  if (name !== undefined) Reflect.deleteProperty(all, name);
  return null;
}

const aliasEndpoints = (level: FirewallLevel): DemoEndpoint[] => {
  const list = `${level.base}/aliases`;
  const one = `${list}/{name}`;
  const write = (change: (scope: FirewallScope, context: DemoContext) => null) => (context: DemoContext) => {
    assertWritable(level, context);
    return change(level.load(context), context);
  };
  return [
    {
      method: 'GET',
      path: list,
      handle: (context) => withListDigest(aliasList(aliases(level.load(context)))),
    },
    { method: 'POST', path: list, handle: write(createAlias) },
    {
      method: 'GET',
      path: one,
      handle: (context) => {
        const scope = level.load(context);
        const name = existing(scope, context);
        const alias = aliases(scope)[name];
        return alias && view(name, alias);
      },
    },
    { method: 'PUT', path: one, handle: write(updateAlias) },
    { method: 'DELETE', path: one, handle: write(deleteAlias) },
  ];
};

/** Aliases of the datacenter and of guests. */
export const firewallAliasEndpoints: readonly DemoEndpoint[] = [clusterLevel, ...guestLevels].flatMap(
  aliasEndpoints,
);
