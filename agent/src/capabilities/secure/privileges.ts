import { property, subkey } from '../../pve/config/property.ts';
import type { GuestConfig } from '../../pve/config/types.ts';
import type { GuestType } from '../../pve/types.ts';
import type { Facts } from './facts.ts';

const qemuPrivileges: readonly (readonly [RegExp, string])[] = [
  [/^(cores|cpu|cpulimit|cpuunits|numa\d*|sockets|vcpus)$/, 'VM.Config.CPU'],
  [/^(memory|balloon|shares|allow-ksm)$/, 'VM.Config.Memory'],
  [
    /^(acpi|hotplug|kvm|machine|scsihw|smbios1|tablet|vga|watchdog|audio0|rng0|usb\d+|hostpci\d+|serial\d+|virtiofs\d+)$/,
    'VM.Config.HWType',
  ],
  [/^(agent|bios|description|name|onboot|ostype|protection|template|startup|tags)$/, 'VM.Config.Options'],
  [/^(boot|bootdisk|vmstatestorage|efidisk0|tpmstate0|(scsi|virtio|ide|sata|unused)\d+)$/, 'VM.Config.Disk'],
  [/^net\d+$/, 'VM.Config.Network'],
  [/^(ci\w+|nameserver|searchdomain|sshkeys|ipconfig\d+)$/, 'VM.Config.Cloudinit'],
];

const lxcPrivileges: readonly (readonly [RegExp, string])[] = [
  [/^(cores|cpulimit|cpuunits)$/, 'VM.Config.CPU'],
  [/^(memory|swap)$/, 'VM.Config.Memory'],
  [/^(rootfs|mp\d+|unused\d+)$/, 'VM.Config.Disk'],
  [/^(net\d+|nameserver|searchdomain|hostname)$/, 'VM.Config.Network'],
  [/^features$/, 'VM.Allocate'],
];

/** The privilege that a write of the key needs, as `path: privilege` (qemu-server and pve-container permission checks). */
export function keyPrivilege({ guest, config }: Facts, key: string): readonly string[] {
  const isCdrom = guest.type === 'qemu' && subkeyOf(config, key, 'media') === 'cdrom';
  const table = guest.type === 'qemu' ? qemuPrivileges : lxcPrivileges;
  const privilege = isCdrom
    ? 'VM.Config.CDROM'
    : (table.find(([keys]) => keys.test(key))?.[1] ?? 'VM.Config.Options');
  return [`/vms/${guest.vmid}: ${privilege}`];
}

function subkeyOf(config: GuestConfig, key: string, name: string): string | undefined {
  if (!/^(ide|sata|scsi|virtio)\d+$/.test(key)) return undefined;
  const value = property(config, key);
  return value && subkey(value, name);
}

const qemuRootOnly =
  /^(args|lock|hookscript|affinity|arch|hugepages|keephugepages|amd-sev|intel-tdx|ivshmem|spice_enhancements|vmgenid|parallel\d+)$/;

/** Keys that PVE lets nobody but root@pam change, tokens of root included (catalogue 0.2). */
export function rootOnlyKey(type: GuestType, key: string, config: GuestConfig): boolean {
  const text = config.values[key] ?? '';
  if (type === 'qemu') {
    if (qemuRootOnly.test(key)) return true;
    if (/^serial\d+$/.test(key)) return text.startsWith('/dev/');
    if (/^(usb|hostpci)\d+$/.test(key)) {
      const value = property(config, key);
      const host = value && subkey(value, 'host');
      return host !== undefined && host !== 'spice';
    }
    return false;
  }
  if (/^(hookscript|dev\d+)$/.test(key)) return true;
  if (/^mp\d+$/.test(key)) return text.startsWith('/');
  return key === 'features';
}
