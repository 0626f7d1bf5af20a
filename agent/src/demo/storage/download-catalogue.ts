import { createHash } from 'node:crypto';

/** What the demo's "internet" holds: URL → size in bytes and media type. The demo has no network and fetches nothing. */
const catalogue: Readonly<Record<string, { size: number; mimetype: string }>> = {
  'https://cloud.debian.org/images/cloud/trixie/latest/debian-13-genericcloud-amd64.qcow2': {
    size: 347_406_336,
    mimetype: 'application/octet-stream',
  },
  'https://cloud.debian.org/images/cloud/bookworm/latest/debian-12-genericcloud-amd64.qcow2': {
    size: 348_258_304,
    mimetype: 'application/octet-stream',
  },
  'https://cloud-images.ubuntu.com/noble/current/noble-server-cloudimg-amd64.img': {
    size: 624_754_176,
    mimetype: 'application/octet-stream',
  },
  'https://cloud-images.ubuntu.com/jammy/current/jammy-server-cloudimg-amd64.img': {
    size: 687_996_928,
    mimetype: 'application/octet-stream',
  },
  'https://download.rockylinux.org/pub/rocky/9/images/x86_64/Rocky-9-GenericCloud.latest.x86_64.qcow2': {
    size: 612_368_384,
    mimetype: 'application/octet-stream',
  },
  'https://dl-cdn.alpinelinux.org/alpine/v3.22/releases/x86_64/alpine-virt-3.22.1-x86_64.iso': {
    size: 69_206_016,
    mimetype: 'application/octet-stream',
  },
  'https://cdimage.debian.org/debian-cd/current/amd64/iso-cd/debian-13.1.0-amd64-netinst.iso': {
    size: 821_035_008,
    mimetype: 'application/x-iso9660-image',
  },
  'https://releases.ubuntu.com/24.04/ubuntu-24.04.3-live-server-amd64.iso': {
    size: 3_303_444_480,
    mimetype: 'application/x-iso9660-image',
  },
  'https://fedorapeople.org/groups/virt/virtio-win/direct-downloads/stable-virtio/virtio-win.iso': {
    size: 726_501_376,
    mimetype: 'application/x-iso9660-image',
  },
};

/** Size and type of a URL that the demo knows. */
export const remoteFile = (url: string): { size: number; mimetype: string } | undefined =>
  Object.hasOwn(catalogue, url) ? catalogue[url] : undefined;

/** URLs that the demo knows. */
export const knownUrls = Object.keys(catalogue);

/**
 * The checksum of the demo's own stand-in for a remote file: the hash of its URL. It differs from that of the real file,
 * so that a plan which carries the real one sees the mismatch that it would see on a tampered download.
 */
export const demoChecksum = (url: string, algorithm: string): string =>
  createHash(algorithm).update(url).digest('hex');
