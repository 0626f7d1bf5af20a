import { describe, expect, test } from 'vitest';
import type { GuestType } from '../types.ts';
import { propertyProblems } from './property-problems.ts';

describe('propertyProblems', () => {
  test.each<[GuestType, string, string]>([
    ['qemu', 'net0', 'virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,firewall=1,tag=20'],
    ['qemu', 'scsi0', 'local-lvm:vm-100-disk-0,iothread=1,size=32G,wwn=0x1234567890abcdef,product=My Disk'],
    ['qemu', 'cpu', 'x86-64-v2-AES,flags=+aes;-pcid,phys-bits=host'],
    ['qemu', 'hostpci0', '0000:01:00.0;01:00.1,pcie=1,vendor-id=0x10de'],
    ['qemu', 'usb0', 'host=0951:1625'],
    ['qemu', 'startup', 'order=1,up=30'],
    ['qemu', 'machine', 'pc-q35-9.2+pve1'],
    ['lxc', 'rootfs', 'local-lvm:vm-1-disk-0,mountoptions=noatime;nodev'],
    ['lxc', 'dev0', '/dev/dri/renderD128,gid=104,mode=0660'],
    ['qemu', 'name', 'plain text has no sub-keys'],
  ])('finds nothing wrong with %s %s: %s', (type, key, text) => {
    expect(propertyProblems(type, key, text)).toEqual([]);
  });

  test.each<[GuestType, string, string, string]>([
    ['qemu', 'net0', 'bridge=vmbr0', 'The sub-key model is missing.'],
    ['qemu', 'net0', 'virtio,tag=4095', 'tag: 4095 is more than 4094.'],
    ['qemu', 'net0', 'virtio,tag=1,tag=2', 'The sub-key tag stands twice.'],
    ['qemu', 'net0', 'virtio,firewal=1', 'PVE knows no sub-key "firewal" here.'],
    ['qemu', 'net0', 'virtio,firewall=2', 'firewall: 2 is not a boolean.'],
    ['qemu', 'net0', 'virtio,bridge=', 'bridge: The value is empty.'],
    [
      'qemu',
      'scsi0',
      'local:x,cache=fast',
      'cache: fast is not one of none, writethrough, writeback, unsafe, directsync.',
    ],
    ['qemu', 'scsi0', 'size=4G', 'The sub-key file is missing.'],
    ['qemu', 'ipconfig0', 'gw=10.0.0.1', 'The sub-key gw needs ip, too.'],
    ['qemu', 'boot', 'xyz', 'legacy: "xyz" does not match the pattern [acdn]{1,4}.'],
    ['qemu', 'vga', 'std,memory=3.5', 'memory: 3.5 is not an integer.'],
    ['lxc', 'mp0', 'local:x', 'The sub-key mp is missing.'],
  ])('%s %s: %s', (type, key, text, problem) => {
    expect(propertyProblems(type, key, text)).toContain(problem);
  });
});
