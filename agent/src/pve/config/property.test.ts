import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import type { GuestType } from '../types.ts';
import { flag, parseProperty, printProperty, property, subkey, withSubkey } from './property.ts';

const canonical = (type: GuestType, key: string, text: string): string =>
  printProperty(type, key, parseProperty(type, key, text));

describe('parseProperty', () => {
  test('reads model and MAC of a NIC from virtio=MAC and from its long form alike', () => {
    expect(parseProperty('qemu', 'net0', 'virtio=BC:24:11:00:00:01,bridge=vmbr0').entries).toEqual([
      ['model', 'virtio'],
      ['macaddr', 'BC:24:11:00:00:01'],
      ['bridge', 'vmbr0'],
    ]);
    const long = parseProperty('qemu', 'net3', 'bridge=vmbr0,macaddr=BC:24:11:00:00:01,model=virtio');
    expect(subkey(long, 'model')).toBe('virtio');
    expect(subkey(long, 'macaddr')).toBe('BC:24:11:00:00:01');
  });

  test('takes a bare model for a NIC without a MAC', () => {
    expect(parseProperty('qemu', 'net0', 'e1000e,bridge=vmbr1').entries[0]).toEqual(['model', 'e1000e']);
  });

  test('finds the default key wherever it stands, and resolves aliases', () => {
    expect(subkey(parseProperty('qemu', 'scsi0', 'size=4M,local-lvm:vm-1-disk-0'), 'file')).toBe(
      'local-lvm:vm-1-disk-0',
    );
    expect(subkey(parseProperty('qemu', 'scsi0', 'volume=local:x'), 'file')).toBe('local:x');
    expect(subkey(parseProperty('qemu', 'agent', '1,freeze-fs-on-backup=0'), 'freeze-fs')).toBe('0');
    expect(subkey(parseProperty('qemu', 'agent', '1,guest-fsfreeze=0'), 'freeze-fs')).toBe('0');
    expect(subkey(parseProperty('lxc', 'mp0', '/mnt/a,mp=/a'), 'volume')).toBe('/mnt/a');
  });

  test('keeps what PVE would refuse: unknown, empty, repeated and bare parts', () => {
    expect(parseProperty('qemu', 'net0', 'virtio,new=1,rate=,stray,tag=1,tag=2,=x,').entries).toEqual([
      ['model', 'virtio'],
      ['new', '1'],
      ['rate', ''],
      ['stray', ''],
      ['tag', '1'],
      ['tag', '2'],
      ['', 'x'],
    ]);
  });

  test('splits at the first equals sign', () => {
    expect(parseProperty('lxc', 'mp0', 'tank:x,mp=/a=b').entries[1]).toEqual(['mp', '/a=b']);
  });

  test('refuses a key that holds plain text, or none that PVE knows', () => {
    expect(() => parseProperty('qemu', 'name', 'web-01')).toThrow(ProxmoxAiError);
    expect(() => parseProperty('qemu', 'constructor', 'x')).toThrow(ProxmoxAiError);
    expect(() => parseProperty('lxc', 'scsi0', 'x')).toThrow(ProxmoxAiError);
  });
});

describe('printProperty writes what PVE writes', () => {
  test.each<[GuestType, string, string, string]>([
    [
      'qemu',
      'net0',
      'bridge=vmbr0,firewall=yes,virtio=BC:24:11:AA:BB:CC',
      'virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,firewall=1',
    ],
    ['qemu', 'net0', 'model=e1000,tag=5,macaddr=aa:bb:cc:dd:ee:ff', 'e1000=aa:bb:cc:dd:ee:ff,tag=5'],
    ['qemu', 'net0', 'model=virtio,bridge=vmbr0', 'virtio,bridge=vmbr0'],
    ['qemu', 'net0', 'model=newcard,macaddr=aa:bb:cc:dd:ee:ff', 'newcard,macaddr=aa:bb:cc:dd:ee:ff'],
    [
      'qemu',
      'scsi0',
      'size=32768M,iothread=on,file=local-lvm:vm-100-disk-0',
      'local-lvm:vm-100-disk-0,iothread=1,size=32G',
    ],
    [
      'qemu',
      'efidisk0',
      'local-lvm:vm-1-disk-1,size=4M,pre-enrolled-keys=1,efitype=4m',
      'local-lvm:vm-1-disk-1,efitype=4m,pre-enrolled-keys=1,size=4M',
    ],
    [
      'qemu',
      'tpmstate0',
      'version=v2.0,file=local-lvm:vm-1-disk-2,size=4M',
      'local-lvm:vm-1-disk-2,size=4M,version=v2.0',
    ],
    ['qemu', 'unused0', 'file=local-lvm:vm-1-disk-9', 'local-lvm:vm-1-disk-9'],
    ['qemu', 'cpu', 'flags=+aes;-pcid,cputype=host,hidden=yes', 'host,flags=+aes;-pcid,hidden=1'],
    ['qemu', 'boot', 'order=scsi0;ide2;net0', 'order=scsi0;ide2;net0'],
    ['qemu', 'boot', 'legacy=cdn', 'cdn'],
    ['qemu', 'agent', 'fstrim_cloned_disks=1,enabled=1', '1,fstrim_cloned_disks=1'],
    ['qemu', 'ipconfig0', 'ip=10.0.0.5/24,ip6=auto,gw=10.0.0.1', 'gw=10.0.0.1,ip=10.0.0.5/24,ip6=auto'],
    ['qemu', 'hostpci0', 'pcie=1,host=01:00.0;01:00.1,x-vga=on', '01:00.0;01:00.1,pcie=1,x-vga=1'],
    ['qemu', 'hostpci1', 'mapping=gpu,mdev=nvidia-63', 'mapping=gpu,mdev=nvidia-63'],
    ['qemu', 'usb0', 'usb3=1,host=0951:1625', '0951:1625,usb3=1'],
    [
      'qemu',
      'numa0',
      'memory=2048,cpus=0-1,policy=bind,hostnodes=0',
      'cpus=0-1,hostnodes=0,memory=2048,policy=bind',
    ],
    ['qemu', 'vga', 'memory=32,type=qxl', 'qxl,memory=32'],
    ['qemu', 'rng0', 'max_bytes=1024,source=/dev/urandom', '/dev/urandom,max_bytes=1024'],
    ['qemu', 'audio0', 'driver=none,device=ich9-intel-hda', 'device=ich9-intel-hda,driver=none'],
    ['qemu', 'watchdog', 'action=reset,model=i6300esb', 'i6300esb,action=reset'],
    ['qemu', 'startup', 'down=60,up=30,order=1', 'order=1,up=30,down=60'],
    ['qemu', 'startup', '3,up=5', 'order=3,up=5'],
    ['qemu', 'ivshmem', 'name=shm,size=32', 'size=32,name=shm'],
    ['qemu', 'amd-sev', 'no-debug=1,type=snp', 'snp,no-debug=1'],
    ['qemu', 'intel-tdx', 'type=tdx,attestation=1', 'tdx,attestation=1'],
    ['qemu', 'virtiofs0', 'expose-acl=1,dirid=share', 'share,expose-acl=1'],
    ['qemu', 'machine', 'viommu=intel,type=q35', 'q35,viommu=intel'],
    ['qemu', 'memory', 'current=4096', '4096'],
    [
      'qemu',
      'spice_enhancements',
      'videostreaming=all,foldersharing=on',
      'foldersharing=1,videostreaming=all',
    ],
    [
      'qemu',
      'smbios1',
      'uuid=7e0e1b80-1111-2222-3333-444455556666,base64=1',
      'base64=1,uuid=7e0e1b80-1111-2222-3333-444455556666',
    ],
    [
      'qemu',
      'cicustom',
      'user=local:snippets/u.yml,meta=local:snippets/m.yml',
      'meta=local:snippets/m.yml,user=local:snippets/u.yml',
    ],
    ['qemu', 'meta', 'ctime=1700000000,creation-qemu=10.0.2', 'creation-qemu=10.0.2,ctime=1700000000'],
    ['lxc', 'rootfs', 'size=8G,volume=local-lvm:vm-201-disk-0', 'local-lvm:vm-201-disk-0,size=8G'],
    [
      'lxc',
      'mp0',
      'size=100G,backup=1,mp=/data,volume=tank:subvol-101-disk-1',
      'tank:subvol-101-disk-1,mp=/data,backup=1,size=100G',
    ],
    [
      'lxc',
      'net0',
      'type=veth,ip=dhcp,hwaddr=BC:24:11:00:00:09,bridge=vmbr0,name=eth0',
      'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:09,ip=dhcp,type=veth',
    ],
    ['lxc', 'dev0', 'gid=104,path=/dev/dri/renderD128', '/dev/dri/renderD128,gid=104'],
    ['lxc', 'features', 'nesting=1,keyctl=yes,mount=nfs;cifs', 'keyctl=1,mount=nfs;cifs,nesting=1'],
  ])('%s %s: %s', (type, key, text, printed) => {
    expect(canonical(type, key, text)).toBe(printed);
    expect(canonical(type, key, printed)).toBe(printed);
  });

  test('a default value that would not read back as such gets its name', () => {
    expect(canonical('qemu', 'scsi0', 'file=a=b')).toBe('file=a=b');
    expect(canonical('qemu', 'scsi0', 'file=,size=1G')).toBe('file=,size=1G');
  });

  test('white space that is part of a value survives at either end', () => {
    const odd = { entries: [['zz', 'x '] as const, [' a', '1'] as const] };
    const printed = printProperty('qemu', 'ipconfig0', odd);
    expect(printed).toBe(', a=1,zz=x ,');
    expect(parseProperty('qemu', 'ipconfig0', printed).entries.toSorted()).toEqual(odd.entries.toSorted());
  });

  test('sub-keys that PVE does not know stay', () => {
    expect(canonical('qemu', 'net0', 'virtio=BC:24:11:AA:BB:CC,zz=9,bridge=vmbr0')).toBe(
      'virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,zz=9',
    );
  });

  test('refuses a value that would break the string apart', () => {
    const nic = parseProperty('qemu', 'net0', 'virtio');
    expect(() => printProperty('qemu', 'net0', withSubkey(nic, 'bridge', 'vmbr0,firewall=0'))).toThrow(
      ProxmoxAiError,
    );
    const withMac = parseProperty('qemu', 'net0', 'virtio=BC:24:11:AA:BB:CC');
    expect(() => printProperty('qemu', 'net0', withSubkey(withMac, 'macaddr', 'x,firewall=0'))).toThrow(
      ProxmoxAiError,
    );
    expect(() => printProperty('qemu', 'net0', withSubkey(nic, 'rate=1,tag', '5'))).toThrow(ProxmoxAiError);
    expect(() => printProperty('qemu', 'net0', withSubkey(nic, 'bridge', 'a\nb'))).toThrow(ProxmoxAiError);
  });
});

describe('withSubkey', () => {
  const nic = parseProperty('qemu', 'net0', 'virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,firewall=0,tag=20');

  test('changes one sub-key and leaves the MAC and all else', () => {
    expect(printProperty('qemu', 'net0', withSubkey(nic, 'firewall', '1'))).toBe(
      'virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,firewall=1,tag=20',
    );
  });

  test('adds a missing one and takes one out', () => {
    const tagless = withSubkey(nic, 'tag', null);
    expect(subkey(tagless, 'tag')).toBeUndefined();
    expect(subkey(withSubkey(tagless, 'rate', '10'), 'rate')).toBe('10');
  });

  test('leaves one of a repeated sub-key, in its first place', () => {
    const twice = parseProperty('qemu', 'net0', 'virtio,tag=1,bridge=b,tag=2');
    expect(withSubkey(twice, 'tag', '3').entries).toEqual([
      ['model', 'virtio'],
      ['tag', '3'],
      ['bridge', 'b'],
    ]);
  });
});

describe('reading', () => {
  test('a flag falls back only when it is missing', () => {
    const disk = parseProperty('qemu', 'scsi0', 'local:x,iothread=on,ssd=maybe');
    expect(flag(disk, 'iothread')).toBe(true);
    expect(flag(disk, 'backup', true)).toBe(true);
    expect(() => flag(disk, 'ssd')).toThrow(ProxmoxAiError);
  });

  test('a property that the guest does not have is undefined, also for names of JavaScript', () => {
    const config = { type: 'qemu' as const, values: { net0: 'virtio' }, lxcRaw: [] };
    expect(property(config, 'net0')?.entries).toEqual([['model', 'virtio']]);
    expect(property(config, 'net1')).toBeUndefined();
    expect(property(config, 'constructor')).toBeUndefined();
  });
});
