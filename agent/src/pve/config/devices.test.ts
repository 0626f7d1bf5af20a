import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import { disks, nics } from './devices.ts';
import { parseConfig } from './guest-config.ts';

const qemu = (data: Record<string, unknown>) => parseConfig('qemu', data);
const lxc = (data: Record<string, unknown>) => parseConfig('lxc', data);
const disk = (config: ReturnType<typeof qemu>) => {
  const [first] = disks(config);
  if (!first) throw new Error('the configuration has no disk');
  return first;
};

describe('nics', () => {
  test('reads a VM NIC with the defaults of PVE', () => {
    expect(nics(qemu({ net0: 'virtio=bc:24:11:aa:bb:cc,bridge=vmbr0,tag=20,trunks=2;3' }))).toEqual([
      {
        key: 'net0',
        index: 0,
        model: 'virtio',
        mac: 'BC:24:11:AA:BB:CC',
        bridge: 'vmbr0',
        tag: 20,
        trunks: '2;3',
        firewall: false,
        linkDown: false,
      },
    ]);
  });

  test('reads a container NIC', () => {
    const net0 =
      'name=eth0,bridge=vmbr1,firewall=1,hwaddr=BC:24:11:00:00:09,ip=10.0.0.9/24,ip6=auto,type=veth';
    expect(nics(lxc({ net0 }))).toEqual([
      {
        key: 'net0',
        index: 0,
        model: 'veth',
        mac: 'BC:24:11:00:00:09',
        bridge: 'vmbr1',
        firewall: true,
        linkDown: false,
        name: 'eth0',
        ip: '10.0.0.9/24',
        ip6: 'auto',
      },
    ]);
  });

  test('orders by index, and leaves out what is no NIC', () => {
    const config = qemu({
      net10: 'virtio',
      net2: 'e1000,link_down=1',
      netx: 'virtio',
      'net-0': 'x',
      net01: 'x',
    });
    expect(nics(config).map(({ key, index, linkDown }) => [key, index, linkDown])).toEqual([
      ['net2', 2, true],
      ['net10', 10, false],
    ]);
  });

  test('does not guess whether a NIC with an odd firewall flag is filtered', () => {
    expect(() => nics(qemu({ net0: 'virtio,firewall=perhaps' }))).toThrow(ProxmoxAiError);
  });
});

describe('disks', () => {
  test('reads a VM disk: storage, size, and in the backup by default', () => {
    expect(disk(qemu({ scsi0: 'local-lvm:vm-100-disk-0,iothread=1,size=32G' }))).toMatchObject({
      key: 'scsi0',
      kind: 'disk',
      volume: 'local-lvm:vm-100-disk-0',
      storage: 'local-lvm',
      sizeBytes: 34359738368,
      backup: true,
    });
    expect(disk(qemu({ scsi0: 'local-lvm:vm-100-disk-0,backup=0' })).backup).toBe(false);
  });

  test.each([
    ['local-lvm:vm-100-cloudinit,media=cdrom,size=4M', 'cloudinit'],
    ['local:100/vm-100-cloudinit.qcow2,media=cdrom', 'cloudinit'],
    ['none,media=cdrom', 'cdrom'],
    ['local:iso/debian.iso,media=cdrom,size=700M', 'cdrom'],
    ['cdrom', 'cdrom'],
    ['local-lvm:vm-100-disk-5', 'disk'],
    ['/dev/disk/by-id/ata-X', 'disk'],
  ])('ide2: %s is %s', (text, kind) => {
    const found = disk(qemu({ ide2: text }));
    expect(found.kind).toBe(kind);
    expect(found.backup).toBe(kind === 'disk');
  });

  test('a path and none have no storage', () => {
    expect(disk(qemu({ scsi0: '/dev/sdb' })).storage).toBeUndefined();
    expect(disk(qemu({ ide2: 'none,media=cdrom' })).storage).toBeUndefined();
  });

  test('EFI state is in the backup only under OVMF', () => {
    const efidisk0 = 'local-lvm:vm-100-disk-1,efitype=4m,pre-enrolled-keys=1,size=4M';
    expect(disk(qemu({ efidisk0 }))).toMatchObject({ kind: 'efidisk', backup: false });
    expect(disk(qemu({ efidisk0, bios: 'ovmf' }))).toMatchObject({ kind: 'efidisk', backup: true });
  });

  test('TPM state and unused volumes', () => {
    expect(disk(qemu({ tpmstate0: 'local-lvm:vm-1-disk-2,size=4M,version=v2.0' }))).toMatchObject({
      kind: 'tpmstate',
      backup: true,
    });
    expect(disk(qemu({ unused3: 'local-lvm:vm-1-disk-9' }))).toMatchObject({ kind: 'unused', backup: false });
    expect(disk(lxc({ unused0: 'local-lvm:vm-1-disk-9' }))).toMatchObject({ kind: 'unused', backup: false });
  });

  test('container volumes: rootfs always in the backup, mount points on request, paths never', () => {
    const found = disks(
      lxc({
        rootfs: 'local-lvm:vm-101-disk-0,size=8G',
        mp0: 'tank:subvol-101-disk-1,mp=/data,size=100G',
        mp1: 'tank:subvol-101-disk-2,mp=/var/lib/x,backup=1',
        mp2: '/mnt/data,mp=/host,backup=1',
        mp10: '/dev/sdb1,mp=/raw',
      }),
    );
    expect(found.map(({ key, kind, backup, mountPoint }) => [key, kind, backup, mountPoint])).toEqual([
      ['mp0', 'mount', false, '/data'],
      ['mp1', 'mount', true, '/var/lib/x'],
      ['mp2', 'bind', false, '/host'],
      ['mp10', 'device', false, '/raw'],
      ['rootfs', 'rootfs', true, '/'],
    ]);
  });

  test('keys of the other guest type are no disks', () => {
    expect(disks(lxc({ scsi0: 'local:x', dev0: '/dev/dri/renderD128,gid=104' }))).toEqual([]);
    expect(disks(qemu({ rootfs: 'local:x', scsihw: 'virtio-scsi-single', mp0: 'local:x' }))).toEqual([]);
  });
});
