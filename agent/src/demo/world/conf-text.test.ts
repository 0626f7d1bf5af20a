import { describe, expect, it } from 'vitest';
import { parseConfText, parseLxcRaw } from './conf-text.ts';
import { snippetsOfConfig, volumesOfConfig } from './volume-refs.ts';

describe('parseConfText', () => {
  it('reads notes and keys in order', () => {
    const section = parseConfText('qemu', '\n#first\n#second\ncores: 2\nname: a: b\n');
    expect(Object.entries(section)).toEqual([
      ['description', 'first\nsecond'],
      ['cores', '2'],
      ['name', 'a: b'],
    ]);
  });

  it('keeps the final line feed of the notes of a container, as PVE does', () => {
    expect(parseConfText('lxc', '#note\n').description).toBe('note\n');
  });

  it('refuses a line that is none and a key given twice', () => {
    expect(() => parseConfText('qemu', 'nonsense')).toThrow('not a configuration line');
    expect(() => parseConfText('qemu', 'cores: 1\ncores: 2')).toThrow('key given twice: cores');
  });
});

describe('parseLxcRaw', () => {
  it('reads both separators and empty values', () => {
    expect(parseLxcRaw('lxc.cap.drop:\nlxc.idmap = u 0 1 2\n')).toEqual([
      ['lxc.cap.drop', ''],
      ['lxc.idmap', 'u 0 1 2'],
    ]);
    expect(() => parseLxcRaw('mp0: x')).toThrow('not a raw LXC line');
  });
});

describe('volumesOfConfig', () => {
  it('finds volumes with their size and leaves paths, none and other keys alone', () => {
    const found = volumesOfConfig({
      scsi0: 'local-lvm:vm-1-disk-0,iothread=1,size=32G',
      scsi1: '/dev/disk/by-id/x,size=1T',
      ide2: 'none,media=cdrom',
      efidisk0: 'file=tank:vm-1-disk-1,efitype=4m,size=528K',
      name: 'local:not-a-disk',
      mp0: '/mnt/a,mp=/a',
      rootfs: 'tank:subvol-1-disk-0,size=1.5G',
    });
    expect(found.map(({ key, volid, sizeBytes }) => [key, volid, sizeBytes])).toEqual([
      ['scsi0', 'local-lvm:vm-1-disk-0', 32 * 1024 ** 3],
      ['efidisk0', 'tank:vm-1-disk-1', 528 * 1024],
      ['rootfs', 'tank:subvol-1-disk-0', 1.5 * 1024 ** 3],
    ]);
  });
});

describe('snippetsOfConfig', () => {
  it('reads every file of cicustom', () => {
    expect(snippetsOfConfig({ cicustom: 'user=local:snippets/u.yaml,meta=nas:snippets/m.yaml' })).toEqual([
      { storage: 'local', volname: 'snippets/u.yaml' },
      { storage: 'nas', volname: 'snippets/m.yaml' },
    ]);
  });
});
