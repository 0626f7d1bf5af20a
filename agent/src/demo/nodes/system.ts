import { nodeNames, nodeOf } from '../cluster/node-list.ts';
import { asSection, textOrEmpty, text } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import { assertFileDigest } from '../cluster/sections.ts';
import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, NodeState, Section } from '../state.ts';

const DOMAIN = 'demo.example';

const dnsOf = (node: NodeState): Section =>
  node.dns ?? { search: DOMAIN, dns1: '10.20.0.53', dns2: '10.20.0.54' };

const setDns = (context: DemoContext): null => {
  nodeOf(context).dns = asSection(context.params, ['node']);
  return null;
};

/** Seconds that local time is ahead of UTC at a moment. */
const offsetOf = (timezone: string, now: number): number => {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, timeZoneName: 'longOffset' })
    .formatToParts(now * 1000)
    .find((part) => part.type === 'timeZoneName')?.value;
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d+):?(\d+)?/.exec(parts ?? '') ?? [];
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return sign === '-' ? -seconds : seconds;
};

const time = (context: DemoContext): unknown => {
  const { timezone } = nodeOf(context);
  const now = Math.floor(context.now);
  return { timezone, time: now, localtime: now + offsetOf(timezone, now) };
};

const setTimezone = (context: DemoContext): null => {
  const timezone = textOrEmpty(context.params, 'timezone');
  if (!Intl.supportedValuesOf('timeZone').includes(timezone) && timezone !== 'UTC') {
    die(`No such timezone: '${timezone}'`);
  }
  nodeOf(context).timezone = timezone;
  return null;
};

const hostsOf = (state: DemoState, node: NodeState): string =>
  node.hosts ??
  [
    '127.0.0.1 localhost.localdomain localhost',
    ...nodeNames(state).map((name) => `${state.nodes[name]?.ip ?? ''} ${name}.${DOMAIN} ${name}`),
    '',
    '::1     ip6-localhost ip6-loopback',
    '',
  ].join('\n');

const hosts = (context: DemoContext): unknown => {
  const data = hostsOf(context.state, nodeOf(context));
  return { data, digest: digestOf(data) };
};

const setHosts = (context: DemoContext): null => {
  const node = nodeOf(context);
  assertFileDigest(hostsOf(context.state, node), text(context.params, 'digest'));
  node.hosts = textOrEmpty(context.params, 'data');
  return null;
};

/** Per guest and NIC what went through, as `GET /nodes/{node}/netstat` counts it since the guest started. */
const netstat = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  return Object.values(context.state.guests)
    .filter((guest) => guest.node === node.name && guest.status !== 'stopped')
    .flatMap((guest) =>
      Object.keys(guest.config)
        .filter((key) => /^net\d+$/.test(key))
        .map((key, index) => {
          const seconds = Math.max(0, context.now - (guest.startedAt ?? context.now));
          const bytes = index === 0 ? Math.round(guest.load.netBps * seconds) : 0;
          return {
            vmid: String(guest.vmid),
            dev: key,
            in: String(bytes),
            out: String(Math.round(bytes * 0.6)),
          };
        }),
    );
};

const subscription = (context: DemoContext): unknown => {
  const { caller } = context;
  const node = nodeOf(context);
  const { sockets, checktime, ...rest } = node.subscription;
  const whole: Record<string, unknown> = {
    url: 'https://www.proxmox.com/en/proxmox-virtual-environment/pricing',
    ...rest,
    ...(sockets === undefined ? {} : { sockets: Number(sockets) }),
    ...(checktime === undefined ? {} : { checktime: Number(checktime) }),
  };
  if (caller.can(`/nodes/${node.name}`, ['Sys.Audit'])) return whole;
  // without the right PVE tells only whether there is one
  const { url, status, message } = whole;
  return { url, status, ...(message === undefined ? {} : { message }) };
};

const subscriptionKey = /^pve([1248])([cbsp])-[0-9a-f]{10}$/;
const levels: Readonly<Record<string, string>> = {
  c: 'Community',
  b: 'Basic',
  s: 'Standard',
  p: 'Premium',
};

const setSubscription = (context: DemoContext): null => {
  const node = nodeOf(context);
  const key = textOrEmpty(context.params, 'key').trim();
  const [, sockets = '0', level = 'c'] =
    subscriptionKey.exec(key) ?? refuseParams({ key: 'value does not match the regex pattern' });
  if (Number(sockets) < node.sockets) die('wrong number of sockets');
  node.subscription = {
    status: 'new',
    key,
    sockets,
    level,
    productname: `Proxmox VE ${levels[level] ?? ''} Subscription ${sockets} CPU/year`,
    serverid: digestOf(node.name).slice(0, 32).toUpperCase(),
  };
  return null;
};

const removeSubscription = (context: DemoContext): null => {
  nodeOf(context).subscription = {
    status: 'notfound',
    message: 'There is no subscription key',
    serverid: digestOf(nodeOf(context).name).slice(0, 32).toUpperCase(),
  };
  return null;
};

export const systemEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/dns', handle: (context) => dnsOf(nodeOf(context)) },
  { method: 'PUT', path: '/nodes/{node}/dns', handle: setDns },
  { method: 'GET', path: '/nodes/{node}/time', handle: time },
  { method: 'PUT', path: '/nodes/{node}/time', handle: setTimezone },
  { method: 'GET', path: '/nodes/{node}/hosts', handle: hosts },
  { method: 'POST', path: '/nodes/{node}/hosts', handle: setHosts },
  { method: 'GET', path: '/nodes/{node}/netstat', handle: netstat },
  { method: 'GET', path: '/nodes/{node}/subscription', handle: subscription },
  { method: 'POST', path: '/nodes/{node}/subscription', handle: () => null },
  { method: 'PUT', path: '/nodes/{node}/subscription', handle: setSubscription },
  { method: 'DELETE', path: '/nodes/{node}/subscription', handle: removeSubscription },
];
