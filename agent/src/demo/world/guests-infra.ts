import type { GuestRecipe } from './recipe.ts';
import { acceptIn, disabled, useGroup } from './rules.ts';

/** Name service, directory, files, monitoring (pool infra). */
export const infraGuests: readonly GuestRecipe[] = [
  {
    vmid: 101,
    type: 'lxc',
    node: 'pve1',
    pool: 'infra',
    status: 'running',
    uptimeDays: 14,
    ageDays: 210,
    ips: ['10.20.110.53'],
    config: `
#Resolver (unbound). Replicated to pve2 every 15 minutes.
arch: amd64
cores: 1
features: nesting=1
hostname: dns-01
memory: 512
nameserver: 127.0.0.1
net0: name=eth0,bridge=vmbr1,firewall=1,gw=10.20.110.1,hwaddr={mac},ip={ip}/24,tag=110,type=veth
onboot: 1
ostype: debian
protection: 1
rootfs: tank:subvol-{vmid}-disk-0,size=4G
startup: order=2
swap: 256
tags: critical;infra
unprivileged: 1
`,
    firewall: {
      options: { enable: '1', ipfilter: '1', log_level_in: 'info' },
      rules: [useGroup('linux-base'), acceptIn({ macro: 'DNS', source: '10.20.0.0/16' })],
    },
    load: { cpu: 0.03, memory: 0.22, shape: 'flat', diskBps: 20_000, netBps: 60_000 },
    weight: 8,
  },
  {
    vmid: 112,
    type: 'qemu',
    node: 'pve3',
    pool: 'infra',
    status: 'running',
    uptimeDays: 76,
    ageDays: 730,
    ips: ['10.20.110.62'],
    config: `
#Storage appliance: owns two disks of pve3 directly and the HBA by mapping.
agent: 1
bios: ovmf
boot: order=scsi0
cores: 4
cpu: host
efidisk0: local-lvm:vm-{vmid}-disk-0,efitype=4m,size=4M
hostpci0: mapping=hba,pcie=1
machine: q35
memory: 16384
meta: creation-qemu=8.1.5,ctime={ctime}
name: nas-01
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=110
numa: 0
onboot: 1
ostype: l26
scsi0: local-lvm:vm-{vmid}-disk-1,discard=on,iothread=1,size=32G,ssd=1
scsi1: /dev/disk/by-id/ata-ST8000VN004-3CP101_WRQ0AB12,backup=0,size=7814026584K
scsi2: /dev/disk/by-id/ata-ST8000VN004-3CP101_WRQ0AB77,backup=0,size=7814026584K
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
tags: critical;infra
vmgenid: {uuid}
`,
    firewall: {
      options: { enable: '1', log_level_in: 'info', radv: '1', policy_in: 'DROP' },
      rules: [useGroup('linux-base'), acceptIn({ proto: 'tcp', dport: '2049', source: '+dc/servers' })],
    },
    agent: { os: 'debian12', users: [], fill: 0.36 },
    load: { cpu: 0.16, memory: 0.9, shape: 'nightly', diskBps: 38_000_000, netBps: 24_000_000 },
    weight: 0,
  },
  {
    vmid: 203,
    type: 'lxc',
    node: 'pve2',
    pool: 'infra',
    status: 'running',
    uptimeDays: 64,
    ageDays: 880,
    ips: ['10.20.110.203'],
    config: `
#File shares (Samba). uid 1000 is mapped through for the shares.
arch: amd64
cores: 2
features: nesting=1,mount=nfs;cifs
hostname: files-01
memory: 2048
mp0: /mnt/bindmounts/shares,mp=/srv/shares
mp1: tank:subvol-{vmid}-disk-1,mp=/srv/archive,size=500G
mp2: /etc/ssl/private,mp=/etc/ssl/host,ro=1
net0: name=eth0,bridge=vmbr1,hwaddr={mac},ip=dhcp,type=veth
onboot: 1
ostype: debian
rootfs: tank:subvol-{vmid}-disk-0,size=8G
swap: 512
tags: infra
unprivileged: 1
`,
    lxcRaw: `
lxc.idmap: u 0 100000 1000
lxc.idmap: g 0 100000 1000
lxc.idmap: u 1000 1000 1
lxc.idmap: g 1000 1000 1
lxc.idmap: u 1001 101001 64535
lxc.idmap: g 1001 101001 64535
`,
    load: { cpu: 0.08, memory: 0.52, shape: 'office', diskBps: 2_700_000, netBps: 3_100_000 },
    weight: 0,
  },
  {
    vmid: 205,
    type: 'lxc',
    node: 'pve1',
    pool: 'infra',
    status: 'running',
    uptimeDays: 5,
    ageDays: 300,
    ips: ['10.20.110.205'],
    config: `
#Prometheus and Grafana
arch: amd64
debug: 1
features: nesting=1
hostname: monitor-01
hookscript: local:snippets/notify-start.sh
memory: 1024
mp0: local-lvm:vm-{vmid}-disk-1,mp=/var/lib/prometheus,backup=1,mountoptions=nodev;nosuid,size=80G
net0: name=eth0,bridge=vmbr1,firewall=1,gw=10.20.110.1,hwaddr={mac},ip={ip}/24,tag=110,type=veth
onboot: 1
ostype: debian
protection: 1
rootfs: local-lvm:vm-{vmid}-disk-0,size=8G
swap: 8192
tags: infra
unprivileged: 1
`,
    firewall: {
      options: { enable: '0' },
      rules: [disabled(acceptIn({ proto: 'tcp', dport: '3000', source: '10.20.160.0/24' }))],
    },
    load: { cpu: 0.05, memory: 0.83, shape: 'growing', diskBps: 3_300_000, netBps: 1_100_000 },
    weight: 3,
  },
];
