import type { GuestConfig } from '../config/types.ts';
import type { GuestType, Known } from '../types.ts';

/** Something that could not be read, and why; a report names these instead of staying silent. */
export interface Gap {
  readonly what: string;
  readonly reason: string;
  readonly privilege?: string;
}

export interface InventoryNode {
  readonly name: string;
  readonly online: boolean;
  /** The address corosync knows the node by. */
  readonly ip?: string;
  readonly cpus?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly memoryUsed?: number;
}

export interface InventoryGuest {
  readonly vmid: number;
  readonly name: string;
  readonly type: GuestType;
  readonly node: string;
  readonly status: 'running' | 'stopped' | 'paused' | 'unknown';
  readonly template: boolean;
  readonly tags: readonly string[];
  readonly pool?: string;
  readonly lock?: string;
  readonly hastate?: string;
  readonly cpus?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly memoryUsed?: number;
  /** Size of the root image: PVE does not know how much of a VM's disk is used. */
  readonly disk?: number;
  /** Seconds. */
  readonly uptime?: number;
}

export interface InventoryStorage {
  readonly id: string;
  readonly node: string;
  readonly type?: string;
  readonly content: readonly string[];
  readonly shared: boolean;
  readonly active: boolean;
  /** Bytes. */
  readonly total?: number;
  readonly used?: number;
}

/** One consistent picture of the cluster, from few calls: `/cluster/resources`, `/cluster/status`, `/version`, `/pools`. */
export interface Inventory {
  /** ISO 8601. */
  readonly collectedAt: string;
  /** `https://host:8006`, or the demo cluster's address. */
  readonly target: string;
  readonly demo: boolean;
  readonly version: { readonly version: string; readonly release: string };
  readonly cluster: { readonly name?: string; readonly quorate?: boolean };
  readonly nodes: readonly InventoryNode[];
  readonly guests: readonly InventoryGuest[];
  readonly storages: readonly InventoryStorage[];
  readonly pools: readonly string[];
  readonly gaps: readonly Gap[];
}

export interface FirewallRule {
  readonly pos: number;
  readonly type: 'in' | 'out' | 'forward' | 'group';
  readonly action: string;
  readonly enable: boolean;
  readonly macro?: string;
  readonly proto?: string;
  readonly source?: string;
  readonly dest?: string;
  readonly dport?: string;
  readonly sport?: string;
  readonly iface?: string;
  readonly comment?: string;
}

export interface GuestFirewall {
  /** Raw options as PVE returns them; a missing key means PVE's default. */
  readonly options: Readonly<Record<string, string>>;
  readonly optionsDigest?: string;
  readonly rules: readonly FirewallRule[];
  readonly ipsets: readonly string[];
}

export interface Snapshot {
  readonly name: string;
  readonly vmstate: boolean;
  /** Unix seconds; absent for the pseudo snapshot `current`. */
  readonly snaptime?: number;
}

/** Everything about one guest that a check may need; each part may be unreadable. */
export interface GuestDetail {
  readonly guest: InventoryGuest;
  /** With pending changes merged in: what the guest will run with. */
  readonly config: Known<GuestConfig>;
  /** `current=1`: what the guest runs with now. */
  readonly currentConfig: Known<GuestConfig>;
  readonly firewall: Known<GuestFirewall>;
  readonly snapshots: Known<readonly Snapshot[]>;
  /** `status/current` of a running guest: `running-qemu`, uptime, agent… as PVE returns it. */
  readonly status: Known<Readonly<Record<string, unknown>>>;
  /** Guest agent `get-osinfo`; unknown when the agent is off or silent. */
  readonly osinfo: Known<{ readonly id?: string; readonly versionId?: string; readonly prettyName?: string }>;
  /** Guest agent addresses by NIC MAC (upper case). */
  readonly addresses: Known<Readonly<Record<string, readonly string[]>>>;
}

export interface NodeNetwork {
  readonly iface: string;
  readonly type: string;
  readonly vlanAware: boolean;
  readonly cidr?: string;
  readonly address?: string;
}

export interface BackupJob {
  readonly id: string;
  readonly enabled: boolean;
  readonly all: boolean;
  readonly vmids: readonly number[];
  readonly exclude: readonly number[];
  readonly pool?: string;
  readonly node?: string;
  readonly storage?: string;
  readonly schedule?: string;
}

export interface AclEntry {
  readonly path: string;
  readonly type: 'user' | 'group' | 'token';
  readonly ugid: string;
  readonly roleid: string;
  readonly propagate: boolean;
}

/** What guest checks need to know beyond the guest itself. Read once for a whole run. */
export interface ClusterDetail {
  readonly firewallOptions: Known<Readonly<Record<string, string>>>;
  readonly securityGroups: Known<Readonly<Record<string, readonly FirewallRule[]>>>;
  readonly backupJobs: Known<readonly BackupJob[]>;
  readonly notBackedUp: Known<readonly number[]>;
  readonly storages: Known<readonly Readonly<Record<string, unknown>>[]>;
  readonly acl: Known<readonly AclEntry[]>;
  /** Role → privileges. */
  readonly roles: Known<Readonly<Record<string, readonly string[]>>>;
  /** Userid → enabled, expiry, groups. */
  readonly users: Known<
    readonly {
      readonly userid: string;
      readonly enabled: boolean;
      readonly groups: readonly string[];
      readonly tokens: readonly { readonly id: string; readonly privsep: boolean }[];
    }[]
  >;
  /** Directory mapping id → host paths, of all nodes together. */
  readonly dirMappings: Known<Readonly<Record<string, readonly string[]>>>;
  /** Node → its network interfaces. */
  readonly networks: Readonly<Record<string, Known<readonly NodeNetwork[]>>>;
  /** Node → `/nodes/{node}/status` as PVE returns it (cpuinfo.flags, ksm.shared …). */
  readonly nodeStatus: Readonly<Record<string, Known<Readonly<Record<string, unknown>>>>>;
  /** Node → CPU flag names that `capabilities/qemu/cpu-flags` offers. */
  readonly cpuFlags: Readonly<Record<string, Known<readonly string[]>>>;
  /** Node → package → version (`apt/versions`). */
  readonly packages: Readonly<Record<string, Known<Readonly<Record<string, string>>>>>;
  /** vmid → NICs of every guest, for duplicate-MAC and L2 checks; unknown where the config could not be read. */
  readonly guestNics: Known<
    readonly {
      readonly vmid: number;
      readonly template: boolean;
      readonly mac: string;
      readonly bridge: string;
      readonly tag?: number;
    }[]
  >;
}
