import { describe, expect, test } from 'vitest';
import type { GuestType } from '../../types.ts';
import { configKeys, indexedKey, lookupKey } from './keys.ts';

describe('configKeys', () => {
  test.each<[GuestType, string[]]>([
    [
      'qemu',
      [
        ...['agent', 'amd-sev', 'audio0', 'boot', 'cicustom', 'cpu', 'efidisk0', 'hostpci[n]', 'ide[n]'],
        ...['intel-tdx', 'ipconfig[n]', 'ivshmem', 'machine', 'memory', 'meta', 'net[n]', 'numa[n]', 'rng0'],
        ...[
          'sata[n]',
          'scsi[n]',
          'smbios1',
          'spice_enhancements',
          'startup',
          'tpmstate0',
          'unused[n]',
          'usb[n]',
        ],
        ...['vga', 'virtio[n]', 'virtiofs[n]', 'watchdog', 'cdrom'],
      ],
    ],
    ['lxc', ['dev[n]', 'features', 'mp[n]', 'net[n]', 'rootfs', 'startup', 'unused[n]']],
  ])('knows every property string of %s', (type, names) => {
    const properties = [...configKeys(type).values()].filter((key) => key.property).map(({ name }) => name);
    expect(properties.toSorted()).toEqual(names.toSorted());
  });

  test('holds no parameters of the call that are no configuration', () => {
    for (const name of ['node', 'vmid', 'digest', 'delete', 'skiplock', 'force']) {
      expect(configKeys('qemu').has(name)).toBe(false);
    }
  });
});

test('an indexed key is found by its base, a key with a number of its own by its name', () => {
  expect(lookupKey('qemu', 'net12')?.name).toBe('net[n]');
  expect(lookupKey('qemu', 'numa')?.name).toBe('numa');
  expect(lookupKey('qemu', 'numa1')?.name).toBe('numa[n]');
  expect(lookupKey('qemu', 'smbios1')?.name).toBe('smbios1');
  expect(lookupKey('qemu', 'net012')).toBeUndefined();
  expect(lookupKey('lxc', 'scsi0')).toBeUndefined();
  expect(lookupKey('qemu', '__proto__')).toBeUndefined();
  expect(indexedKey('efidisk0')).toEqual({ base: 'efidisk', index: 0 });
});
