import { disks, nics } from './devices.ts';
import { property, subkey } from './property.ts';
import type { GuestConfig } from './types.ts';
import { listText } from './values.ts';

export interface BootOrder {
  /** The old letters (`boot: cdn`, or no `boot` at all) rather than `order=`. */
  readonly legacy: boolean;
  /** Devices in the order in which a VM tries them. */
  readonly devices: readonly string[];
}

/**
 * What a VM boots from, in order. Letters: `c` is `bootdisk`, `d` the CD drives, `n` the NICs (PVE/QemuServer.pm,
 * device_bootorder and bootorder_from_legacy).
 */
export function bootOrder(config: GuestConfig): BootOrder {
  const boot = property(config, 'boot');
  const letters = boot ? subkey(boot, 'legacy') : 'cdn';
  if (letters === undefined) {
    return { legacy: false, devices: listText(subkey(boot, 'order') ?? '') };
  }
  return {
    legacy: true,
    devices: (letters.match(/[acdn]/g) ?? []).flatMap((letter) => legacyDevices(config, letter)),
  };
}

/** PVE looks at drives in this order. */
const BUSES = ['ide', 'scsi', 'virtio', 'sata'];

const bus = (key: string): number => BUSES.indexOf(key.replace(/\d+$/, ''));

function legacyDevices(config: GuestConfig, letter: string): readonly string[] {
  const drives = disks(config).filter(({ key }) => bus(key) >= 0);
  switch (letter) {
    case 'c':
      return drives
        .filter(({ key, kind }) => kind !== 'cdrom' && key === config.values.bootdisk)
        .map(({ key }) => key);
    case 'd':
      return drives
        .filter(({ kind }) => kind === 'cdrom')
        .toSorted((a, b) => bus(a.key) - bus(b.key))
        .map(({ key }) => key);
    case 'n':
      return nics(config).map(({ key }) => key);
    default:
      return [];
  }
}
