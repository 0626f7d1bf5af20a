import type { GuestType } from '../types.ts';

/**
 * One property string, parsed: `virtio=BC:24:11:00:00:01,bridge=vmbr0` → model, macaddr, bridge.
 * Sub-keys are canonical (aliases and the default key resolved), values are as written, order is kept,
 * unknown sub-keys survive. An empty string value means the sub-key was present without a value.
 */
export interface PropertyValue {
  readonly entries: readonly (readonly [subkey: string, value: string])[];
}

/**
 * A guest's configuration as a flat map of PVE keys to text, exactly as PVE's API or `.conf` file has it.
 * Nothing is interpreted here, so nothing can be lost; `property()` and the typed views read it.
 */
export interface GuestConfig {
  readonly type: GuestType;
  /** PVE key → value as text. `digest`, `pending` markers and raw lxc lines are not in it. */
  readonly values: Readonly<Record<string, string>>;
  /** Raw `lxc.*` lines of a container, in order. */
  readonly lxcRaw: readonly (readonly [key: string, value: string])[];
  /** SHA-1 by which PVE detects concurrent modification, when it came from the API. */
  readonly digest?: string;
}

/** A line of a `.conf` file that PVE does not read; kept so that writing the file loses nothing. */
export interface UnreadLine {
  /** Counted from 1. */
  readonly line: number;
  /** `''` (current), `pending`, `snapshot:NAME`, `special:NAME`, or `unknown:NAME`. */
  readonly section: string;
  readonly text: string;
  readonly reason: string;
}

/** An on-disk `/etc/pve/nodes/*\/{qemu-server,lxc}/VMID.conf`: current section, `[PENDING]`, snapshots. */
export interface GuestConfFile {
  readonly current: GuestConfig;
  /** In `delete` a leading `!` marks a forced deletion, as in the file. */
  readonly pending?: { readonly set: GuestConfig; readonly delete: readonly string[] };
  readonly snapshots: readonly { readonly name: string; readonly config: GuestConfig }[];
  /** `[special:cloudinit]` and the like; absent when there is none. */
  readonly special?: readonly { readonly name: string; readonly config: GuestConfig }[];
  /** Absent when PVE reads every line. */
  readonly unread?: readonly UnreadLine[];
}

/** A guest NIC, qemu or lxc, with the names that both share. */
export interface Nic {
  readonly key: string;
  readonly index: number;
  /** qemu: `virtio`, `e1000`…; lxc: `veth`. */
  readonly model: string;
  /** Upper case; absent when PVE has yet to generate one. */
  readonly mac?: string;
  readonly bridge?: string;
  readonly tag?: number;
  readonly trunks?: string;
  readonly firewall: boolean;
  readonly linkDown: boolean;
  /** lxc only: `eth0`. */
  readonly name?: string;
  /** lxc `ip=`/`ip6=`: CIDR, `dhcp`, `auto` or `manual`. */
  readonly ip?: string;
  readonly ip6?: string;
}

/** A guest volume: qemu disk, CD drive, EFI/TPM state, lxc rootfs or mount point. */
export interface Disk {
  readonly key: string;
  readonly kind:
    | 'disk'
    | 'cdrom'
    | 'cloudinit'
    | 'efidisk'
    | 'tpmstate'
    | 'rootfs'
    | 'mount'
    | 'bind'
    | 'device'
    | 'unused';
  /** `local-lvm:vm-100-disk-0`, an absolute path, or `none`. */
  readonly volume: string;
  /** Storage id of `volume`; absent for paths and `none`. */
  readonly storage?: string;
  readonly sizeBytes?: number;
  /** Effective value after PVE's own default for this key (mp[n]: 0, rootfs and qemu disks: 1). */
  readonly backup: boolean;
  /** lxc mount target inside the container. */
  readonly mountPoint?: string;
  readonly property: PropertyValue;
}
