import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import type { GuestType } from '../types.ts';
import { diffConfig, effective, parseConfig, printConfig, sameConfig } from './guest-config.ts';

const qemu = (data: Record<string, unknown>) => parseConfig('qemu', data);
const same = (type: GuestType, a: Record<string, unknown>, b: Record<string, unknown>) =>
  sameConfig(parseConfig(type, a), parseConfig(type, b));

describe('parseConfig', () => {
  test('makes text of numbers and booleans, and keeps keys that PVE does not know', () => {
    const config = qemu({ cores: 4, onboot: true, kvm: false, cpulimit: 1.5, 'new-key': 'x', digest: 'abc' });
    expect(config.values).toEqual({ cores: '4', onboot: '1', kvm: '0', cpulimit: '1.5', 'new-key': 'x' });
    expect(config.digest).toBe('abc');
    expect(printConfig(config)).toEqual(config.values);
  });

  test('takes the raw lines of a container in their order', () => {
    const lines = [
      ['lxc.idmap', 'u 0 100000 1000'],
      ['lxc.idmap', 'u 1000 1000 1'],
    ];
    const config = parseConfig('lxc', { hostname: 'ct', lxc: lines });
    expect(config.lxcRaw).toEqual(lines);
    expect(config.values).toEqual({ hostname: 'ct' });
  });

  test.each([
    ['an object', { net0: { model: 'virtio' } }],
    ['a list', { tags: ['a'] }],
    ['NaN', { cores: Number.NaN }],
    ['bad lxc lines', { lxc: 'x' }],
  ])('refuses %s instead of guessing', (_, data) => {
    expect(() => parseConfig('lxc', data)).toThrow(ProxmoxAiError);
  });

  test('treats __proto__ and constructor as keys like any other', () => {
    const config = qemu(
      JSON.parse('{"__proto__": "1", "constructor": "2", "toString": "3"}') as Record<string, unknown>,
    );
    expect(Object.entries(config.values)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
    ]);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
    expect(effective(qemu({}), 'constructor')).toBeUndefined();
    expect(effective(qemu({}), '__proto__')).toBeUndefined();
    expect(diffConfig(qemu({}), config).map(({ key }) => key)).toEqual([
      '__proto__',
      'constructor',
      'toString',
    ]);
  });
});

describe('test vectors of the design (appendix A)', () => {
  test('1: a NIC in short and in long form', () => {
    const short = { net0: 'virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,tag=20' };
    const long = { net0: 'model=virtio,macaddr=bc:24:11:aa:bb:cc,tag=20,bridge=vmbr0,firewall=0' };
    expect(same('qemu', short, long)).toBe(true);
    expect(same('qemu', short, { net0: `${long.net0.slice(0, -1)}1` })).toBe(false);
  });

  test('2: a disk in two spellings', () => {
    expect(
      same(
        'qemu',
        { scsi0: 'local-lvm:vm-100-disk-0,iothread=1,size=32G' },
        { scsi0: 'file=local-lvm:vm-100-disk-0,size=32768M,iothread=on' },
      ),
    ).toBe(true);
  });

  test('4: the agent', () => {
    expect(same('qemu', { agent: '1' }, { agent: 'enabled=1' })).toBe(true);
    expect(same('qemu', { agent: '1' }, { agent: 'enabled=1,fstrim_cloned_disks=1' })).toBe(false);
    expect(same('qemu', { agent: '0' }, {})).toBe(true);
    expect(same('qemu', { agent: '1' }, {})).toBe(false);
  });

  test('5: the CPU', () => {
    expect(effective(qemu({}), 'cpu')).toBe('kvm64');
    expect(same('qemu', { cpu: 'kvm64' }, {})).toBe(true);
    expect(
      same(
        'qemu',
        { cpu: 'cputype=x86-64-v2-AES,flags=+spec-ctrl;+ssbd' },
        { cpu: 'x86-64-v2-AES,flags=+ssbd;+spec-ctrl' },
      ),
    ).toBe(true);
    expect(same('qemu', { cpu: 'host,flags=+aes' }, { cpu: 'host,flags=-aes' })).toBe(false);
    expect(same('qemu', { cpu: 'host,flags=-aes;+aes' }, { cpu: 'host,flags=+aes' })).toBe(true);
  });

  test('6: boot order counts, and the legacy letters are the default', () => {
    expect(same('qemu', { boot: 'order=scsi0;ide2;net0' }, { boot: 'order=ide2;scsi0;net0' })).toBe(false);
    expect(same('qemu', { boot: 'cdn' }, {})).toBe(true);
    expect(same('qemu', { boot: 'legacy=cdn' }, { boot: 'cdn' })).toBe(true);
    expect(same('qemu', { boot: 'order=scsi0' }, {})).toBe(false);
    expect(same('qemu', { boot: 'order=scsi0' }, { boot: 'cdn,order=scsi0' })).toBe(false);
  });

  test('7: EFI keys', () => {
    const disk = 'local-lvm:vm-100-disk-1,efitype=4m,pre-enrolled-keys=1,size=4M';
    expect(same('qemu', { efidisk0: disk }, { efidisk0: `${disk},ms-cert=2011` })).toBe(true);
    expect(same('qemu', { efidisk0: disk }, { efidisk0: `${disk},ms-cert=2023k` })).toBe(false);
  });

  test('8: mount points are not in a backup unless they say so', () => {
    const mp = 'tank:subvol-101-disk-1,mp=/data,size=100G';
    expect(same('lxc', { mp0: mp }, { mp0: `${mp},backup=0` })).toBe(true);
    expect(same('lxc', { mp0: mp }, { mp0: `${mp},backup=1` })).toBe(false);
  });

  test('9: the order of raw lxc lines counts', () => {
    const first = ['lxc.idmap', 'u 0 100000 1000'];
    const second = ['lxc.idmap', 'u 1000 1000 1'];
    expect(same('lxc', { lxc: [first, second] }, { lxc: [first, second] })).toBe(true);
    expect(same('lxc', { lxc: [first, second] }, { lxc: [second, first] })).toBe(false);
  });

  test('10: features', () => {
    expect(same('lxc', { features: 'nesting=0' }, {})).toBe(true);
    expect(same('lxc', { features: 'nesting=1' }, {})).toBe(false);
    expect(
      same('lxc', { features: 'mount=nfs;cifs,nesting=1' }, { features: 'nesting=on,mount=cifs;nfs' }),
    ).toBe(true);
  });
});

describe('one meaning, several spellings', () => {
  test.each<[GuestType, string, string, string]>([
    ['qemu', 'onboot', 'yes', '1'],
    ['qemu', 'tags', 'prod;DB', 'db prod'],
    ['qemu', 'hotplug', '1', 'usb,disk,network'],
    ['qemu', 'ipconfig0', 'ip6=2001:DB8:0:0::1/64', 'ip6=2001:db8::1/64'],
    ['qemu', 'net0', 'virtio,trunks=2;3;10-12', 'virtio,trunks=10-12;2-3'],
    ['qemu', 'numa0', 'cpus=0;1,memory=512', 'cpus=0-1,memory=512'],
    ['qemu', 'affinity', '0-3,8', '8,0,1,2,3'],
    ['qemu', 'hostpci0', '0000:01:00.0,rombar=1', '01:00.0'],
    ['qemu', 'usb0', 'host=0x0951:0x162A', '0951:162a'],
    ['qemu', 'usb0', 'SPICE', 'host=spice,usb3=0'],
    ['qemu', 'smbios1', 'base64=1,manufacturer=QUNNRQ==', 'manufacturer=ACME'],
    ['qemu', 'vmgenid', 'ABCDEF00-1111-2222-3333-444455556666', 'abcdef00-1111-2222-3333-444455556666'],
    [
      'qemu',
      'sshkeys',
      'ssh-ed25519%20AAAA%20a%0Assh-rsa%20BBBB',
      'ssh-rsa%20BBBB%0Assh-ed25519%20AAAA%20a%0A',
    ],
    ['qemu', 'description', 'notes', 'notes\n'],
    ['qemu', 'cpulimit', '1.50', '1.5'],
    ['qemu', 'startup', '1,up=30', 'up=30,order=1'],
    [
      'lxc',
      'net0',
      'name=eth0,hwaddr=bc:24:11:00:00:01',
      'name=eth0,hwaddr=BC:24:11:00:00:01,type=veth,firewall=0',
    ],
    ['lxc', 'rootfs', 'local:x,mountoptions=noatime;nodev', 'local:x,mountoptions=nodev;noatime,shared=0'],
    ['lxc', 'nameserver', '1.1.1.1,2001:DB8::0:1', '1.1.1.1 2001:db8::1'],
  ])('%s %s: %s', (type, key, a, b) => {
    expect(same(type, { [key]: a }, { [key]: b })).toBe(true);
  });

  test.each<[GuestType, string, string, string]>([
    ['qemu', 'hotplug', '0', 'network,disk,usb'],
    ['qemu', 'nameserver', '1.1.1.1 8.8.8.8', '8.8.8.8 1.1.1.1'],
    ['qemu', 'hostpci0', '01:00.0;01:00.1', '01:00.1;01:00.0'],
    ['qemu', 'scsi0', 'local:x,size=32G', 'local:x,size=33G'],
    ['qemu', 'net0', 'virtio=BC:24:11:00:00:01', 'e1000=BC:24:11:00:00:01'],
    ['qemu', 'smbios1', 'base64=1,serial=QQ==', 'serial=B'],
    ['qemu', 'description', 'a', 'b'],
    ['lxc', 'features', 'nesting=1', 'nesting=1,keyctl=1'],
  ])('but not %s %s: %s and %s', (type, key, a, b) => {
    expect(same(type, { [key]: a }, { [key]: b })).toBe(false);
  });

  test('old key names mean the new ones', () => {
    expect(same('qemu', { cdrom: 'none,media=cdrom' }, { ide2: 'none,media=cdrom' })).toBe(true);
    expect(same('qemu', { smp: 2 }, { sockets: 2 })).toBe(true);
  });

  test.each<[GuestType, string, string]>([
    ['qemu', 'onboot', '0'],
    ['qemu', 'hotplug', 'network,disk,usb'],
    ['qemu', 'scsihw', 'lsi'],
    ['qemu', 'bios', 'seabios'],
    ['qemu', 'machine', 'pc'],
    ['qemu', 'memory', '512'],
    ['qemu', 'vga', 'std'],
    ['qemu', 'balloon', '512'],
    ['qemu', 'vcpus', '1'],
    ['qemu', 'shares', '1000'],
    ['qemu', 'allow-ksm', '1'],
    ['qemu', 'vmgenid', '0'],
    ['qemu', 'protection', '0'],
    ['lxc', 'swap', '512'],
    ['lxc', 'memory', '512'],
    ['lxc', 'cmode', 'tty'],
    ['lxc', 'tty', '2'],
    ['lxc', 'unprivileged', '0'],
    ['lxc', 'cpuunits', '100'],
  ])('%s without %s is %s', (type, key, text) => {
    expect(effective(parseConfig(type, {}), key)).toBe(text);
    expect(same(type, {}, { [key]: text })).toBe(true);
  });

  test('defaults that depend on other keys follow them', () => {
    expect(effective(qemu({ arch: 'aarch64' }), 'cpu')).toBe('host');
    expect(effective(qemu({ kvm: 0 }), 'cpu')).toBe('qemu64');
    expect(effective(qemu({ memory: 'current=4096' }), 'balloon')).toBe('4096');
    expect(effective(qemu({ cores: 4, sockets: 2 }), 'vcpus')).toBe('8');
    expect(effective(qemu({ ostype: 'win11' }), 'citype')).toBe('configdrive2');
    expect(same('qemu', { kvm: 0, cpu: 'kvm64' }, { kvm: 0 })).toBe(false);
  });

  test('devices have no default: a present one is never like a missing one', () => {
    for (const [key, text] of Object.entries({
      watchdog: 'i6300esb',
      rng0: '/dev/urandom',
      ipconfig0: 'ip=dhcp',
    })) {
      expect(same('qemu', { [key]: text }, {})).toBe(false);
    }
  });
});

describe('diffConfig', () => {
  test('names what changed, with the texts as they stand, in natural order', () => {
    const before = qemu({
      net10: 'virtio=BC:24:11:00:00:01',
      net2: 'virtio',
      cores: 2,
      agent: '0',
      digest: 'a',
    });
    const after = qemu({
      net10: 'virtio=bc:24:11:00:00:01',
      net2: 'virtio,firewall=1',
      cores: 4,
      onboot: 1,
      digest: 'b',
    });
    expect(diffConfig(before, after)).toEqual([
      { key: 'cores', before: '2', after: '4' },
      { key: 'net2', before: 'virtio', after: 'virtio,firewall=1' },
      { key: 'onboot', before: null, after: '1' },
    ]);
  });

  test('shows raw lxc lines under lxc', () => {
    const before = parseConfig('lxc', {});
    const after = parseConfig('lxc', { lxc: [['lxc.apparmor.profile', 'unconfined']] });
    expect(diffConfig(before, after)).toEqual([
      { key: 'lxc', before: null, after: 'lxc.apparmor.profile: unconfined' },
    ]);
  });

  test('a VM and a container are never the same', () => {
    expect(sameConfig(parseConfig('qemu', {}), parseConfig('lxc', {}))).toBe(false);
  });
});
