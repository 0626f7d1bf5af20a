import { of, type Case } from './cases.ts';
import { acl, twoTenants, users } from './world.ts';

const day = 86_400;
const longUp = { guestStatus: { uptime: 8 * day, 'running-qemu': '10.1.2' } };
const disk = 'scsi0: local-lvm:vm-105-disk-0,size=32G';
const iso = 'ide2: local:iso/debian.iso,media=cdrom,size=700M';
const drive = 'ide2: local-lvm:vm-105-cloudinit,media=cdrom,size=4M';
const ed25519 = 'sshkeys: ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIL%20ops%40example';
const six = ['a@pve', 'b@pve', 'c@pve', 'd@pve', 'e@pve', 'f@pve'];
const shared = { cpuinfo: { model: 'Intel', flags: 'fpu' }, ksm: { shared: 1024 } };

/** An ssh-rsa public key of 1024 bit: type, exponent 65537, modulus. */
const rsa = (bits: number): string => {
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const modulus = Buffer.concat([Buffer.from([0]), Buffer.alloc(bits / 8, 0xff)]);
  const blob = Buffer.concat([field(Buffer.from('ssh-rsa')), field(Buffer.from([1, 0, 1])), field(modulus)]);
  return `sshkeys: ${encodeURIComponent(`ssh-rsa ${blob.toString('base64')} old`)}`;
};

/** VM-SEC-031 to 044. */
export const vmDeviceCases: readonly Case[] = [
  ...of(
    'VM-SEC-031',
    [
      'an ISO for days',
      `${disk}\n${iso}`,
      'fail',
      { severity: 'low', keys: ['ide2'], fix: true, world: longUp },
    ],
    [
      'first in the boot order',
      `boot: order=ide2;scsi0\n${disk}\n${iso}`,
      'fail',
      { severity: 'medium', world: longUp },
    ],
    ['no disk: perhaps it runs from it', iso, 'fail', { fix: false, world: longUp }],
    ['just started', `${disk}\n${iso}`, 'pass'],
    ['an empty drive', `${disk}\nide2: none,media=cdrom`, 'pass', { world: longUp }],
    ['a cloud-init drive', `${disk}\n${drive}`, 'pass', { world: longUp }],
    ['stopped', `${disk}\n${iso}`, 'na', { world: { status: 'stopped' } }],
    ['kept on purpose', `${disk}\n${iso}`, 'accepted', { world: { ...longUp, tags: ['keep-iso'] } }],
    ['no uptime reported', `${disk}\n${iso}`, 'unknown', { world: { guestStatus: {} } }],
  ),
  ...of(
    'VM-SEC-032',
    [
      'a password',
      `${drive}\n${ed25519}\ncipassword: $5$hash`,
      'fail',
      { severity: 'medium', keys: ['cipassword'], fix: false },
    ],
    ['no key', drive, 'fail', { keys: ['sshkeys'] }],
    ['a short RSA key', `${drive}\n${rsa(1024)}`, 'fail', { keys: ['sshkeys'] }],
    ['DSA', `${drive}\nsshkeys: ssh-dss%20AAAAB3NzaC1kc3MAAACB`, 'fail', { keys: ['sshkeys'] }],
    [
      'root as user is info',
      `${drive}\n${ed25519}\nciuser: root`,
      'fail',
      { severity: 'info', keys: ['ciuser'] },
    ],
    [
      'no upgrade is info',
      `${drive}\n${ed25519}\nciupgrade: 0`,
      'fail',
      { severity: 'info', keys: ['ciupgrade'] },
    ],
    ['a strong key', `${drive}\n${ed25519}`, 'pass'],
    ['a long RSA key', `${drive}\n${rsa(2048)}`, 'pass'],
    ['no cloud-init', disk, 'na'],
  ),
  ...of(
    'VM-SEC-033',
    [
      'a password on an old drive',
      `${drive}\ncipassword: $5$hash`,
      'fail',
      { severity: 'low', keys: ['ide2', 'cipassword'], fix: false, world: longUp },
    ],
    [
      'user data',
      `${drive}\ncicustom: user=local:snippets/u.yaml`,
      'fail',
      { keys: ['ide2', 'cicustom'], world: longUp },
    ],
    ['young', `${drive}\ncipassword: $5$hash`, 'pass'],
    ['nothing secret', `${drive}\n${ed25519}`, 'pass', { world: longUp }],
    ['no drive', 'cipassword: $5$hash', 'na', { world: longUp }],
    ['stopped', `${drive}\ncipassword: $5$hash`, 'na', { world: { status: 'stopped' } }],
  ),
  ...of(
    'VM-SEC-034',
    [
      'PVEVMUser on the guest',
      'agent: 1',
      'fail',
      {
        severity: 'medium',
        keys: ['anna@pve'],
        fix: false,
        world: { users: users('anna@pve'), acl: [acl('/vms/105', 'anna@pve', 'PVEVMUser')] },
      },
    ],
    [
      'by pool',
      'agent: enabled=1,fstrim_cloned_disks=1',
      'fail',
      { world: { pool: 'p', users: users('anna@pve'), acl: [acl('/pool/p', 'anna@pve', 'PVEVMUser')] } },
    ],
    [
      'an administrator',
      'agent: 1',
      'pass',
      { world: { users: users('anna@pve'), acl: [acl('/', 'anna@pve', 'Administrator')] } },
    ],
    [
      'an auditor',
      'agent: 1',
      'pass',
      { world: { users: users('anna@pve'), acl: [acl('/', 'anna@pve', 'PVEAuditor')] } },
    ],
    [
      'NoAccess on the guest',
      'agent: 1',
      'pass',
      {
        world: {
          users: users('anna@pve'),
          acl: [acl('/vms', 'anna@pve', 'PVEVMUser'), acl('/vms/105', 'anna@pve', 'NoAccess')],
        },
      },
    ],
    [
      'not propagated',
      'agent: 1',
      'pass',
      { world: { users: users('anna@pve'), acl: [acl('/vms', 'anna@pve', 'PVEVMUser', false)] } },
    ],
    ['agent off', 'agent: 0', 'na'],
    ['no agent', 'memory: 512', 'na'],
  ),
  ...of(
    'VM-SEC-035',
    [
      'six of them',
      'memory: 512',
      'fail',
      {
        severity: 'medium',
        keys: ['principals with control'],
        fix: false,
        world: { users: users(...six), acl: six.map((id) => acl('/vms', id, 'PVEVMUser')) },
      },
    ],
    [
      'five',
      'memory: 512',
      'pass',
      { world: { users: users(...six), acl: six.slice(1).map((id) => acl('/vms', id, 'PVEVMUser')) } },
    ],
    [
      'on another guest',
      'memory: 512',
      'pass',
      { world: { users: users(...six), acl: six.map((id) => acl('/vms/106', id, 'PVEVMUser')) } },
    ],
  ),
  ...of(
    'VM-SEC-036',
    [
      'CentOS 7',
      'ostype: l26',
      'fail',
      {
        severity: 'high',
        keys: ['version-id'],
        fix: false,
        world: { osinfo: { id: 'centos', versionId: '7', prettyName: 'CentOS Linux 7' } },
      },
    ],
    ['a point release', 'ostype: l26', 'fail', { world: { osinfo: { id: 'alpine', versionId: '3.17.10' } } }],
    ['Debian 13', 'ostype: l26', 'pass', { world: { osinfo: { id: 'debian', versionId: '13' } } }],
    ['Rocky 9.4', 'ostype: l26', 'pass', { world: { osinfo: { id: 'rocky', versionId: '9.4' } } }],
    ['rolling', 'ostype: l26', 'pass', { world: { osinfo: { id: 'arch', versionId: '20260101' } } }],
    ['not in the table', 'ostype: l26', 'unknown', { world: { osinfo: { id: 'plan9', versionId: '4' } } }],
    [
      'an id that is a property of every object',
      'ostype: l26',
      'unknown',
      { world: { osinfo: { id: 'constructor', versionId: 'name' } } },
    ],
    ['Windows XP by type', 'ostype: wxp', 'fail', { severity: 'high', keys: ['ostype'] }],
    ['Windows 10 by type', 'ostype: win10', 'fail', { severity: 'medium' }],
    [
      'Server 2019 under the same type',
      'ostype: win10',
      'pass',
      { world: { osinfo: { id: 'mswindows', versionId: '2019' } } },
    ],
    [
      'Windows 10',
      'ostype: win10',
      'fail',
      { severity: 'high', world: { osinfo: { id: 'mswindows', versionId: '10' } } },
    ],
    [
      'Windows 10 in a long-term edition',
      'ostype: win10',
      'unknown',
      {
        world: {
          osinfo: { id: 'mswindows', versionId: '10', prettyName: 'Windows 10 Enterprise LTSC 2021' },
        },
      },
    ],
    [
      'Server 2012 R2 as the guest agent names it',
      'ostype: win8',
      'fail',
      { keys: ['version-id'], world: { osinfo: { id: 'mswindows', versionId: '2012r2' } } },
    ],
    [
      'a release in support until the end',
      'ostype: l26',
      'pass',
      { world: { osinfo: { id: 'alpine', versionId: '3.21.2' } } },
    ],
    ['Linux with a silent agent', 'ostype: l26', 'unknown'],
    ['accepted', 'ostype: wxp', 'accepted', { world: { tags: ['legacy'] } }],
  ),
  ...of(
    'VM-SEC-037',
    [
      'shared, one party',
      'memory: 512',
      'fail',
      { severity: 'info', keys: ['allow-ksm'], fix: false, world: { nodeStatus: shared } },
    ],
    [
      'shared, several tenants',
      'memory: 512',
      'fail',
      { severity: 'medium', fix: true, world: { ...twoTenants, nodeStatus: shared } },
    ],
    [
      'confidential on a full node',
      'allow-ksm: 1',
      'fail',
      { fix: false, world: { tags: ['confidential'], nodeStatus: shared, nodeMemoryUsed: 60 * 1024 ** 3 } },
    ],
    ['nothing is shared', 'memory: 512', 'pass'],
    ['taken out', 'allow-ksm: 0', 'pass', { world: { nodeStatus: shared } }],
    ['not reported', 'memory: 512', 'unknown', { world: { nodeStatus: {} } }],
  ),
  ...of(
    'VM-SEC-038',
    [
      'SEV at hand',
      'memory: 512',
      'fail',
      {
        severity: 'low',
        keys: ['amd-sev'],
        fix: false,
        world: {
          tags: ['confidential'],
          nodeStatus: { cpuinfo: { model: 'AMD EPYC', flags: 'sev sev_es' } },
        },
      },
    ],
    ['encrypted', 'amd-sev: type=snp', 'pass', { world: { tags: ['confidential'] } }],
    ['no such processor', 'memory: 512', 'na', { world: { tags: ['confidential'] } }],
    ['not confidential', 'memory: 512', 'na'],
    ['flags not reported', 'memory: 512', 'unknown', { world: { tags: ['confidential'], nodeStatus: {} } }],
  ),
  ...of(
    'VM-SEC-039',
    [
      'shared folders',
      'spice_enhancements: foldersharing=1,videostreaming=all',
      'fail',
      { severity: 'low', keys: ['spice_enhancements'], fix: true },
    ],
    ['the VNC clipboard', 'vga: std,clipboard=vnc', 'fail', { keys: ['vga'], fix: true }],
    ['shared memory', 'ivshmem: size=32', 'fail', { keys: ['ivshmem'], fix: false }],
    [
      'sound on a server',
      'audio0: device=ich9-intel-hda',
      'fail',
      { keys: ['audio0'], world: { tags: ['prod'] } },
    ],
    ['sound elsewhere', 'audio0: device=ich9-intel-hda', 'pass'],
    ['a plain display', 'vga: std', 'pass'],
    ['a desktop', 'vga: std,clipboard=vnc', 'accepted', { world: { tags: ['desktop'] } }],
  ),
  ...of(
    'VM-SEC-040',
    [
      'an older process',
      'memory: 512',
      'fail',
      {
        severity: 'medium',
        keys: ['running-qemu'],
        fix: false,
        world: { guestStatus: { 'running-qemu': '9.2.0' } },
      },
    ],
    ['the installed one', 'memory: 512', 'pass'],
    [
      '10.1.10 is newer than 10.1.2',
      'memory: 512',
      'fail',
      { world: { packages: { 'pve-qemu-kvm': '10.1.10-1' } } },
    ],
    ['not reported', 'memory: 512', 'unknown', { world: { guestStatus: {} } }],
    ['the package is not listed', 'memory: 512', 'unknown', { world: { packages: {} } }],
    ['stopped', 'memory: 512', 'na', { world: { status: 'stopped' } }],
  ),
  ...of(
    'VM-SEC-041',
    ['off', 'vmgenid: 0', 'fail', { severity: 'low', keys: ['vmgenid'], fix: true }],
    [
      'a domain controller',
      'vmgenid: 0\nostype: win11',
      'fail',
      { severity: 'medium', world: { tags: ['dc'] } },
    ],
    ['an id', 'vmgenid: 6ba7b810-9dad-41d1-80b4-00c04fd430c8', 'pass'],
    ['missing', 'memory: 512', 'pass'],
  ),
  ...of(
    'VM-SEC-042',
    [
      'e1000',
      'net0: e1000=BC:24:11:AA:BB:CC,bridge=vmbr1',
      'fail',
      { severity: 'low', keys: ['net0'], fix: false },
    ],
    ['the default controller with a SCSI disk', disk, 'fail', { keys: ['scsihw'] }],
    ['the default controller without SCSI disks', 'virtio0: local-lvm:vm-105-disk-0,size=8G', 'pass'],
    [
      'cirrus and an old machine',
      'vga: cirrus\nmachine: pc-i440fx-5.2',
      'fail',
      { keys: ['vga', 'machine'] },
    ],
    [
      'modern',
      `${disk}\nscsihw: virtio-scsi-single\nmachine: pc-q35-10.1\nnet0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr1`,
      'pass',
    ],
    ['accepted', disk, 'accepted', { world: { tags: ['legacy'] } }],
  ),
  ...of(
    'VM-SEC-043',
    [
      '/dev/random',
      'rng0: source=/dev/random,max_bytes=1024,period=1000',
      'fail',
      { severity: 'info', keys: ['rng0'], fix: true },
    ],
    ['/dev/hwrng', 'rng0: source=/dev/hwrng', 'fail'],
    [
      'UEFI from the network without one',
      'bios: ovmf\nboot: order=net0;scsi0',
      'fail',
      { keys: ['rng0'], fix: true },
    ],
    ['/dev/urandom is good', 'rng0: source=/dev/urandom', 'pass'],
    ['none and no network boot', 'bios: ovmf\nboot: order=scsi0', 'pass'],
  ),
  ...of(
    'VM-SEC-044',
    ['a raw device', 'scsi0: /dev/sdb,size=32G', 'fail', { severity: 'low', keys: ['scsi0'], fix: false }],
    [
      'others may allocate there',
      disk,
      'fail',
      {
        keys: ['anna@pve on /storage/local-lvm'],
        world: {
          users: users('anna@pve'),
          acl: [acl('/storage/local-lvm', 'anna@pve', 'PVEDatastoreAdmin')],
        },
      },
    ],
    [
      'an administrator',
      disk,
      'pass',
      { world: { users: users('anna@pve'), acl: [acl('/', 'anna@pve', 'Administrator')] } },
    ],
    ['nobody else', disk, 'pass'],
  ),
];
