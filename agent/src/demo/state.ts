import type { GuestType } from '../pve/types.ts';

/** One section of a PVE configuration file: key → text, in file order. */
export type Section = Record<string, string>;

export interface FirewallState {
  options: Section;
  /** In order; `enable`, `type`, `action`, `macro`, `source`… as PVE stores them. */
  rules: Section[];
  ipsets: Record<
    string,
    { comment?: string; entries: { cidr: string; nomatch?: boolean; comment?: string }[] }
  >;
  aliases: Record<string, { cidr: string; comment?: string }>;
}

export interface SnapshotState {
  config: Section;
  description?: string;
  parent?: string;
  /** Unix seconds. */
  snaptime: number;
  vmstate: boolean;
}

/** What the guest agent of a VM would answer; absent: no agent runs in the guest. */
export interface AgentState {
  osinfo: Section;
  hostname: string;
  interfaces: {
    name: string;
    mac: string;
    addresses: { type: 'ipv4' | 'ipv6'; address: string; prefix: number }[];
  }[];
  filesystems: { name: string; mountpoint: string; type: string; totalBytes: number; usedBytes: number }[];
  users: string[];
}

export interface GuestState {
  vmid: number;
  type: GuestType;
  node: string;
  /** The current section of the `.conf` file. */
  config: Section;
  /** Raw `lxc.*` lines. */
  lxcRaw: [string, string][];
  /** `[PENDING]`: values to set and keys to delete at the next PVE-side start. */
  pending: { set: Section; delete: string[] };
  snapshots: Record<string, SnapshotState>;
  /** qemu `[special:cloudinit]`: values the current cloud-init image was made from where they differ, and `added` keys. */
  cloudinit?: Section;
  status: 'running' | 'stopped' | 'paused';
  /** Unix seconds of the last start. */
  startedAt: number | null;
  runningQemu?: string;
  firewall: FirewallState;
  agent?: AgentState;
  /** Drives RRD and live numbers: mean share of CPU (0–1 per core) and of memory, and the shape over the week. */
  load: {
    cpu: number;
    memory: number;
    shape: 'flat' | 'office' | 'nightly' | 'growing' | 'spiky';
    diskBps: number;
    netBps: number;
  };
}

export interface NodeState {
  name: string;
  ip: string;
  online: boolean;
  cpuModel: string;
  cpuFlags: string[];
  sockets: number;
  cores: number;
  /** Bytes. */
  memory: number;
  swap: number;
  bootedAt: number;
  pveVersion: string;
  kernel: string;
  packages: Record<string, string>;
  updates: { package: string; oldVersion: string; version: string; origin: string; title: string }[];
  networks: Section[];
  disks: Section[];
  services: Record<string, 'running' | 'stopped'>;
  firewall: { options: Section; rules: Section[] };
  ksmShared: number;
  timezone: string;
  subscription: Section;
  /** `/nodes/{node}/config`: description, wakeonlan, startall-onboot-delay, acme… */
  config?: Section;
  /** `search`, `dns1`, `dns2`, `dns3`; absent: the demo's own resolver. */
  dns?: Section;
  /** Text of `/etc/hosts`; absent: one line a node. */
  hosts?: string;
  /** APT sources; absent: Debian, and the enterprise or no-subscription repository by `subscription`. */
  repositories?: {
    path: string;
    types: string[];
    uris: string[];
    suites: string[];
    components: string[];
    enabled: boolean;
    comment?: string;
  }[];
}

/** A volume on a storage: disk image, ISO, template, backup. `nodes` is absent on shared storage. */
export interface VolumeState {
  volid: string;
  storage: string;
  node?: string;
  content: 'images' | 'rootdir' | 'iso' | 'vztmpl' | 'backup' | 'snippets' | 'import';
  format: string;
  /** Bytes. */
  size: number;
  used?: number;
  vmid?: number;
  parent?: string;
  /** Unix seconds. */
  ctime: number;
  notes?: string;
  protected?: boolean;
  encrypted?: string;
  /** The guest configuration kept inside a backup. */
  guestConfig?: string;
}

export interface TaskState {
  upid: string;
  node: string;
  type: string;
  id: string;
  user: string;
  tokenid?: string;
  /** Unix seconds. */
  starttime: number;
  endtime?: number;
  /** `OK`, `WARNINGS: n`, or the error text; absent while running. */
  exitstatus?: string;
  log: string[];
}

export interface UserState {
  userid: string;
  enable: boolean;
  /** Unix seconds; 0: never. */
  expire: number;
  firstname?: string;
  lastname?: string;
  email?: string;
  comment?: string;
  groups: string[];
  /** scrypt `salt:hash`; absent: cannot log in. */
  password?: string;
  /** TOTP secret (base32) of a user with a second factor. */
  totp?: string;
  tokens: Record<string, { secret: string; privsep: boolean; expire: number; comment?: string }>;
}

export interface AclState {
  path: string;
  type: 'user' | 'group' | 'token';
  ugid: string;
  roleid: string;
  propagate: boolean;
}

/**
 * The whole demo cluster as plain JSON, so that it can be saved, compared and generated from a seed.
 * Handlers change it in place; the server saves it after each write when it has a state folder.
 */
export interface DemoState {
  version: 1;
  seed: number;
  clusterName: string;
  nodes: Record<string, NodeState>;
  guests: Record<string, GuestState>;
  storages: Record<string, Section>;
  volumes: VolumeState[];
  pools: Record<string, { comment?: string; vmids: number[]; storages: string[] }>;
  datacenter: Section;
  firewall: FirewallState & { groups: Record<string, { comment?: string; rules: Section[] }> };
  backupJobs: Record<string, Section>;
  haResources: Record<string, Section>;
  haRules: Record<string, Section>;
  haGroups: Record<string, Section>;
  replication: Record<string, Section>;
  /** Job id → what the last run left; absent: never ran. Times in Unix seconds, duration in seconds. */
  replicationRuns?: Record<
    string,
    { lastTry: number; lastSync: number; duration: number; failCount: number; error?: string; log: string[] }
  >;
  mappings: {
    pci: Record<string, Section[]>;
    usb: Record<string, Section[]>;
    dir: Record<string, Section[]>;
  };
  /** `pci/<id>`, `usb/<id>`, `dir/<id>` → what a mapping holds beside its entries: description, mdev… */
  mappingOptions?: Record<string, Section>;
  sdn?: { zones: Record<string, Section>; vnets: Record<string, Section> };
  notifications: { endpoints: Section[]; matchers: Section[] };
  metricServers: Record<string, Section>;
  users: Record<string, UserState>;
  groups: Record<string, { comment?: string }>;
  /** Custom roles only; PVE's special roles are built in. */
  roles: Record<string, string[]>;
  acl: AclState[];
  domains: Record<string, Section>;
  tasks: TaskState[];
  /** Secret for tickets and CSRF tokens (hex). */
  authKey: string;
}
