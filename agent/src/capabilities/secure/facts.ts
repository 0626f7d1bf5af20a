import type { GuestConfig } from '../../pve/config/types.ts';
import type {
  AclEntry,
  BackupJob,
  ClusterDetail,
  FirewallRule,
  GuestDetail,
  GuestFirewall,
  Inventory,
  InventoryGuest,
  NodeNetwork,
  Snapshot,
} from '../../pve/inventory/types.ts';
import { pvePath } from '../../pve/path.ts';
import type { Known } from '../../pve/types.ts';
import type { Evidence } from '../types.ts';
import { profileOf, type Profile } from './profile.ts';

/** What a rule looks at: one guest with one of its configurations, and the cluster around it. */
export interface Facts {
  readonly guest: InventoryGuest;
  /** `qemu/105` */
  readonly object: string;
  /** `/nodes/pve1/qemu/105` */
  readonly path: string;
  /** The configuration under judgement: pending changes merged in, or what runs now. */
  readonly config: GuestConfig;
  readonly detail: GuestDetail;
  readonly cluster: ClusterDetail;
  readonly inventory: Inventory;
  readonly profile: Profile;
  readonly backups: Backups;
  readonly now: Date;
}

/** Restore points as far as the backup storages could be read. */
export interface Backups {
  /** Guest → Unix seconds of its newest restore point. */
  readonly newest: ReadonlyMap<number, number>;
  /** Why storages could not be read; a missing or old restore point proves nothing then. */
  readonly unread: readonly string[];
}

/** What is read once and surrounds every guest of a run. */
export interface Surroundings {
  readonly cluster: ClusterDetail;
  readonly inventory: Inventory;
  readonly backups: Backups;
  readonly now: Date;
}

type Users = Extract<ClusterDetail['users'], { known: true }>['value'];
type Nics = Extract<ClusterDetail['guestNics'], { known: true }>['value'];

/** Everything that may be unreadable, by the name under which a check asks for it. */
export interface Data {
  readonly firewall: GuestFirewall;
  readonly snapshots: readonly Snapshot[];
  readonly status: Readonly<Record<string, unknown>>;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  readonly firewallOptions: Readonly<Record<string, string>>;
  readonly securityGroups: Readonly<Record<string, readonly FirewallRule[]>>;
  readonly backupJobs: readonly BackupJob[];
  readonly notBackedUp: readonly number[];
  readonly storages: readonly Readonly<Record<string, unknown>>[];
  readonly acl: readonly AclEntry[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly users: Users;
  readonly dirMappings: Readonly<Record<string, readonly string[]>>;
  readonly guestNics: Nics;
  readonly network: readonly NodeNetwork[];
  readonly nodeStatus: Readonly<Record<string, unknown>>;
  readonly packages: Readonly<Record<string, string>>;
}
export type DataName = keyof Data;

const onNode = <T>(facts: Facts, by: Readonly<Record<string, Known<T>>>, what: string): Known<T> =>
  by[facts.guest.node] ?? { known: false, reason: `${what} of node ${facts.guest.node} was not read` };

const readers: { readonly [K in DataName]: (facts: Facts) => Known<Data[K]> } = {
  firewall: ({ detail }) => detail.firewall,
  snapshots: ({ detail }) => detail.snapshots,
  status: ({ detail }) => detail.status,
  addresses: ({ detail }) => detail.addresses,
  firewallOptions: ({ cluster }) => cluster.firewallOptions,
  securityGroups: ({ cluster }) => cluster.securityGroups,
  backupJobs: ({ cluster }) => cluster.backupJobs,
  notBackedUp: ({ cluster }) => cluster.notBackedUp,
  storages: ({ cluster }) => cluster.storages,
  acl: ({ cluster }) => cluster.acl,
  roles: ({ cluster }) => cluster.roles,
  users: ({ cluster }) => cluster.users,
  dirMappings: ({ cluster }) => cluster.dirMappings,
  guestNics: ({ cluster }) => cluster.guestNics,
  network: (facts) => onNode(facts, facts.cluster.networks, 'the network'),
  nodeStatus: (facts) => onNode(facts, facts.cluster.nodeStatus, 'the status'),
  packages: (facts) => onNode(facts, facts.cluster.packages, 'the package list'),
};

const names: Readonly<Record<DataName, string>> = {
  firewall: "the guest's firewall",
  snapshots: 'the snapshots',
  status: "the guest's status",
  addresses: 'the addresses that the guest agent reports',
  firewallOptions: "the datacenter's firewall options",
  securityGroups: 'the security groups',
  backupJobs: 'the backup jobs',
  notBackedUp: 'the list of guests in no backup job',
  storages: 'the storage definitions',
  acl: 'the access control list',
  roles: 'the roles',
  users: 'the users',
  dirMappings: 'the directory mappings',
  guestNics: "the other guests' network interfaces",
  network: "the node's network",
  nodeStatus: "the node's status",
  packages: "the node's packages",
};

/** One datum, or a reason that names it and what PVE said. */
export function read<K extends DataName>(facts: Facts, name: K): Known<Data[K]> {
  const datum = readers[name](facts);
  if (datum.known) return datum;
  const privilege = datum.privilege === undefined ? '' : ` (needs ${datum.privilege})`;
  return {
    known: false,
    reason: `${names[name]} could not be read: ${datum.reason.replace(/\.$/, '')}${privilege}`,
  };
}

/** The facts of a guest under one of its configurations. */
export function factsOf(
  detail: GuestDetail,
  config: GuestConfig,
  { cluster, inventory, backups, now }: Surroundings,
): Facts {
  const { guest } = detail;
  return {
    guest,
    object: `${guest.type}/${guest.vmid}`,
    path: pvePath`/nodes/${guest.node}/${guest.type}/${guest.vmid}`,
    config,
    detail,
    cluster,
    inventory,
    profile: profileOf(guest, cluster),
    backups,
    now,
  };
}

/** Evidence from the guest's configuration. `shown` replaces a value that is long or secret. */
export const configEvidence = (facts: Facts, key: string, expected?: string, shown?: string): Evidence => ({
  path: `${facts.path}/config`,
  key,
  value: shown ?? facts.config.values[key] ?? null,
  ...(expected === undefined ? {} : { expected }),
});

/** Evidence from the guest's firewall options. */
export const firewallEvidence = (
  facts: Facts,
  firewall: GuestFirewall,
  key: string,
  expected?: string,
): Evidence => ({
  path: `${facts.path}/firewall/options`,
  key,
  value: firewall.options[key] ?? null,
  ...(expected === undefined ? {} : { expected }),
});
