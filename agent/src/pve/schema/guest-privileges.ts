import { disks } from '../config/devices.ts';
import { indexedKey } from '../config/formats/keys.ts';
import { parseProperty, subkey } from '../config/property.ts';
import type { GuestType } from '../types.ts';

/** Stands for a call or key that PVE allows to nobody but root@pam itself; not even its tokens. */
export const ROOT_ONLY = 'root@pam only';

const QEMU_KEYS: Readonly<Record<string, readonly string[]>> = {
  'VM.Config.CPU': ['cores', 'cpu', 'cpulimit', 'cpuunits', 'numa', 'numa[n]', 'smp', 'sockets', 'vcpus'],
  'VM.Config.Memory': ['allow-ksm', 'balloon', 'memory', 'shares'],
  'VM.Config.HWType': [
    ...[
      'acpi',
      'audio0',
      'hotplug',
      'kvm',
      'machine',
      'rng0',
      'scsihw',
      'smbios1',
      'tablet',
      'vga',
      'watchdog',
    ],
  ],
  'VM.Config.Options': [
    ...['agent', 'autostart', 'bios', 'description', 'keyboard', 'localtime', 'migrate_downtime'],
    ...['migrate_speed', 'name', 'onboot', 'ostype', 'protection', 'reboot', 'startdate', 'startup', 'tags'],
    ...['tdf', 'template'],
  ],
  'VM.PowerMgmt': ['freeze'],
  'VM.Config.Disk': ['boot', 'bootdisk', 'vmstatestorage', 'unused[n]', 'virtiofs[n]'],
  'VM.Config.Network': ['net[n]'],
};

const CLOUDINIT: ReadonlySet<string> = new Set([
  ...['cicustom', 'cipassword', 'citype', 'ciupgrade', 'ciuser', 'ipconfig[n]', 'nameserver', 'searchdomain'],
  'sshkeys',
]);

const LXC_KEYS: Readonly<Record<string, readonly string[]>> = {
  'VM.Config.CPU': ['cores', 'cpulimit', 'cpuunits'],
  'VM.Config.Memory': ['memory', 'swap'],
  'VM.Config.Network': ['hostname', 'nameserver', 'net[n]', 'searchdomain'],
  'VM.Config.Disk': ['mp[n]', 'rootfs'],
};

const byKey = (table: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(table).flatMap(([privilege, keys]) => keys.map((key) => [key, privilege] as const)));

const QEMU = byKey(QEMU_KEYS);
const LXC = byKey(LXC_KEYS);

const generic = (key: string): string => {
  const indexed = indexedKey(key);
  return indexed && !['audio', 'efidisk', 'rng', 'smbios', 'tpmstate'].includes(indexed.base)
    ? `${indexed.base}[n]`
    : key;
};

/** A guest's configuration as it is before a change: key → text. */
export type OldValues = Readonly<Record<string, string>>;

/**
 * What PVE asks for to set one configuration key to `value` (null: to delete it), as `path: privilege`. Of a bridge
 * the zone is taken to be `localnetwork`. PVE looks at what a change replaces, too (a device handed through, the
 * container features that differ): with `old` that is in it, without it only the new value counts, and of container
 * features the stricter case. Source: check_vm_modify_config_perm and update_vm of PVE/API2/Qemu.pm,
 * check_ct_modify_config_perm of PVE/LXC.pm.
 */
export function guestKeyPrivileges(
  type: GuestType,
  vmid: string,
  key: string,
  value: string | null,
  old?: OldValues,
): readonly string[] {
  if (type === 'lxc' && generic(key) === 'features') return featurePrivileges(vmid, value, old);
  const of = type === 'qemu' ? qemuKey : lxcKey;
  const replaced = old?.[key];
  // Of a container, a volume is judged by the new value alone.
  if (replaced === undefined || (type === 'lxc' && !/^net\d+$/.test(key))) return of(vmid, key, value);
  const before = of(vmid, key, replaced);
  return value === null ? before : [...new Set([...before, ...of(vmid, key, value)])];
}

function qemuKey(vmid: string, key: string, value: string | null): readonly string[] {
  const at = (privilege: string) => `/vms/${vmid}: ${privilege}`;
  const name = generic(key);
  if (CLOUDINIT.has(name)) return [`${at('VM.Config.Cloudinit')} or ${at('VM.Config.Network')}`];
  if (name === 'startup') return [at('VM.Config.Options'), '/: Sys.Modify'];
  if (/^(?:ide|sata|scsi|virtio)\[n\]$|^(?:cdrom|efidisk0|tpmstate0)$/.test(name)) {
    return drive(at, key, value);
  }
  const part = (subname: string): string | undefined =>
    value === null ? undefined : subkey(parseProperty('qemu', key, value), subname);
  switch (name) {
    case 'serial[n]':
      return value === null || value === 'socket' ? [at('VM.Config.HWType')] : [ROOT_ONLY];
    case 'usb[n]': {
      const host = part('host');
      if (host !== undefined && host.toLowerCase() !== 'spice') return [ROOT_ONLY];
      return [at('VM.Config.HWType'), ...mapping('usb', part('mapping'))];
    }
    case 'hostpci[n]':
      if (part('host') !== undefined || part('romfile') !== undefined) return [ROOT_ONLY];
      return [at('VM.Config.HWType'), ...mapping('pci', part('mapping'))];
    case 'virtiofs[n]':
      return [at('VM.Config.Disk'), ...mapping('dir', part('dirid'))];
    case 'rng0':
      return [
        at('VM.Config.HWType'),
        ...(part('source') === '/dev/hwrng' ? ['/mapping/hwrng: Mapping.Use'] : []),
      ];
    case 'net[n]':
      return [at('VM.Config.Network'), ...bridge(part('bridge'), part('tag'), part('trunks'))];
    default: {
      const privilege = QEMU.get(name);
      return [privilege === undefined ? ROOT_ONLY : at(privilege)];
    }
  }
}

const mapping = (kind: string, id: string | undefined): readonly string[] =>
  id === undefined ? [] : [`/mapping/${kind}/${id}: Mapping.Use`];

function bridge(
  name: string | undefined,
  tag: string | undefined,
  trunks: string | undefined,
): readonly string[] {
  if (name === undefined) return [];
  const zone = `/sdn/zones/localnetwork/${name}`;
  const tags = [...(tag === undefined ? [] : [tag]), ...(trunks?.split(';') ?? [])];
  return tags.length === 0 ? [`${zone}: SDN.Use`] : tags.map((vlan) => `${zone}/${vlan}: SDN.Use`);
}

const NEW_VOLUME = /^([a-z][a-z0-9._-]*[a-z0-9]):(\d+(?:\.\d+)?)$/i;

const allocation = (volume: string): readonly string[] => {
  const storage = NEW_VOLUME.exec(volume)?.[1];
  return storage === undefined ? [] : [`/storage/${storage}: Datastore.AllocateSpace`];
};

function drive(at: (privilege: string) => string, key: string, value: string | null): readonly string[] {
  const [disk] = value === null ? [] : disks({ type: 'qemu', values: { [key]: value }, lxcRaw: [] });
  if (!disk) return [at('VM.Config.Disk')];
  if (disk.kind === 'cloudinit') return [at('VM.Config.Cloudinit'), at('VM.Config.CDROM')];
  if (disk.kind === 'cdrom') return [at('VM.Config.CDROM')];
  return [at('VM.Config.Disk'), ...allocation(disk.volume)];
}

function lxcKey(vmid: string, key: string, value: string | null): readonly string[] {
  const at = (privilege: string) => `/vms/${vmid}: ${privilege}`;
  const name = generic(key);
  if (name === 'dev[n]' || name === 'hookscript') return [ROOT_ONLY];
  if (value !== null && (name === 'rootfs' || name === 'mp[n]')) {
    const [disk] = disks({ type: 'lxc', values: { [key]: value }, lxcRaw: [] });
    const volume = disk?.volume ?? '';
    return volume.startsWith('/') ? [ROOT_ONLY] : [at('VM.Config.Disk'), ...allocation(volume)];
  }
  if (value !== null && name === 'net[n]') {
    const net = parseProperty('lxc', key, value);
    return [
      at('VM.Config.Network'),
      ...bridge(subkey(net, 'bridge'), subkey(net, 'tag'), subkey(net, 'trunks')),
    ];
  }
  return [at(LXC.get(name) ?? 'VM.Config.Options')];
}

/** Of an unprivileged container nesting may be changed with VM.Allocate; everything else is root's. */
function featurePrivileges(
  vmid: string,
  value: string | null,
  old: OldValues | undefined,
): readonly string[] {
  const features = (text: string | null | undefined): ReadonlyMap<string, string> =>
    new Map(text === null || text === undefined ? [] : parseProperty('lxc', 'features', text).entries);
  const after = features(value);
  const before = features(old?.features);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => (before.get(name) ?? '') !== (after.get(name) ?? ''),
  );
  const privileged = old !== undefined && old.unprivileged !== '1';
  if (privileged || changed.some((name) => name !== 'nesting')) return [ROOT_ONLY];
  return [`/vms/${vmid}: VM.Allocate`];
}
