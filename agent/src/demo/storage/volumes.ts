import { die, refuseParams } from '../refuse.ts';
import type { DemoContext } from '../endpoint.ts';
import type { DemoState, Section, VolumeState } from '../state.ts';
import { textOrEmpty } from '../params.ts';
import { contentFolder, enabledStorage, volumesOn } from './access.ts';

/** The id of the volume a path names; it may leave out the storage, but not name another (real_volume_id). */
export const volumeIdOf = ({ params }: DemoContext): string => {
  const storage = textOrEmpty(params, 'storage');
  const volume = textOrEmpty(params, 'volume');
  const at = volume.indexOf(':');
  if (at < 0) return `${storage}:${volume}`;
  const named = volume.slice(0, at);
  if (named !== storage) {
    refuseParams({ volume: `storage ID mismatch (${named} != ${storage})` });
  }
  return volume;
};

/** The volume a path names, on a storage that is there for the node. */
export const volumeOf = (context: DemoContext): { volume: VolumeState; section: Section } => {
  const { id, section, node } = enabledStorage(context);
  const volid = volumeIdOf(context);
  const volume = volumesOn(context.state, id, node.name).find((entry) => entry.volid === volid);
  return {
    section,
    volume: volume ?? die(`volume_size_info on '${volid}' failed - no format`),
  };
};

/** `vm-105-disk-0` of `local-lvm:vm-105-disk-0`. */
export const volumeName = (volid: string): string => volid.slice(volid.indexOf(':') + 1);

/** Where the volume's data lies on a node, as `pvesm path` prints it. */
export const volumePath = (section: Section, volume: VolumeState): string => {
  const name = volumeName(volume.volid);
  const file = name.slice(name.lastIndexOf('/') + 1);
  switch (section.type) {
    case 'lvm':
    case 'lvmthin':
      return `/dev/${section.vgname ?? ''}/${name}`;
    case 'zfspool': {
      const mounted = `${section.mountpoint ?? `/${section.pool ?? ''}`}/${name}`;
      return volume.format === 'subvol' ? mounted : `/dev/zvol/${section.pool ?? ''}/${name}`;
    }
    case 'rbd':
      return `rbd:${section.pool ?? 'rbd'}/${name}:conf=/etc/pve/ceph.conf:id=${section.username ?? 'admin'}`;
    case 'pbs':
      return `pbs://${section.username ?? 'root@pam'}@${section.server ?? ''}:${section.datastore ?? ''}:${name.replace(/^backup\//, '')}`;
    default:
      return volume.content === 'images' || volume.content === 'rootdir'
        ? `${contentFolder(section, 'images')}/${name}`
        : `${contentFolder(section, volume.content)}/${file}`;
  }
};

/** Types whose volume lists tell how much of an image is used. */
const knowsUsed = ['dir', 'nfs', 'cifs', 'btrfs'];

const guestKind = ({ volid, format }: VolumeState): 'qemu' | 'lxc' | 'unknown' => {
  const kind = /\/vzdump-(qemu|lxc)-/.exec(volid)?.[1];
  if (kind === 'qemu' || kind === 'lxc') return kind;
  if (format === 'pbs-vm') return 'qemu';
  return format === 'pbs-ct' ? 'lxc' : 'unknown';
};

/** Type, owner and time in the name of a backup; `undefined` for a name of another shape (archive_info). */
export const archiveInfo = (
  volume: VolumeState,
): { type: 'qemu' | 'lxc'; vmid: number; ctime: number } | undefined => {
  const type = guestKind(volume);
  if (type === 'unknown') return undefined;
  const local = /vzdump-(?:qemu|lxc)-(\d+)-(\d{4})_(\d\d)_(\d\d)-(\d\d)_(\d\d)_(\d\d)\.(?:tgz|tar|vma)/.exec(
    volume.volid,
  );
  if (local) {
    const [, vmid, year, month, day, hour, minute, second] = local.map(Number);
    const ctime = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) / 1000;
    return { type, vmid: vmid ?? 0, ctime };
  }
  const remote = /\/(?:vm|ct)\/(\d+)\/(.+Z)$/.exec(volume.volid);
  if (!remote) return undefined;
  return { type, vmid: Number(remote[1]), ctime: Date.parse(remote[2] ?? '') / 1000 };
};

/** A volume as content lists show it. */
export const volumeRow = (section: Section, volume: VolumeState): Record<string, unknown> => {
  const { volid, content, format, size, ctime, vmid, used, parent, notes, encrypted } = volume;
  const image = content === 'images' || content === 'rootdir';
  const backup = content === 'backup';
  return {
    volid,
    content,
    format,
    size,
    ctime,
    ...(vmid === undefined ? {} : { vmid }),
    ...(image && used !== undefined && knowsUsed.includes(section.type ?? '') ? { used } : {}),
    ...(parent === undefined ? {} : { parent }),
    ...(backup ? { subtype: guestKind(volume) } : {}),
    ...(backup && notes !== undefined ? { notes } : {}),
    ...(backup && volume.protected ? { protected: 1 } : {}),
    ...(encrypted === undefined ? {} : { encrypted }),
    ...(backup && section.type === 'pbs' && volume.ctime > 0
      ? {
          verification: {
            state: 'ok',
            upid: `UPID:pbs:00000001:00000001:00000001:${ctime.toString(16).toUpperCase()}:verificationjob:main:root@pam:`,
          },
        }
      : {}),
  };
};

/** The next free `vm-<vmid>-disk-N` on a storage; raw files carry their format as suffix (get_next_vm_diskname). */
export const nextDiskName = (
  state: DemoState,
  storage: string,
  section: Section,
  vmid: number,
  format: string,
): string => {
  const prefix = format === 'subvol' ? 'subvol' : 'vm';
  const suffix = section.path === undefined || format === 'subvol' ? '' : `.${format}`;
  const taken = new Set(
    state.volumes
      .filter((volume) => volume.storage === storage && volume.vmid === vmid)
      .flatMap((volume) => /-disk-(\d+)/.exec(volume.volid)?.[1] ?? []),
  );
  for (let number = 0; ; number += 1) {
    if (!taken.has(String(number))) return `${prefix}-${vmid}-disk-${number}${suffix}`;
  }
};
