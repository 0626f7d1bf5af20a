import type { GuestRecipe } from './recipe.ts';

const idle = { cpu: 0, memory: 0, shape: 'flat', diskBps: 0, netBps: 0 } as const;

/** Templates that others are cloned from. */
export const templateGuests: readonly GuestRecipe[] = [
  {
    vmid: 9000,
    type: 'qemu',
    node: 'pve3',
    pool: 'infra',
    status: 'stopped',
    uptimeDays: null,
    ageDays: 160,
    ips: [],
    config: `
#Debian 13 cloud image
agent: 1
boot: order=scsi0
cores: 2
cpu: x86-64-v2-AES
ide2: nas:{vmid}/vm-{vmid}-cloudinit.qcow2,media=cdrom
memory: 2048
meta: creation-qemu=10.1.2,ctime={ctime}
name: debian-13-template
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=140
ostype: l26
scsi0: nas:{vmid}/base-{vmid}-disk-0.qcow2,discard=on,iothread=1,size=10G
scsihw: virtio-scsi-single
serial0: socket
smbios1: uuid={uuid}
tags: template
template: 1
vga: serial0
vmgenid: {uuid}
`,
    load: idle,
    weight: 0,
  },
  {
    vmid: 9001,
    type: 'qemu',
    node: 'pve1',
    pool: 'infra',
    status: 'stopped',
    uptimeDays: null,
    ageDays: 230,
    ips: [],
    config: `
#Ubuntu 24.04 cloud image for Kubernetes
agent: enabled=1,fstrim_cloned_disks=1
boot: order=scsi0
ciuser: k8s
cores: 4
cpu: x86-64-v3
ide2: ceph-vm:vm-{vmid}-cloudinit,media=cdrom
memory: 4096
meta: creation-qemu=10.0.2,ctime={ctime}
name: ubuntu-2404-k8s
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=150
ostype: l26
protection: 1
scsi0: ceph-vm:base-{vmid}-disk-0,discard=on,iothread=1,size=20G,ssd=1
scsihw: virtio-scsi-single
serial0: socket
smbios1: uuid={uuid}
tags: k8s;template
template: 1
vga: serial0
vmgenid: {uuid}
`,
    load: idle,
    weight: 0,
  },
  {
    vmid: 9002,
    type: 'lxc',
    node: 'pve2',
    pool: 'infra',
    status: 'stopped',
    uptimeDays: null,
    ageDays: 120,
    ips: [],
    config: `
#Debian 13 base container
arch: amd64
cores: 1
features: nesting=1
hostname: ct-debian-13
memory: 512
net0: name=eth0,bridge=vmbr1,firewall=1,hwaddr={mac},ip=dhcp,tag=140,type=veth
ostype: debian
protection: 1
rootfs: tank:basevol-{vmid}-disk-0,size=4G
swap: 512
tags: template
template: 1
unprivileged: 1
`,
    load: idle,
    weight: 0,
  },
];
