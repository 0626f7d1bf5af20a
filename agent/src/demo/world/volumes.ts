import type { GuestState, Section, VolumeState } from '../state.ts';
import { generateBackups } from './backups.ts';
import type { VolumeSources } from './backups.ts';
import type { Random } from './random.ts';
import type { VolumeRef } from './volume-refs.ts';
import { snippetsOfConfig, volumesOfConfig } from './volume-refs.ts';

const DAY = 86_400;
const MIB = 1024 ** 2;

/** ISO images and container templates that lie on the storages, with their size in bytes. */
const fileCatalogue: Readonly<Record<string, number>> = {
  'iso/debian-12.5.0-amd64-netinst.iso': 659_554_304,
  'iso/debian-13.1.0-amd64-netinst.iso': 821_035_008,
  'iso/ubuntu-24.04.3-live-server-amd64.iso': 3_303_444_480,
  'iso/virtio-win-0.1.271.iso': 726_501_376,
  'iso/Win11_24H2_English_x64.iso': 5_819_484_160,
  'vztmpl/debian-13-standard_13.1-2_amd64.tar.zst': 129_674_000,
  'vztmpl/ubuntu-24.04-standard_24.04-2_amd64.tar.zst': 141_589_000,
  'snippets/mail-user.yaml': 1_204,
  'snippets/notify-start.sh': 812,
  'snippets/gpu-bind.sh': 2_377,
};

const nasFiles = [
  'iso/debian-13.1.0-amd64-netinst.iso',
  'iso/ubuntu-24.04.3-live-server-amd64.iso',
  'iso/virtio-win-0.1.271.iso',
  'iso/Win11_24H2_English_x64.iso',
  'vztmpl/debian-13-standard_13.1-2_amd64.tar.zst',
  'vztmpl/ubuntu-24.04-standard_24.04-2_amd64.tar.zst',
];

const formatOf = (volname: string): string => {
  const extension = /\.(qcow2|raw|vmdk)$/.exec(volname)?.[1];
  return extension ?? (/(^|\/)(sub|base)vol-/.test(volname) ? 'subvol' : 'raw');
};

const fileVolume = (storage: string, volname: string, ctime: number, node?: string): VolumeState => {
  const [folder = '', name = ''] = volname.split('/');
  return {
    volid: `${storage}:${volname}`,
    storage,
    ...(node === undefined ? {} : { node }),
    content: folder === 'vztmpl' ? 'vztmpl' : folder === 'snippets' ? 'snippets' : 'iso',
    format: folder === 'vztmpl' ? 'tzst' : folder === 'snippets' ? 'snippet' : 'iso',
    size: fileCatalogue[`${folder}/${name}`] ?? 100 * MIB,
    ctime,
  };
};

/** The base image that a linked clone reads from, as each storage type reports it. */
const parentOf = (volname: string, storageType: string | undefined): string | undefined => {
  const base = /^(.*base-\d+-disk-\d+(?:\.\w+)?)\/.+$/.exec(volname)?.[1];
  if (base === undefined) return undefined;
  return storageType === 'rbd' ? `${base}@__base__` : `../${base}`;
};

const isFile = (volname: string): boolean => /^(iso|snippets|vztmpl)\//.test(volname);

const imageVolume = (
  ref: VolumeRef,
  guest: GuestState,
  storage: Section | undefined,
  now: number,
  random: Random,
): VolumeState => {
  const parent = parentOf(ref.volname, storage?.type);
  // PVE reserves twice the memory and 500 MiB for a snapshot's RAM.
  const stateSize = (2 * Number(guest.config.memory ?? '512') + 500) * MIB;
  const size = ref.key === 'vmstate' ? stateSize : ref.sizeBytes;
  return {
    volid: ref.volid,
    storage: ref.storage,
    ...(storage?.shared === '1' ? {} : { node: guest.node }),
    content: guest.type === 'lxc' ? 'rootdir' : 'images',
    format: formatOf(ref.volname),
    size,
    used: Math.floor(size * (0.2 + random.next() * 0.6)),
    vmid: guest.vmid,
    ...(parent === undefined ? {} : { parent }),
    ctime: Number(/ctime=(\d+)/.exec(guest.config.meta ?? '')?.[1] ?? now - 300 * DAY),
  };
};

/** Every volume of the cluster: guest images, the files they refer to, what lies around, and backups. */
export const generateVolumes = (sources: VolumeSources): VolumeState[] => {
  const { guests, now, random } = sources;
  const { storages } = sources.cluster;
  const volumes: VolumeState[] = [];
  const seen = new Set<string>();
  const add = (volume: VolumeState): void => {
    const key = `${volume.node ?? ''} ${volume.volid}`;
    if (seen.has(key)) return;
    seen.add(key);
    volumes.push(volume);
  };
  for (const volname of nasFiles) add(fileVolume('nas', volname, now - 120 * DAY));
  for (const guest of guests) {
    const sections = [
      guest.config,
      guest.pending.set,
      ...Object.values(guest.snapshots).map(({ config }) => config),
    ];
    for (const section of sections) {
      const refs = volumesOfConfig(section);
      const files = section.cicustom === undefined ? refs : [...refs, ...snippetsOfConfig(section)];
      for (const { storage, volname } of files) {
        if (!isFile(volname)) continue;
        const shared = storages[storage]?.shared === '1';
        add(fileVolume(storage, volname, now - 200 * DAY, shared ? undefined : guest.node));
      }
      for (const ref of refs) {
        if (!isFile(ref.volname)) add(imageVolume(ref, guest, storages[ref.storage], now, random));
      }
    }
  }
  // What a deleted VM and an interrupted migration left behind.
  add({
    volid: 'local-lvm:vm-142-disk-0',
    storage: 'local-lvm',
    node: 'pve1',
    content: 'images',
    format: 'raw',
    size: 64 * 1024 ** 3,
    used: 41 * 1024 ** 3,
    vmid: 142,
    ctime: now - 410 * DAY,
  });
  volumes.push(...generateBackups(sources));
  return volumes;
};
