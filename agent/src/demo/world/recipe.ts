import type { FirewallState, GuestState, Section } from '../state.ts';
import type { GuestType } from '../../pve/types.ts';

/** What the guest agent of a recipe reports; addresses and file systems follow from the configuration. */
export interface AgentRecipe {
  readonly os:
    'debian13' | 'debian12' | 'debian10' | 'ubuntu2404' | 'ubuntu2204' | 'rocky9' | 'win11' | 'ws2022';
  readonly users: readonly string[];
  /** Share of the disk space that the guest uses, 0–1. */
  readonly fill: number;
}

export interface SnapshotRecipe {
  readonly name: string;
  readonly daysAgo: number;
  readonly vmstate: boolean;
  readonly description?: string;
  readonly parent?: string;
  /** Keys whose value differed when the snapshot was taken; an empty value: the key was absent. */
  readonly then?: Section;
}

/**
 * One hand-written guest. `config` is `.conf` text in the order PVE writes it (sorted keys, notes first), with holes that
 * generation fills: `{vmid}`, `{uuid}`, `{mac}`, `{ctime}`, `{ip}`. A hole makes a recipe reusable as an archetype.
 */
export interface GuestRecipe {
  readonly vmid: number;
  readonly type: GuestType;
  readonly node: string;
  readonly pool: 'production' | 'lab' | 'infra';
  readonly status: GuestState['status'];
  /** Days since the last start; null: not running. */
  readonly uptimeDays: number | null;
  /** Days since creation. */
  readonly ageDays: number;
  /** Address of each NIC, in order of the NICs. */
  readonly ips: readonly string[];
  readonly config: string;
  readonly lxcRaw?: string;
  readonly pending?: { readonly set: Section; readonly delete: readonly string[] };
  readonly snapshots?: readonly SnapshotRecipe[];
  readonly firewall?: Partial<FirewallState>;
  readonly agent?: AgentRecipe;
  /** QEMU version the process was started with; absent: the installed one. */
  readonly runningQemu?: string;
  readonly load: GuestState['load'];
  /** How often a big cluster samples this recipe; 0: bound to this one host, never sampled. */
  readonly weight: number;
}
