import { describe, expect, it } from 'vitest';
import type { DemoState, GuestState } from '../state.ts';
import {
  bridgeOf,
  disks,
  entriesLike,
  inbound,
  jobsOf,
  macOf,
  managementBridges,
  newestBackup,
  nics,
  principalsOf,
  tagged,
  vlanAware,
} from './fault-facts.fixture.ts';
import { generateWorld } from './generate.ts';
import { QEMU_VERSION } from './packages.ts';

const now = 1_790_000_000;
const DAY = 86_400;
const world = generateWorld({ seed: 1, now });
type Detect = (guest: GuestState, world: DemoState) => boolean;
const option = (guest: GuestState, key: string): string | undefined => guest.firewall.options[key];
const on = (guest: GuestState): boolean => option(guest, 'enable') === '1';
const cpu = (guest: GuestState): string => (guest.config.cpu ?? 'kvm64').split(',')[0] ?? '';
const uptimeDays = (guest: GuestState): number => (now - (guest.startedAt ?? now)) / DAY;
const cloudInit = (guest: GuestState): boolean =>
  Object.values(guest.config).some((value) => value.includes('cloudinit'));
const exposed = (guest: GuestState): boolean => tagged(guest, 'dmz', 'internet', 'confidential');
const rpoHours = (guest: GuestState): number => (tagged(guest, 'critical') ? 4 : 24);
const mitigations = ['spec-ctrl', 'ssbd', 'md-clear'];

/** Check of the catalogue → which guests trip it, which do not, and the part of its rule that configuration decides. */
const table: readonly (readonly [
  check: string,
  fails: readonly number[],
  passes: readonly number[],
  Detect,
])[] = [
  ['VM-SEC-001', [100, 105, 113, 114], [104, 106], (g) => nics(g).some((nic) => !nic.includes('firewall=1'))],
  ['VM-SEC-002', [105, 118], [106], (g) => nics(g).some((nic) => nic.includes('firewall=1')) && !on(g)],
  ['VM-SEC-003', [104], [106], (g) => on(g) && option(g, 'policy_in') === 'ACCEPT'],
  [
    'VM-SEC-004',
    [104],
    [107, 117],
    (g) => exposed(g) && on(g) && (option(g, 'policy_out') ?? 'ACCEPT') === 'ACCEPT',
  ],
  ['VM-SEC-005', [100, 107, 116], [106], (g) => option(g, 'macfilter') === '0'],
  [
    'VM-SEC-006',
    [104, 107, 115],
    [102, 106],
    (g) => on(g) && option(g, 'ipfilter') !== '1' && !('ipfilter-net0' in g.firewall.ipsets),
  ],
  [
    'VM-SEC-007',
    [100, 107, 112],
    [106],
    (g) =>
      option(g, 'radv') === '1' ||
      g.firewall.rules.some((r) => r.type === 'out' && r.proto === 'udp' && r.sport === '67'),
  ],
  [
    'VM-SEC-008',
    [103, 104, 111, 115],
    [102, 106],
    (g, w) =>
      inbound(w, g).some(
        (r) =>
          r.source === undefined && (/\b(22|1433)\b/.test(r.dport ?? '') || /SSH|RDP/.test(r.macro ?? '')),
      ),
  ],
  [
    'VM-SEC-009',
    [104, 107, 111, 115],
    [106],
    (g) => on(g) && (option(g, 'log_level_in') ?? 'nolog') === 'nolog',
  ],
  [
    'VM-SEC-010',
    [100, 105, 113],
    [106],
    (g, w) =>
      nics(g).some(
        (nic) =>
          managementBridges(w, g).includes(bridgeOf(nic)) &&
          !nic.includes('tag=') &&
          !nic.includes('firewall=1'),
      ),
  ],
  [
    'VM-SEC-011',
    [111],
    [100, 106],
    (g, w) => nics(g).some((nic) => vlanAware(w, g, bridgeOf(nic)) && !/tag=|trunks=/.test(nic)),
  ],
  [
    'VM-SEC-012',
    [109, 110],
    [108],
    (g, w) =>
      Object.values(w.guests).some(
        (other) =>
          other.vmid !== g.vmid &&
          nics(other).some((nic) => nics(g).some((own) => macOf(own) === macOf(nic))),
      ),
  ],
  [
    'VM-SEC-013',
    [104, 105],
    [106],
    (g) => (g.config.bios ?? 'seabios') === 'seabios' && /l26|win1/.test(g.config.ostype ?? ''),
  ],
  [
    'VM-SEC-014',
    [103, 111, 112],
    [106],
    (g) => g.config.bios === 'ovmf' && !/efitype=4m.*pre-enrolled-keys=1/.test(g.config.efidisk0 ?? ''),
  ],
  [
    'VM-SEC-015',
    [102, 115, 118],
    [106, 119],
    (g) =>
      (g.config.efidisk0 ?? '').includes('pre-enrolled-keys=1') &&
      !(g.config.efidisk0 ?? '').includes('ms-cert=2023k'),
  ],
  [
    'VM-SEC-016',
    [103, 115],
    [102, 119],
    (g) => g.config.ostype === 'win11' && !/version=v2.0/.test(g.config.tpmstate0 ?? ''),
  ],
  [
    'VM-SEC-017',
    [104, 105, 108],
    [106, 112],
    (g) => cpu(g) !== 'host' && mitigations.some((flag) => !(g.config.cpu ?? '').includes(`+${flag}`)),
  ],
  [
    'VM-SEC-018',
    [100, 111],
    [106, 116, 120],
    (g) => cpu(g) === 'host' && !(g.config.cpu ?? '').includes('-nested-virt') && !tagged(g, 'nested'),
  ],
  [
    'VM-SEC-019',
    [105, 113, 118],
    [106, 107],
    (g) => /^(kvm64|kvm32|qemu64|x86-64-v2)$/.test(cpu(g)) && !(g.config.cpu ?? '').includes('+aes'),
  ],
  ['VM-SEC-020', [114], [106], (g) => g.config.kvm === '0'],
  ['VM-SEC-021', [111], [106], (g) => g.config.args !== undefined],
  ['VM-SEC-022', [111], [106], (g) => g.config.hookscript !== undefined],
  [
    'VM-SEC-023',
    [111],
    [112],
    (g) =>
      entriesLike(g.config, /^hostpci/).some(
        ([, value]) => !value.includes('mapping=') || value.includes('romfile'),
      ),
  ],
  [
    'VM-SEC-024',
    [103, 114],
    [106, 108],
    (g) =>
      entriesLike(g.config, /^(usb|serial|parallel)\d/).some(([, value]) => /^host=|^\/dev\//.test(value)),
  ],
  [
    'VM-SEC-025',
    [116],
    [106],
    (g, w) =>
      entriesLike(g.config, /^virtiofs/).some(([, v]) => w.mappings.dir[v.split(',')[0] ?? ''] !== undefined),
  ],
  [
    'VM-SEC-026',
    [104, 105, 9000],
    [100, 106, 9001],
    (g) => g.config.protection !== '1' && (tagged(g, 'prod', 'critical') || g.config.template === '1'),
  ],
  [
    'VM-SEC-027',
    [100, 104, 105, 113, 115],
    [106, 117],
    (g, w) => jobsOf(w, g).length === 0 || newestBackup(w, g.vmid) < now - rpoHours(g) * 1.5 * 3600,
  ],
  ['VM-SEC-028', [105, 112], [106], (g) => disks(g).some(([, value]) => value.includes('backup=0'))],
  [
    'VM-SEC-029',
    [118],
    [117],
    (g, w) =>
      tagged(g, 'confidential') &&
      w.volumes
        .filter((v) => v.content === 'backup' && v.vmid === g.vmid)
        .some((v) => v.encrypted === undefined),
  ],
  [
    'VM-SEC-030',
    [105],
    [106],
    (g) => Object.values(g.snapshots).some((s) => s.vmstate && now - s.snaptime > 7 * DAY),
  ],
  [
    'VM-SEC-031',
    [103, 105],
    [104, 106, 107],
    (g) => Object.values(g.config).some((v) => /:iso\/.*media=cdrom/.test(v)) && uptimeDays(g) > 1,
  ],
  [
    'VM-SEC-032',
    [107, 120],
    [108],
    (g) => cloudInit(g) && (g.config.cipassword !== undefined || g.config.sshkeys === undefined),
  ],
  [
    'VM-SEC-033',
    [107],
    [108],
    (g) =>
      cloudInit(g) &&
      uptimeDays(g) > 7 &&
      (g.config.cipassword !== undefined || (g.config.cicustom ?? '').includes('user=')),
  ],
  [
    'VM-SEC-034',
    [105, 106],
    [102],
    (g, w) => /^1|enabled=1/.test(g.config.agent ?? '') && principalsOf(w, g).includes('operator@pve'),
  ],
  ['VM-SEC-035', [105], [102], (g, w) => principalsOf(w, g).length > 5],
  [
    'VM-SEC-036',
    [107, 113],
    [106],
    (g) => g.agent?.osinfo['pretty-name']?.includes('GNU/Linux 10') === true || g.config.ostype === 'win7',
  ],
  [
    'VM-SEC-037',
    [111, 112],
    [106, 110],
    (g, w) => g.config['allow-ksm'] !== '0' && (w.nodes[g.node]?.ksmShared ?? 0) > 0,
  ],
  [
    'VM-SEC-038',
    [117, 118],
    [106],
    (g) => tagged(g, 'confidential') && !('amd-sev' in g.config || 'intel-tdx' in g.config),
  ],
  [
    'VM-SEC-039',
    [103, 116],
    [106],
    (g) =>
      (g.config.spice_enhancements ?? '').includes('foldersharing=1') ||
      (g.config.vga ?? '').includes('clipboard=vnc') ||
      'ivshmem' in g.config,
  ],
  [
    'VM-SEC-040',
    [105, 113, 114, 115],
    [104, 106],
    (g) => g.status === 'running' && g.runningQemu !== QEMU_VERSION,
  ],
  ['VM-SEC-041', [102], [106], (g) => g.config.vmgenid === '0'],
  [
    'VM-SEC-042',
    [103, 104, 107, 113, 115],
    [106],
    (g) => nics(g).some((nic) => !nic.startsWith('virtio')) || /i440fx-[45]/.test(g.config.machine ?? ''),
  ],
  ['VM-SEC-043', [113], [106], (g) => /source=\/dev\/(random|hwrng)/.test(g.config.rng0 ?? '')],
  [
    'VM-SEC-044',
    [112, 116, 118],
    [106],
    (g, w) =>
      disks(g).some(
        ([, value]) =>
          value.startsWith('/dev/') ||
          w.acl.some(
            (a) => a.path === `/storage/${value.split(':')[0] ?? ''}` && a.roleid === 'PVEDatastoreAdmin',
          ),
      ),
  ],
];

describe.each(table)('%s', (_, fails, passes, detect) => {
  it.each(fails)('is tripped by VM %i', (vmid) => {
    const guest = world.guests[String(vmid)];
    expect(guest?.type).toBe('qemu');
    expect(guest !== undefined && detect(guest, world)).toBe(true);
  });

  it.each(passes)('is not tripped by VM %i', (vmid) => {
    const guest = world.guests[String(vmid)];
    expect(guest?.type).toBe('qemu');
    expect(guest !== undefined && detect(guest, world)).toBe(false);
  });
});

describe('the table', () => {
  it('names all 44 checks of the catalogue once, each with a guest that trips it and one that does not', () => {
    const ids = table.map(([id]) => id);
    expect(ids).toEqual(Array.from({ length: 44 }, (_, n) => `VM-SEC-${String(n + 1).padStart(3, '0')}`));
    for (const [, fails, passes] of table) {
      expect(fails.length).toBeGreaterThan(0);
      expect(passes.length).toBeGreaterThan(0);
    }
  });

  it('trips 14 checks with VM 105, and none of its own with the well-kept VM 106', () => {
    const found = (vmid: string): string[] => {
      const guest = world.guests[vmid];
      return table.filter(([, , , detect]) => guest !== undefined && detect(guest, world)).map(([id]) => id);
    };
    const of105 = [
      '001',
      '002',
      '010',
      '013',
      '017',
      '019',
      '026',
      '027',
      '028',
      '030',
      '031',
      '034',
      '035',
      '040',
    ];
    expect(found('105')).toEqual(of105.map((number) => `VM-SEC-${number}`));
    // What is left on 106 is the cluster's doing: who may use the production pool.
    expect(found('106')).toEqual(['VM-SEC-034', 'VM-SEC-035']);
  });
});
