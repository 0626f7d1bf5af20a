import { describe, expect, it } from 'vitest';
import type { DemoState, GuestState } from '../state.ts';
import {
  bridgeOf,
  entriesLike,
  jobsOf,
  managementBridges,
  newestBackup,
  nics,
  tagged,
  vlanAware,
} from './fault-facts.fixture.ts';
import { generateWorld } from './generate.ts';

const now = 1_790_000_000;
const world = generateWorld({ seed: 1, now });
type Detect = (guest: GuestState, world: DemoState) => boolean;
const features = (guest: GuestState): string => guest.config.features ?? '';
const privileged = (guest: GuestState): boolean => guest.config.unprivileged !== '1';
const raw = (guest: GuestState, key: string): string[] =>
  guest.lxcRaw.filter(([name]) => name === key).map(([, value]) => value);
const mounts = (guest: GuestState): string[] =>
  entriesLike(guest.config, /^mp\d+$/).map(([, value]) => value);
const volumes = (guest: GuestState): string[] => mounts(guest).filter((mount) => !mount.startsWith('/'));

/** Check of the catalogue → which containers trip it, which do not, and the part of its rule that configuration decides. */
const table: readonly (readonly [
  check: string,
  fails: readonly number[],
  passes: readonly number[],
  Detect,
])[] = [
  ['CT-SEC-001', [202, 209], [200, 207], privileged],
  ['CT-SEC-002', [202], [200], (g) => raw(g, 'lxc.apparmor.profile').includes('unconfined')],
  [
    'CT-SEC-003',
    [202],
    [200],
    (g) => raw(g, 'lxc.cap.drop').includes('') && raw(g, 'lxc.cgroup2.devices.allow').includes('a'),
  ],
  ['CT-SEC-004', [202], [200, 203], (g) => raw(g, 'lxc.mount.entry').length > 0],
  ['CT-SEC-005', [204], [200, 203], (g) => raw(g, 'lxc.idmap').some((map) => /^[ug] 0 0 /.test(map))],
  ['CT-SEC-006', [101, 200, 207], [203, 204], (g) => !privileged(g) && raw(g, 'lxc.idmap').length === 0],
  ['CT-SEC-007', [202], [200], (g) => privileged(g) && features(g).includes('nesting=1')],
  [
    'CT-SEC-008',
    [205],
    [201, 207],
    (g) => !privileged(g) && features(g).includes('nesting=1') && !tagged(g, 'docker'),
  ],
  ['CT-SEC-009', [201, 202, 203], [200], (g) => /keyctl=1|mknod=1|fuse=1|mount=/.test(features(g))],
  ['CT-SEC-010', [203], [205], (g) => mounts(g).some((mount) => mount.startsWith('/'))],
  ['CT-SEC-011', [204], [200], (g) => entriesLike(g.config, /^dev\d+$/).length > 0],
  [
    'CT-SEC-012',
    [202, 203, 205, 209],
    [200, 207],
    (g) => g.firewall.options.enable !== '1' || nics(g).some((nic) => !nic.includes('firewall=1')),
  ],
  [
    'CT-SEC-013',
    [201, 204],
    [200, 207],
    (g) => g.firewall.options.enable === '1' && g.firewall.options.ipfilter !== '1',
  ],
  [
    'CT-SEC-014',
    [203, 204, 206, 209],
    [200],
    (g, w) =>
      nics(g).some(
        (nic) =>
          !nic.includes('tag=') &&
          (vlanAware(w, g, bridgeOf(nic)) || managementBridges(w, g).includes(bridgeOf(nic))),
      ),
  ],
  ['CT-SEC-015', [201], [200, 207], (g) => features(g).includes('keyctl=1') || tagged(g, 'docker', 'k8s')],
  ['CT-SEC-016', [204], [200], (g) => g.config.cmode === 'shell'],
  ['CT-SEC-017', [201, 203, 204], [205], (g) => volumes(g).some((mount) => !mount.includes('backup=1'))],
  [
    'CT-SEC-018',
    [209],
    [101, 200, 207],
    (g, w) =>
      g.config.protection !== '1' ||
      jobsOf(w, g).length === 0 ||
      newestBackup(w, g.vmid) < now - (tagged(g, 'critical') ? 4 : 24) * 1.5 * 3600,
  ],
  ['CT-SEC-019', [205], [200], (g) => g.config.hookscript !== undefined],
  [
    'CT-SEC-020',
    [201, 203, 204],
    [205],
    (g) => volumes(g).some((mount) => !/mountoptions=[^,]*nodev/.test(mount)),
  ],
  [
    'CT-SEC-021',
    [204],
    [200],
    (g) => /(PASS|SECRET|TOKEN|KEY)\w*=/.test(g.config.env ?? '') || g.config.entrypoint !== undefined,
  ],
  ['CT-SEC-022', [206], [200], (g) => (g.config.description ?? '').includes('Ubuntu 16.04')],
  [
    'CT-SEC-023',
    [205],
    [200],
    (g) => g.config.cores === undefined || Number(g.config.swap ?? 0) > 4 * Number(g.config.memory ?? 512),
  ],
  ['CT-SEC-024', [205], [200], (g) => g.config.debug === '1'],
];

describe.each(table)('%s', (_, fails, passes, detect) => {
  it.each(fails)('is tripped by CT %i', (vmid) => {
    const guest = world.guests[String(vmid)];
    expect(guest?.type).toBe('lxc');
    expect(guest !== undefined && detect(guest, world)).toBe(true);
  });

  it.each(passes)('is not tripped by CT %i', (vmid) => {
    const guest = world.guests[String(vmid)];
    expect(guest?.type).toBe('lxc');
    expect(guest !== undefined && detect(guest, world)).toBe(false);
  });
});

describe('the table', () => {
  it('names all 24 checks of the catalogue once, each with a container that trips it and one that does not', () => {
    expect(table.map(([id]) => id)).toEqual(
      Array.from({ length: 24 }, (_, n) => `CT-SEC-${String(n + 1).padStart(3, '0')}`),
    );
    for (const [, fails, passes] of table) {
      expect(fails.length).toBeGreaterThan(0);
      expect(passes.length).toBeGreaterThan(0);
    }
  });
});
