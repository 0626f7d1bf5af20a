import { parseConfFile } from '../../../pve/config/conf-file.ts';
import type { GuestConfig } from '../../../pve/config/types.ts';
import type {
  ClusterDetail,
  FirewallRule,
  GuestDetail,
  GuestFirewall,
  Inventory,
  InventoryGuest,
} from '../../../pve/inventory/types.ts';
import type { GuestType, Known } from '../../../pve/types.ts';
import type { Backups, Surroundings } from '../facts.ts';

export const now = new Date('2026-11-01T12:00:00Z');
export const unixNow = now.getTime() / 1000;

type Value<T> = T extends { readonly known: true; readonly value: infer V } ? V : never;

/** Everything around a guest that a case may set; what it leaves out is as on a small cluster with nothing wrong. */
export interface World {
  readonly tags?: readonly string[];
  readonly pool?: string;
  readonly status?: InventoryGuest['status'];
  readonly template?: boolean;
  readonly lock?: string;
  readonly name?: string;
  readonly firewall?: Partial<GuestFirewall>;
  readonly firewallOptions?: Readonly<Record<string, string>>;
  readonly securityGroups?: Readonly<Record<string, readonly FirewallRule[]>>;
  readonly snapshots?: Value<GuestDetail['snapshots']>;
  readonly guestStatus?: Readonly<Record<string, unknown>>;
  readonly osinfo?: Value<GuestDetail['osinfo']>;
  readonly addresses?: Value<GuestDetail['addresses']>;
  readonly backupJobs?: Value<ClusterDetail['backupJobs']>;
  readonly notBackedUp?: readonly number[];
  readonly backups?: Backups;
  readonly storages?: Value<ClusterDetail['storages']>;
  readonly acl?: Value<ClusterDetail['acl']>;
  readonly users?: Value<ClusterDetail['users']>;
  readonly dirMappings?: Readonly<Record<string, readonly string[]>>;
  readonly guestNics?: Value<ClusterDetail['guestNics']>;
  readonly network?: Value<ClusterDetail['networks'][string]>;
  readonly nodeStatus?: Readonly<Record<string, unknown>>;
  readonly packages?: Readonly<Record<string, string>>;
  readonly otherGuests?: readonly InventoryGuest[];
  readonly nodeMemoryUsed?: number;
  readonly version?: string;
  readonly gaps?: Inventory['gaps'];
}

const known = <T>(value: T): Known<T> => ({ known: true, value });
export const vmid = 105;
const gib = 1024 ** 3;

export const roles = {
  Administrator: [
    'Permissions.Modify',
    'VM.Allocate',
    'VM.Console',
    'VM.Config.Disk',
    'VM.PowerMgmt',
    'Datastore.Allocate',
    'VM.GuestAgent.Unrestricted',
  ],
  PVEAuditor: ['VM.Audit', 'Sys.Audit'],
  PVEVMUser: ['VM.Audit', 'VM.Console', 'VM.PowerMgmt', 'VM.GuestAgent.FileRead', 'VM.GuestAgent.FileWrite'],
  PVEDatastoreAdmin: ['Datastore.Allocate', 'Datastore.AllocateSpace'],
  NoAccess: [],
} as const;

type User = Value<ClusterDetail['users']>[number];
const user = (userid: string): User => ({ userid, enabled: true, groups: [], tokens: [] });
export const acl = (path: string, ugid: string, roleid: keyof typeof roles, propagate = true) => ({
  path,
  type: ugid.includes('!') ? ('token' as const) : ('user' as const),
  ugid,
  roleid,
  propagate,
});

/** Two parties that run guests: what makes a cluster one of several tenants. */
export const twoTenants: World = {
  users: [user('root@pam'), user('anna@pve'), user('bert@pve')],
  acl: [acl('/pool/a', 'anna@pve', 'PVEVMUser'), acl('/pool/b', 'bert@pve', 'PVEVMUser')],
};
export const users = (...ids: readonly string[]): readonly User[] => ids.map(user);

const intel = {
  'current-kernel': { machine: 'x86_64' },
  cpuinfo: {
    model: 'Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz',
    flags: 'fpu aes pcid ibrs ibpb ssbd md_clear sse4_2 popcnt',
  },
  ksm: { shared: 0 },
};

/** A guest from the text of its `.conf` file, in its world. */
export function guestIn(
  type: GuestType,
  conf: string,
  world: World = {},
): { readonly detail: GuestDetail; readonly surroundings: Surroundings } {
  const file = parseConfFile(type, conf);
  const removed = new Set(file.pending?.delete ?? []);
  const merged: GuestConfig = {
    ...file.current,
    values: {
      ...Object.fromEntries(Object.entries(file.current.values).filter(([key]) => !removed.has(key))),
      ...file.pending?.set.values,
    },
  };
  const status = world.status ?? 'running';
  const guest: InventoryGuest = {
    vmid,
    name: world.name ?? 'db-01',
    type,
    node: 'pve1',
    status,
    template: world.template ?? false,
    tags: world.tags ?? [],
    ...(world.pool === undefined ? {} : { pool: world.pool }),
    ...(world.lock === undefined ? {} : { lock: world.lock }),
  };
  const detail: GuestDetail = {
    guest,
    config: known(merged),
    currentConfig: known(file.current),
    firewall: known({ options: {}, rules: [], ipsets: [], optionsDigest: 'f'.repeat(40), ...world.firewall }),
    snapshots: known(world.snapshots ?? []),
    status:
      status === 'stopped'
        ? { known: false, reason: 'The guest is not running.' }
        : known(world.guestStatus ?? { uptime: 3600, 'running-qemu': '10.1.2' }),
    osinfo: world.osinfo ? known(world.osinfo) : { known: false, reason: 'The guest agent is not enabled.' },
    addresses: world.addresses
      ? known(world.addresses)
      : { known: false, reason: 'The guest agent is not enabled.' },
  };
  const inventory: Inventory = {
    collectedAt: now.toISOString(),
    target: 'https://127.0.0.1:8006',
    demo: true,
    version: { version: world.version ?? '9.1.4', release: '9.1' },
    cluster: { name: 'demo', quorate: true },
    nodes: [
      {
        name: 'pve1',
        online: true,
        ip: '10.0.0.11',
        memory: 64 * gib,
        memoryUsed: world.nodeMemoryUsed ?? 16 * gib,
      },
      { name: 'pve2', online: true, ip: '10.0.0.12', memory: 64 * gib, memoryUsed: 16 * gib },
    ],
    guests: [guest, ...(world.otherGuests ?? [])],
    storages: [],
    pools: [],
    gaps: world.gaps ?? [],
  };
  const cluster: ClusterDetail = {
    firewallOptions: known(world.firewallOptions ?? { enable: '1' }),
    securityGroups: known(world.securityGroups ?? {}),
    backupJobs: known(
      world.backupJobs ?? [
        {
          id: 'backup-all',
          enabled: true,
          all: true,
          vmids: [],
          exclude: [],
          storage: 'pbs',
          schedule: '02:00',
        },
      ],
    ),
    notBackedUp: known(world.notBackedUp ?? []),
    storages: known(
      world.storages ?? [
        { storage: 'local-lvm', type: 'lvmthin' },
        { storage: 'local', type: 'dir' },
        { storage: 'pbs', type: 'pbs', 'encryption-key': 'aa:bb' },
      ],
    ),
    acl: known(world.acl ?? []),
    roles: known(roles),
    users: known(world.users ?? users('root@pam')),
    dirMappings: known(world.dirMappings ?? {}),
    networks: {
      pve1: known(
        world.network ?? [
          { iface: 'vmbr0', type: 'bridge', vlanAware: false, cidr: '10.0.0.11/24', address: '10.0.0.11' },
          { iface: 'vmbr1', type: 'bridge', vlanAware: false },
          { iface: 'vmbr2', type: 'bridge', vlanAware: true },
        ],
      ),
    },
    nodeStatus: { pve1: known(world.nodeStatus ?? intel), pve2: known(world.nodeStatus ?? intel) },
    cpuFlags: {
      pve1: known([
        'aes',
        'amd-ssbd',
        'ibpb',
        'md-clear',
        'nested-virt',
        'pcid',
        'spec-ctrl',
        'ssbd',
        'virt-ssbd',
      ]),
    },
    packages: { pve1: known(world.packages ?? { 'qemu-server': '9.1.4', 'pve-qemu-kvm': '10.1.2-4' }) },
    guestNics: known(world.guestNics ?? []),
  };
  const backups = world.backups ?? { newest: new Map([[vmid, unixNow - 3600]]), unread: [] };
  return { detail, surroundings: { cluster, inventory, backups, now } };
}

/** A firewall rule with what a case does not care about filled in. */
export const rule = (
  fields: Partial<FirewallRule> & Pick<FirewallRule, 'type' | 'action'>,
): FirewallRule => ({
  pos: 0,
  enable: true,
  ...fields,
});
