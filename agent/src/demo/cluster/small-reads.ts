import { digestOf } from '../digest.ts';
import { DemoHttpError, type DemoContext, type DemoEndpoint } from '../endpoint.ts';
import type { Section } from '../state.ts';
import { nextEvent } from './calendar.ts';
import { integer, textOrEmpty, text } from '../params.ts';
import { die } from '../refuse.ts';
import { typed } from './sections.ts';

const analyze = ({ params, now }: DemoContext): unknown => {
  const schedule = textOrEmpty(params, 'schedule');
  let after = integer(params, 'starttime') ?? now;
  const runs: { timestamp: number; utc: string }[] = [];
  for (let left = integer(params, 'iterations') ?? 10; left > 0; left -= 1) {
    const next = nextEvent(schedule, after);
    if (next === undefined) break;
    runs.push({ timestamp: next, utc: gmtime(next) });
    after = next;
  }
  return runs;
};

/** Perl's `scalar(gmtime)`: `Mon Nov  3 02:00:00 2025`. */
const gmtime = (seconds: number): string => {
  const [day = '', date = '', month = '', year = '', time = ''] = new Date(seconds * 1000)
    .toUTCString()
    .replace(',', '')
    .split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
};

/** PVE's answer to every Ceph call on a cluster without it (PVE::Ceph::Tools::check_ceph_inited). */
const noCeph = (): never => die('binary not installed: /usr/bin/ceph-mon');

const sdnNumeric = ['tag', 'vlanaware', 'isolate-ports', 'mtu', 'vrf-vxlan'];

const sdnRow = (
  id: string,
  key: 'zone' | 'vnet',
  section: Section,
  digest: string,
): Record<string, unknown> => ({
  ...typed(section, { numeric: sdnNumeric }),
  [key]: id,
  digest,
  ...(key === 'vnet' ? { type: 'vnet' } : {}),
});

const zones = ({ state, caller, params }: DemoContext): unknown => {
  const type = text(params, 'type');
  const digest = digestOf(state.sdn ?? {});
  return Object.entries(state.sdn?.zones ?? {})
    .filter(
      ([id, zone]) =>
        (type === undefined || zone.type === type) &&
        caller.can(`/sdn/zones/${id}`, ['SDN.Audit', 'SDN.Allocate'], { any: true }),
    )
    .map(([id, zone]) => sdnRow(id, 'zone', zone, digest));
};

const vnets = ({ state, caller }: DemoContext): unknown => {
  const digest = digestOf(state.sdn ?? {});
  return Object.entries(state.sdn?.vnets ?? {})
    .filter(([id, vnet]) =>
      caller.can(`/sdn/zones/${vnet.zone ?? ''}/${id}`, ['SDN.Audit', 'SDN.Allocate'], {
        any: true,
      }),
    )
    .map(([id, vnet]) => sdnRow(id, 'vnet', vnet, digest));
};

const readSdn =
  (key: 'zone' | 'vnet') =>
  ({ state, params }: DemoContext): unknown => {
    const id = textOrEmpty(params, key);
    const section = key === 'zone' ? state.sdn?.zones[id] : state.sdn?.vnets[id];
    if (!section) throw new DemoHttpError(500, `sdn '${id}' does not exist`);
    return sdnRow(id, key, section, digestOf(state.sdn ?? {}));
  };

const index = (key: string, names: readonly string[]) => (): Record<string, string>[] =>
  names.map((name) => ({ [key]: name }));

const sdnParts = ['vnets', 'zones', 'controllers', 'ipams', 'dns'];

export const smallReadEndpoints: readonly DemoEndpoint[] = [
  {
    method: 'GET',
    path: '/cluster/jobs',
    handle: index('subdir', ['realm-sync', 'schedule-analyze']),
  },
  { method: 'GET', path: '/cluster/jobs/schedule-analyze', handle: analyze },
  {
    method: 'GET',
    path: '/cluster/ceph',
    handle: index('name', ['metadata', 'status', 'flags']),
  },
  { method: 'GET', path: '/cluster/ceph/status', handle: noCeph },
  { method: 'GET', path: '/cluster/ceph/flags', handle: noCeph },
  { method: 'GET', path: '/cluster/sdn', handle: index('id', sdnParts) },
  { method: 'GET', path: '/cluster/sdn/zones', handle: zones },
  { method: 'GET', path: '/cluster/sdn/zones/{zone}', handle: readSdn('zone') },
  { method: 'GET', path: '/cluster/sdn/vnets', handle: vnets },
  { method: 'GET', path: '/cluster/sdn/vnets/{vnet}', handle: readSdn('vnet') },
];
