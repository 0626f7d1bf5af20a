import type { Section } from '../state.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** A volume that a configuration names. */
export interface VolumeRef {
  readonly key: string;
  readonly volid: string;
  readonly storage: string;
  readonly volname: string;
  /** Bytes by its `size=`; 4 MiB where it has none, as for a cloud-init drive. */
  readonly sizeBytes: number;
}

const volumeKey = /^(ide|sata|scsi|virtio|efidisk|tpmstate|unused|mp)\d+$|^(rootfs|vmstate|hookscript)$/;

/** Every storage volume of a configuration section, in key order; paths and `none` are not volumes. */
export const volumesOfConfig = (config: Section): VolumeRef[] => {
  const refs: VolumeRef[] = [];
  for (const [key, value] of Object.entries(config)) {
    if (!value.includes(':') || !volumeKey.test(key)) continue;
    const [first = '', ...rest] = value.split(',');
    const volid = first.replace(/^(file|volume)=/, '');
    const match = /^([a-zA-Z][\w.-]*):(.+)$/.exec(volid);
    const [, storage, volname] = match ?? [];
    if (storage === undefined || volname === undefined) continue;
    const size = /^size=(\d+(?:\.\d+)?)([KMGT]?)$/.exec(rest.find((part) => part.startsWith('size=')) ?? '');
    const sizeBytes = size === null ? 4 * 1024 ** 2 : Number(size[1]) * (UNITS[size[2] ?? ''] ?? 1);
    refs.push({ key, volid, storage, volname, sizeBytes });
  }
  return refs;
};

/** Volumes named by `cicustom` (`user=local:snippets/a.yaml,…`). */
export const snippetsOfConfig = (config: Section): { storage: string; volname: string }[] =>
  (config.cicustom ?? '')
    .split(',')
    .map((part) => /^\w+=([a-zA-Z][\w.-]*):(.+)$/.exec(part))
    .flatMap((match) => (match === null ? [] : [{ storage: match[1] ?? '', volname: match[2] ?? '' }]));
