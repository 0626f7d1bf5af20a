import type { GuestRecipe } from './recipe.ts';
import { acceptIn, acceptOut, useGroup } from './rules.ts';

/** Everything with a leg in the DMZ or the internet. */
export const edgeGuests: readonly GuestRecipe[] = [
  {
    vmid: 100,
    type: 'qemu',
    node: 'pve1',
    pool: 'infra',
    status: 'running',
    uptimeDays: 118,
    ageDays: 820,
    ips: ['10.20.0.1'],
    config: `
#Perimeter firewall (OPNsense). Router: PVE's filters stay off here on purpose.
acpi: 1
boot: order=scsi0
cores: 4
cpu: host
machine: q35
memory: 4096
meta: creation-qemu=8.1.2,ctime={ctime}
name: fw-01
net0: virtio={mac},bridge=vmbr0
net1: virtio={mac},bridge=vmbr1,queues=4,trunks=110;120;130;140;150;160
numa: 0
onboot: 1
ostype: other
protection: 1
rng0: source=/dev/urandom
scsi0: local-lvm:vm-{vmid}-disk-0,discard=on,iothread=1,size=20G,ssd=1
scsihw: virtio-scsi-single
serial0: socket
smbios1: uuid={uuid}
sockets: 1
startup: order=1,up=60
tags: critical;infra;router
vmgenid: {uuid}
`,
    firewall: { options: { enable: '0', macfilter: '0', policy_in: 'ACCEPT', radv: '1' } },
    load: { cpu: 0.27, memory: 0.44, shape: 'office', diskBps: 40_000, netBps: 28_000_000 },
    weight: 0,
  },
  {
    vmid: 104,
    type: 'qemu',
    node: 'pve2',
    pool: 'production',
    status: 'running',
    uptimeDays: 33,
    ageDays: 405,
    ips: ['10.20.120.44'],
    config: `
#Public web server.
agent: 1
boot: order=scsi0
cores: 2
cpu: x86-64-v2-AES
memory: 4096
meta: creation-qemu=9.0.2,ctime={ctime}
name: web-01
net0: e1000={mac},bridge=vmbr1,firewall=1,tag=120
numa: 0
onboot: 1
ostype: l26
scsi0: ceph-vm:vm-{vmid}-disk-0,discard=on,iothread=1,size=32G,ssd=1
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
tags: dmz;internet;prod
vmgenid: {uuid}
`,
    firewall: {
      options: { enable: '1', policy_in: 'ACCEPT' },
      rules: [
        acceptIn({ macro: 'Web' }),
        acceptIn({ macro: 'SSH', comment: 'temporary, for the migration' }),
        acceptIn({ proto: 'tcp', dport: '9100', source: '10.20.110.0/24', comment: 'node exporter' }),
      ],
    },
    agent: { os: 'debian12', users: ['deploy'], fill: 0.55 },
    load: { cpu: 0.31, memory: 0.63, shape: 'spiky', diskBps: 500_000, netBps: 6_500_000 },
    weight: 8,
  },
  {
    vmid: 107,
    type: 'qemu',
    node: 'pve2',
    pool: 'production',
    status: 'running',
    uptimeDays: 47,
    ageDays: 1390,
    ips: ['10.20.120.47'],
    config: `
#Mail relay. Still on Debian 10, waiting for the new appliance.
agent: 1
boot: order=scsi0
cicustom: user=local:snippets/mail-user.yaml
cipassword: $5$Vb7Q2kqe$7mC1ZgM0a4e0o7p0yYHh7yq9nNQhKk8c1i9b1q9V3m8
ciuser: root
cores: 2
cpu: kvm64,flags=+aes
ide2: local-lvm:vm-{vmid}-cloudinit,media=cdrom,size=4M
ipconfig0: ip={ip}/24,gw=10.20.120.1
machine: pc-i440fx-5.2
memory: 4096
meta: creation-qemu=6.1.0,ctime={ctime}
name: mail-01
nameserver: 10.20.110.53
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=120
numa: 0
onboot: 1
ostype: l26
scsi0: local-lvm:vm-{vmid}-disk-0,size=50G
scsihw: virtio-scsi-pci
searchdomain: demo.example
smbios1: uuid={uuid}
sockets: 1
tags: dmz;internet;prod
vmgenid: {uuid}
`,
    firewall: {
      options: {
        enable: '1',
        ipfilter: '0',
        macfilter: '0',
        policy_in: 'DROP',
        log_level_in: 'nolog',
        policy_out: 'DROP',
      },
      rules: [
        acceptIn({ macro: 'SMTP' }),
        acceptIn({ macro: 'SMTPS' }),
        acceptIn({ macro: 'SSH', source: '+dc/management' }),
        acceptOut({ macro: 'SMTP' }),
        acceptOut({ macro: 'DNS', dest: '10.20.110.53' }),
        acceptOut({ proto: 'udp', sport: '67', comment: 'left over from the old DHCP relay' }),
      ],
    },
    agent: { os: 'debian10', users: ['root'], fill: 0.81 },
    load: { cpu: 0.12, memory: 0.48, shape: 'office', diskBps: 800_000, netBps: 900_000 },
    weight: 3,
  },
  {
    vmid: 200,
    type: 'lxc',
    node: 'pve2',
    pool: 'production',
    status: 'running',
    uptimeDays: 21,
    ageDays: 164,
    ips: ['10.20.120.200'],
    config: `
#Reverse proxy (Caddy).
arch: amd64
cores: 2
features: nesting=1
hostname: proxy-01
memory: 1024
nameserver: 10.20.110.53
net0: name=eth0,bridge=vmbr1,firewall=1,gw=10.20.120.1,hwaddr={mac},ip={ip}/24,tag=120,type=veth
onboot: 1
ostype: debian
protection: 1
rootfs: ceph-vm:vm-{vmid}-disk-0,size=8G
startup: order=10
swap: 512
tags: dmz;internet;prod
unprivileged: 1
`,
    firewall: {
      options: { enable: '1', ipfilter: '1', log_level_in: 'info', policy_in: 'DROP', policy_out: 'DROP' },
      rules: [
        acceptIn({ macro: 'Web' }),
        acceptIn({ macro: 'SSH', source: '+dc/management' }),
        acceptOut({ proto: 'tcp', dport: '8080', dest: '10.20.130.0/24', comment: 'to the applications' }),
        acceptOut({ macro: 'DNS', dest: '10.20.110.53' }),
        acceptOut({ macro: 'Web', comment: 'certificates and updates' }),
      ],
    },
    load: { cpu: 0.14, memory: 0.41, shape: 'spiky', diskBps: 120_000, netBps: 7_000_000 },
    weight: 10,
  },
  {
    vmid: 209,
    type: 'lxc',
    node: 'pve3',
    pool: 'production',
    status: 'running',
    uptimeDays: 88,
    ageDays: 610,
    ips: ['10.20.0.209'],
    config: `
#FTP drop for suppliers; to be replaced
arch: amd64
cores: 1
hostname: ftp-01
memory: 512
net0: name=eth0,bridge=vmbr0,gw=10.20.0.1,hwaddr={mac},ip={ip}/24,type=veth
onboot: 1
ostype: ubuntu
rootfs: local-lvm:vm-{vmid}-disk-0,size=20G
swap: 512
tags: internet;prod
`,
    firewall: {
      options: { enable: '1', policy_in: 'ACCEPT', macfilter: '0' },
      rules: [useGroup('linux-base'), acceptIn({ proto: 'tcp', dport: '21,22' })],
    },
    load: { cpu: 0.05, memory: 0.35, shape: 'nightly', diskBps: 250_000, netBps: 450_000 },
    weight: 2,
  },
];
