import type { GuestType } from '../../types.ts';
import type { FormatSpec, SubkeySpec } from './format.ts';

const off: SubkeySpec = { type: 'boolean', default: '0' };
const on: SubkeySpec = { type: 'boolean', default: '1' };

/** What PVE does when a drive does not say: PVE/QemuServer/Drive.pm and PVE/QemuServer/DriveDevice.pm. */
const drive: FormatSpec = {
  subkeys: {
    backup: on,
    detect_zeroes: on,
    discard: { default: 'ignore' },
    iothread: off,
    ro: off,
    snapshot: off,
    ssd: off,
  },
};

/** Per-mount UID/GID mapping is newer than the committed schema (pve-container 6). */
const mount: FormatSpec['subkeys'] = {
  idmap: { meaning: 'list' },
  mountoptions: { meaning: 'set' },
  quota: off,
  ro: off,
};

/**
 * What the schema's own property strings leave out: defaults that only PVE's code knows, how values compare, and
 * whether a missing key means the defaults. By guest type and key.
 */
export const ADDITIONS: Readonly<Record<GuestType, Readonly<Record<string, FormatSpec>>>> = {
  qemu: {
    'net[n]': {
      keyAlias: { name: 'model', value: 'macaddr' },
      subkeys: {
        firewall: off,
        'host-tunnel': { type: 'boolean' },
        link_down: off,
        trunks: { meaning: 'ranges' },
      },
    },
    'ide[n]': drive,
    'sata[n]': drive,
    'scsi[n]': drive,
    'virtio[n]': drive,
    agent: { absentIsDefault: true },
    machine: { absentIsDefault: true, subkeys: { type: { default: 'pc' } } },
    memory: { absentIsDefault: true },
    'numa[n]': { subkeys: { cpus: { meaning: 'ranges' }, hostnodes: { meaning: 'ranges' } } },
    spice_enhancements: { absentIsDefault: true },
    'usb[n]': { subkeys: { host: { meaning: 'usb' } } },
    vga: { absentIsDefault: true },
  },
  lxc: {
    features: { absentIsDefault: true, subkeys: { mount: { meaning: 'set' } } },
    'mp[n]': { subkeys: { ...mount, backup: off } },
    'net[n]': {
      subkeys: { firewall: off, link_down: off, trunks: { meaning: 'ranges' }, type: { default: 'veth' } },
    },
    rootfs: { subkeys: mount },
  },
};
