import type { Section } from '../state.ts';
import { addressListVersion, addressVersion, type IpVersion } from './addresses.ts';
import type { FirewallScope, RuleEnvironment } from './levels.ts';
import { canonicalMacro, macroTraffic } from './macros.ts';
import { icmpTypes, icmpv6Types, protocols, protocolsWithPorts } from './names.ts';
import { checkPorts } from './ports.ts';

const directions: Readonly<Record<RuleEnvironment, readonly string[]>> = {
  ct: ['in', 'out', 'group'],
  vm: ['in', 'out', 'group'],
  group: ['in', 'out', 'forward'],
  cluster: ['in', 'out', 'forward', 'group'],
  host: ['in', 'out', 'forward', 'group'],
};
const icmpProtocols = ['icmp', 'icmpv6', 'ipv6-icmp'];
const namePattern = '[A-Za-z][A-Za-z0-9\\-_]+';

export interface RuleVerdict {
  /** The rule with the macro's name as PVE spells it. */
  readonly rule: Section;
  readonly ipversion: IpVersion | undefined;
  /** Parameter → message, in the order pve-firewall finds them. */
  readonly errors: Readonly<Record<string, string>>;
}

/** A copy without the value `undefined` keys, plus what the checks collect. */
interface Check {
  readonly rule: Section;
  readonly scope: FirewallScope;
  readonly errors: Record<string, string>;
  ipversion: IpVersion | undefined;
}

const addError = ({ errors }: Check, key: string, message: string): void => {
  errors[key] ??= message;
};

/** Runs a check that throws; its message becomes the parameter's error. */
function attempt(check: Check, key: string, run: () => void): void {
  try {
    run();
  } catch (thrown) {
    addError(check, key, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function setVersion(check: Check, version: IpVersion | undefined): void {
  if (version === undefined) return;
  if (check.ipversion !== undefined && check.ipversion !== version) {
    throw new Error('detected mixed ipv4/ipv6 addresses in rule');
  }
  check.ipversion = version;
}

/** The alias by PVE's scoping: `guest/` only here, `dc/` only the datacenter, neither: here first. */
export function findAlias(scope: FirewallScope, name: string, prefix: string): { cidr: string } | undefined {
  const wanted = name.toLowerCase();
  const lookup = (aliases: Readonly<Record<string, { cidr: string }>> | undefined) =>
    Object.entries(aliases ?? {}).find(([key]) => key.toLowerCase() === wanted)?.[1];
  const here = prefix === 'dc/' ? undefined : lookup(scope.owned?.aliases);
  return here ?? (prefix === 'guest/' ? undefined : lookup(scope.cluster.aliases));
}

function checkReference(check: Check, key: 'source' | 'dest'): void {
  const value = check.rule[key] ?? '';
  if (value.startsWith('+')) {
    const name = new RegExp(`^\\+(?:guest/|dc/|sdn/)?(${namePattern})$`).exec(value)?.[1];
    if (name === undefined) addError(check, key, `invalid ipset name '${value}'`);
    else if (!check.scope.cluster.ipsets[name] && !check.scope.owned?.ipsets[name]) {
      addError(check, key, `no such ipset '${name}'`);
    }
    return;
  }
  const [, prefix = '', name] = new RegExp(`^(guest/|dc/)?(${namePattern})$`).exec(value) ?? [];
  if (name === undefined) return;
  const alias = findAlias(check.scope, name, prefix);
  if (alias) setVersion(check, addressVersion(alias.cidr));
  else addError(check, key, `no such alias '${value}'`);
}

function checkTypeAndAction(check: Check): void {
  const { type, action } = check.rule;
  const { environment } = check.scope;
  if (!type) addError(check, 'type', 'missing property');
  if (!action) addError(check, 'action', 'missing property');
  if (!type) return;
  if (!directions[environment].includes(type)) {
    addError(check, 'type', `invalid rule type '${type}' for rule_env '${environment}'`);
  }
  if (type === 'group') {
    if (environment === 'group') addError(check, 'type', 'security groups not allowed');
    if (action && !new RegExp(`^${namePattern}$`).test(action)) {
      addError(check, 'action', 'invalid characters in security group name');
    }
  } else if (['in', 'out', 'forward'].includes(type)) {
    if (type === 'forward' && action === 'REJECT') {
      addError(check, 'action', 'cannot define REJECT rules on forward chain');
    }
    if (action && !/^(ACCEPT|DROP|REJECT)$/.test(action)) {
      addError(check, 'action', `unknown action '${action}'`);
    }
  } else addError(check, 'type', `unknown rule type '${type}'`);
}

function checkInterface(check: Check): void {
  const { iface } = check.rule;
  if (!iface) return;
  const { environment } = check.scope;
  if (environment === 'group') addError(check, 'type', 'parameter -i not allowed for this rule type');
  if ((environment === 'vm' || environment === 'ct') && !/^net\d+$/.test(iface)) {
    addError(check, 'iface', "value does not match the regex pattern 'net\\d+'");
  }
}

function checkProtocol(check: Check): boolean {
  const { proto } = check.rule;
  if (!proto) return false;
  if (!protocols.has(proto)) addError(check, 'proto', `unknown protocol '${proto}'`);
  if (proto === 'icmp') attempt(check, 'proto', () => setVersion(check, 4));
  if (proto === 'icmpv6' || proto === 'ipv6-icmp') attempt(check, 'proto', () => setVersion(check, 6));
  return icmpProtocols.includes(proto);
}

function checkPortKey(check: Check, key: 'dport' | 'sport', icmp: boolean): void {
  const value = check.rule[key];
  if (!value) return;
  const { proto } = check.rule;
  attempt(check, key, () => checkPorts(value, key === 'dport' && icmp));
  if (!proto) addError(check, 'proto', `missing property - '${key}' requires this property`);
  if (!protocolsWithPorts.has(proto ?? '') && !(key === 'dport' && icmp)) {
    addError(check, key, `protocol '${proto ?? ''}' does not support ports`);
  }
}

function checkIcmpType(check: Check, icmp: boolean): void {
  const { proto = '', dport } = check.rule;
  const type = check.rule['icmp-type'];
  if (!type) return;
  if (!icmp) addError(check, 'proto', "missing property - 'icmp-type' requires this property");
  if (dport) addError(check, 'icmp-type', "'icmp-type' cannot be specified together with 'dport'");
  if ((proto === 'icmp' && !icmpTypes.has(type)) || (proto !== 'icmp' && icmp && !icmpv6Types.has(type))) {
    addError(check, 'icmp-type', `invalid icmp-type '${type}' for proto '${proto}'`);
  }
}

function checkMacro(check: Check, macro: string): void {
  for (const traffic of macroTraffic(macro, check.ipversion)) {
    for (const key of ['proto', 'dport', 'sport'] as const) {
      const given = check.rule[key];
      const own = traffic[key];
      if (given !== undefined && own !== undefined && given !== own) {
        addError(check, key, `parameter '${key}' already define in macro (value = '${own}')`);
      }
    }
  }
}

/** Checks one rule against its environment as pve-firewall's `verify_rule` does, collecting every error. */
export function verifyRule(given: Section, scope: FirewallScope): RuleVerdict {
  const macro = given.macro ? canonicalMacro(given.macro) : undefined;
  const rule: Section = macro === undefined ? { ...given } : { ...given, macro };
  const check: Check = { rule, scope, errors: {}, ipversion: undefined };
  checkTypeAndAction(check);
  checkInterface(check);
  if (given.macro && macro === undefined) addError(check, 'macro', `unknown macro '${given.macro}'`);
  const icmp = checkProtocol(check);
  checkPortKey(check, 'dport', icmp);
  checkIcmpType(check, icmp);
  checkPortKey(check, 'sport', icmp);
  for (const key of ['source', 'dest'] as const) {
    const value = rule[key];
    if (!value) continue;
    attempt(check, key, () => {
      setVersion(check, addressListVersion(value));
      checkReference(check, key);
    });
  }
  if (macro !== undefined && Object.keys(check.errors).length === 0) checkMacro(check, macro);
  return { rule, ipversion: check.ipversion, errors: check.errors };
}
