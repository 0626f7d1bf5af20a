import { parseProperty, subkey } from '../../pve/config/property.ts';
import { requireOnGuest, type GuestAccess } from './access.ts';
import { isVolumeKey } from './drives.ts';
import { die, refuseParams } from '../refuse.ts';

interface Rule {
  readonly keys: RegExp;
  readonly privileges: readonly string[];
  readonly any?: boolean;
}

/** Key → privileges on the VM (qemu-server, check_vm_modify_config_perm). */
const rules: readonly Rule[] = [
  {
    keys: /^(?:cores|cpu|runningcpu|cpulimit|cpuunits|numa\d*|smp|sockets|vcpus)$/,
    privileges: ['VM.Config.CPU'],
  },
  { keys: /^(?:memory|balloon|shares|allow-ksm)$/, privileges: ['VM.Config.Memory'] },
  {
    keys: /^(?:acpi|hotplug|kvm|machine|runningmachine|scsihw|smbios1|tablet|vga|watchdog|audio0|rng0)$/,
    privileges: ['VM.Config.HWType'],
  },
  {
    keys: /^(?:agent|autostart|bios|description|keyboard|localtime|migrate_downtime|migrate_speed|name|onboot|ostype|protection|reboot|startdate|startup|tdf|template)$/,
    privileges: ['VM.Config.Options'],
  },
  { keys: /^freeze$/, privileges: ['VM.PowerMgmt'] },
  { keys: /^(?:boot|bootdisk|vmstatestorage)$/, privileges: ['VM.Config.Disk'] },
  { keys: /^(?:net\d+|running-nets-host-mtu)$/, privileges: ['VM.Config.Network'] },
  {
    keys: /^(?:cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|ipconfig\d+)$/,
    privileges: ['VM.Config.Cloudinit', 'VM.Config.Network'],
    any: true,
  },
  { keys: /^vmstate$/, privileges: ['VM.Config.Disk', 'VM.PowerMgmt'] },
];

/** Keys whose privilege depends on the value; {@link assertQemuValue} looks at those. */
const byValue = /^(?:cdrom|tags|(?:unused|serial|usb|hostpci|virtiofs)\d+)$/;

/** Refuses keys the caller may not change: PVE's 403, or `only root can set 'args' config`. */
export function assertQemuKeys(access: GuestAccess, keys: readonly string[]): void {
  const { caller } = access.context;
  if (caller.isRoot) return;
  for (const key of keys) {
    if (byValue.test(key) || isVolumeKey('qemu', key)) continue;
    const rule = rules.find((candidate) => candidate.keys.test(key));
    if (!rule) die(`only root can set '${key}' config`);
    requireOnGuest(access, rule.privileges, { any: rule.any ?? false });
    if (key === 'startup') caller.require('/', ['Sys.Modify']);
  }
}

/** One value of a key that hands a device of the node to the VM, as it is set (`before` and `after`) or deleted. */
export function assertQemuValue(
  access: GuestAccess,
  key: string,
  value: string,
  verb: 'set' | 'modify' | 'delete',
): void {
  const { caller } = access.context;
  if (caller.isRoot) return;
  const kind = /^(serial|usb|hostpci|virtiofs)\d+$/.exec(key)?.[1] ?? key;
  if (kind === 'serial') {
    if (value !== 'socket') die(`only root can ${verb} '${key}' config for real devices`);
    requireOnGuest(access, ['VM.Config.HWType']);
    return;
  }
  if (!['usb', 'hostpci', 'virtiofs', 'rng0'].includes(kind)) return;
  const device = parseProperty('qemu', key, value);
  const mapping = subkey(device, 'mapping');
  const host = subkey(device, 'host');
  if (kind === 'virtiofs') {
    requireOnGuest(access, ['VM.Config.Disk']);
    caller.require(`/mapping/dir/${subkey(device, 'dirid') ?? ''}`, ['Mapping.Use']);
  } else if (kind === 'rng0') {
    requireOnGuest(access, ['VM.Config.HWType']);
    if (subkey(device, 'source') === '/dev/hwrng') caller.require('/mapping/hwrng', ['Mapping.Use']);
  } else if (kind === 'usb' && host?.toLowerCase() === 'spice') {
    requireOnGuest(access, ['VM.Config.HWType']);
  } else if (host !== undefined) {
    die(`only root can set '${key}' config for ${kind === 'usb' ? 'real' : 'non-mapped'} devices`);
  } else if (mapping === undefined) {
    die("either 'host' or 'mapping' must be set.");
  } else {
    caller.require(`/mapping/${kind === 'usb' ? 'usb' : 'pci'}/${mapping}`, ['Mapping.Use']);
    requireOnGuest(access, ['VM.Config.HWType']);
  }
  if (kind === 'hostpci' && subkey(device, 'romfile') !== undefined) {
    refuseParams({ [key]: "only root@pam can set 'romfile' option" });
  }
}

/** A custom CPU model needs `Mapping.Use` on it; changing other parts of `cpu` does not. */
export function assertCpuModel(access: GuestAccess, value: string, before: string | undefined): void {
  const model = (text: string | undefined) =>
    text === undefined ? undefined : subkey(parseProperty('qemu', 'cpu', text), 'cputype');
  const wanted = model(value);
  if (!wanted?.startsWith('custom-') || wanted === model(before)) return;
  access.context.caller.require(`/mapping/cpu/${wanted.slice('custom-'.length)}`, ['Mapping.Use']);
}
