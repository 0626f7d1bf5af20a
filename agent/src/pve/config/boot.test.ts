import { describe, expect, test } from 'vitest';
import { bootOrder } from './boot.ts';
import { parseConfig } from './guest-config.ts';

const DEVICES = {
  net1: 'virtio',
  net0: 'virtio',
  sata0: 'local:iso/a.iso,media=cdrom',
  ide2: 'none,media=cdrom',
  ide0: 'local-lvm:vm-1-cloudinit,media=cdrom',
  scsi0: 'local-lvm:vm-1-disk-0',
};
const order = (extra: Record<string, string>) => bootOrder(parseConfig('qemu', { ...DEVICES, ...extra }));

describe('bootOrder', () => {
  test('is the list that stands in the configuration', () => {
    expect(order({ boot: 'order=scsi0;ide2;net0' })).toEqual({
      legacy: false,
      devices: ['scsi0', 'ide2', 'net0'],
    });
  });

  test('without one is hard disk, CD drives, network: the disk only when bootdisk names it', () => {
    expect(order({ bootdisk: 'scsi0' })).toEqual({
      legacy: true,
      devices: ['scsi0', 'ide2', 'sata0', 'net0', 'net1'],
    });
    expect(order({}).devices).toEqual(['ide2', 'sata0', 'net0', 'net1']);
  });

  test('follows the old letters', () => {
    expect(order({ boot: 'nc', bootdisk: 'scsi0' })).toEqual({
      legacy: true,
      devices: ['net0', 'net1', 'scsi0'],
    });
  });

  test('is empty when nothing is marked bootable', () => {
    expect(order({ boot: 'order=' })).toEqual({ legacy: false, devices: [] });
  });
});
