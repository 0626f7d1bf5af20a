import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { integer, splitList, text } from '../params.ts';
import { assertDigest, refuseParams } from '../refuse.ts';
import type { Section } from '../state.ts';
import { objectDigest } from './digest.ts';
import {
  assertWritable,
  clusterLevel,
  guestLevels,
  nodeLevel,
  type FirewallLevel,
  type RuleEnvironment,
} from './levels.ts';

/** Options that PVE answers as numbers; the others are text. */
const numeric: Readonly<Record<'cluster' | 'host' | 'guest', readonly string[]>> = {
  cluster: ['enable', 'ebtables'],
  host: [
    'enable',
    'nosmurfs',
    'tcpflags',
    'ndp',
    'log_nf_conntrack',
    'nf_conntrack_allow_invalid',
    'protection_synflood',
    'nftables',
    'nf_conntrack_max',
    'nf_conntrack_tcp_timeout_established',
    'nf_conntrack_tcp_timeout_syn_recv',
    'protection_synflood_rate',
    'protection_synflood_burst',
  ],
  guest: ['enable', 'dhcp', 'ndp', 'radv', 'macfilter', 'ipfilter'],
};
const textual: Readonly<Record<'cluster' | 'host' | 'guest', readonly string[]>> = {
  cluster: ['policy_in', 'policy_out', 'policy_forward', 'log_ratelimit'],
  host: [
    'log_level_in',
    'log_level_out',
    'log_level_forward',
    'tcp_flags_log_level',
    'smurf_log_level',
    'nf_conntrack_helpers',
  ],
  guest: ['policy_in', 'policy_out', 'log_level_in', 'log_level_out'],
};

const kindOf = (environment: RuleEnvironment): 'cluster' | 'host' | 'guest' =>
  environment === 'cluster' || environment === 'host' ? environment : 'guest';

/** Seconds that PVE keeps a firewall on that was enabled "until confirmed" (`enable` holding a time stamp). */
const lockoutSeconds = 60;

function view(options: Section, level: FirewallLevel, now: number): Record<string, string | number> {
  const numbers = numeric[kindOf(level.environment)];
  const result: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(options)) {
    result[key] = numbers.includes(key) ? Number(value) : value;
  }
  const enabled = Number(options.enable ?? 0);
  if (level.environment === 'cluster' && enabled > 1 && now - enabled > lockoutSeconds) result.enable = 0;
  return result;
}

function getOptions(level: FirewallLevel, context: DemoContext): Record<string, unknown> {
  const result = view(level.load(context).options, level, context.now);
  return { ...result, digest: objectDigest(result) };
}

/** `enable` as stored: on the datacenter a value above 1 means "now, until confirmed". */
function storedEnable(level: FirewallLevel, { params, now }: DemoContext): string | undefined {
  const enable = integer(params, 'enable');
  if (enable === undefined) return undefined;
  if (level.environment === 'cluster') return String(enable > 1 ? now : enable);
  return enable ? '1' : '0';
}

function setOptions(level: FirewallLevel, context: DemoContext): null {
  assertWritable(level, context);
  const { options } = level.load(context);
  assertDigest(objectDigest(view(options, level, context.now)), context.params.digest);
  const kind = kindOf(level.environment);
  const known = [...numeric[kind], ...textual[kind]];
  const doomed = splitList(text(context.params, 'delete'));
  for (const key of doomed) {
    if (!known.includes(key)) refuseParams({ delete: `no such option '${key}'` });
  }
  for (const key of doomed) Reflect.deleteProperty(options, key);
  for (const key of known) {
    const value = key === 'enable' ? storedEnable(level, context) : text(context.params, key);
    if (value !== undefined) options[key] = value;
  }
  return null;
}

/** Firewall options of the datacenter, of nodes and of guests. */
export const firewallOptionEndpoints: readonly DemoEndpoint[] = [
  clusterLevel,
  nodeLevel,
  ...guestLevels,
].flatMap((level): DemoEndpoint[] => [
  { method: 'GET', path: `${level.base}/options`, handle: (context) => getOptions(level, context) },
  { method: 'PUT', path: `${level.base}/options`, handle: (context) => setOptions(level, context) },
]);
