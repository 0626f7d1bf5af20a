import type { GuestRecipe } from './recipe.ts';
import { acceptIn } from './rules.ts';

/** VMs of the lab: experiments, passthrough, emulation. */
export const labGuests: readonly GuestRecipe[] = [
  {
    vmid: 111,
    type: 'qemu',
    node: 'pve3',
    pool: 'lab',
    status: 'running',
    uptimeDays: 8,
    ageDays: 220,
    ips: ['10.20.140.111'],
    config: `
#GPU box for the data team. Extra arguments from a forum post.
agent: 1
args: -chardev socket,id=mon1,host=0.0.0.0,port=4444,server=on,wait=off -mon chardev=mon1,mode=readline
balloon: 0
bios: ovmf
boot: order=scsi0
cores: 8
cpu: host,hidden=1
efidisk0: local-lvm:vm-{vmid}-disk-0,size=4M
hookscript: nas:snippets/gpu-bind.sh
hostpci0: 0000:81:00,pcie=1,romfile=rtx3090.rom,x-vga=1
machine: q35
memory: 65536
meta: creation-qemu=9.2.0,ctime={ctime}
name: gpu-01
net0: virtio={mac},bridge=vmbr1,firewall=1
numa: 0
onboot: 1
ostype: l26
scsi0: local-lvm:vm-{vmid}-disk-1,cache=unsafe,discard=on,iothread=1,size=500G,ssd=1
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
tags: lab
vga: none
vmgenid: {uuid}
`,
    firewall: { options: { enable: '1' }, rules: [acceptIn({ proto: 'tcp', dport: '22,8888' })] },
    agent: { os: 'ubuntu2204', users: ['ml'], fill: 0.7 },
    load: { cpu: 0.39, memory: 0.97, shape: 'spiky', diskBps: 12_000_000, netBps: 800_000 },
    weight: 0,
  },
  {
    vmid: 114,
    type: 'qemu',
    node: 'pve1',
    pool: 'lab',
    status: 'running',
    uptimeDays: 140,
    ageDays: 360,
    ips: ['10.20.140.114'],
    config: `
boot: order=virtio0
cores: 2
cpu: qemu64
kvm: 0
memory: 2048
meta: creation-qemu=9.0.2,ctime={ctime}
name: emu-test
net0: virtio={mac},bridge=vmbr1,tag=140
ostype: l26
parallel0: /dev/parport0
serial0: /dev/ttyS1
smbios1: uuid={uuid}
sockets: 1
tags: lab
virtio0: local-lvm:vm-{vmid}-disk-0,size=10G
vmgenid: {uuid}
`,
    runningQemu: '9.2.0',
    load: { cpu: 0.93, memory: 0.4, shape: 'flat', diskBps: 5_000, netBps: 1_000 },
    weight: 1,
  },
  {
    vmid: 116,
    type: 'qemu',
    node: 'pve1',
    pool: 'lab',
    status: 'running',
    uptimeDays: 16,
    ageDays: 75,
    ips: ['10.20.140.116'],
    config: `
#Nested PVE for upgrade rehearsals; reads the lab folder of the node
agent: 1
boot: order=scsi0
cores: 4
cpu: host
ivshmem: size=32,name=lab
memory: 16384
meta: creation-qemu=10.1.2,ctime={ctime}
name: pve-nested
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=140
numa: 0
ostype: l26
scsi0: tank:vm-{vmid}-disk-0,discard=on,iothread=1,size=100G
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
tags: lab;nested
vga: std,clipboard=vnc
virtiofs0: lab-share,cache=auto
vmgenid: {uuid}
`,
    firewall: { options: { enable: '1', log_level_in: 'info', ipfilter: '0', macfilter: '0' }, rules: [] },
    agent: { os: 'debian13', users: ['root'], fill: 0.24 },
    load: { cpu: 0.12, memory: 0.64, shape: 'office', diskBps: 400_000, netBps: 90_000 },
    weight: 0,
  },
  {
    vmid: 120,
    type: 'qemu',
    node: 'pve3',
    pool: 'lab',
    status: 'paused',
    uptimeDays: 11,
    ageDays: 48,
    ips: ['10.20.140.120'],
    config: `
#CI runner
agent: 1
boot: order=scsi0
ciuser: root
cores: 8
cpu: host,flags=-nested-virt
ide2: nas:{vmid}/vm-{vmid}-cloudinit.qcow2,media=cdrom,size=4M
ipconfig0: ip=dhcp
memory: 8192
meta: creation-qemu=10.1.2,ctime={ctime}
name: ci-runner-01
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=140
numa: 0
ostype: l26
scsi0: nas:9000/base-9000-disk-0.qcow2/{vmid}/vm-{vmid}-disk-0.qcow2,discard=on,iothread=1,size=60G
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
tags: dev;ephemeral;lab
vmgenid: {uuid}
`,
    firewall: { options: { enable: '1', log_level_in: 'info' }, rules: [] },
    load: { cpu: 0.62, memory: 0.45, shape: 'spiky', diskBps: 6_000_000, netBps: 2_500_000 },
    weight: 4,
  },
];
