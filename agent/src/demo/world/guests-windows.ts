import type { GuestRecipe } from './recipe.ts';
import { acceptIn } from './rules.ts';

/** Windows guests, new and forgotten. */
export const windowsGuests: readonly GuestRecipe[] = [
  {
    vmid: 102,
    type: 'qemu',
    node: 'pve2',
    pool: 'infra',
    status: 'running',
    uptimeDays: 26,
    ageDays: 450,
    ips: ['10.20.110.10'],
    config: `
#Domain controller, Windows Server 2022
agent: 1
bios: ovmf
boot: order=scsi0
cores: 2
cpu: x86-64-v2-AES,flags=+pcid;+spec-ctrl;+ssbd;+md-clear
efidisk0: ceph-vm:vm-{vmid}-disk-0,efitype=4m,pre-enrolled-keys=1,size=528K
ide2: none,media=cdrom
machine: pc-q35-9.0
memory: 8192
meta: creation-qemu=9.0.2,ctime={ctime}
name: dc-01
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=110
numa: 0
onboot: 1
ostype: win11
protection: 1
scsi0: ceph-vm:vm-{vmid}-disk-1,discard=on,iothread=1,size=80G,ssd=1
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
startup: order=3
tags: critical;infra
tpmstate0: ceph-vm:vm-{vmid}-disk-2,size=4M,version=v2.0
vmgenid: 0
`,
    firewall: {
      options: { enable: '1', ipfilter: '1', log_level_in: 'info', policy_in: 'DROP' },
      rules: [
        acceptIn({ proto: 'tcp', dport: '53,88,135,389,445,464,636,3268', source: '10.20.0.0/16' }),
        acceptIn({ proto: 'udp', dport: '53,88,123,389,464', source: '10.20.0.0/16' }),
        acceptIn({ macro: 'RDP', source: '+dc/management' }),
      ],
      ipsets: { 'ipfilter-net0': { entries: [{ cidr: '{ip}' }] } },
    },
    agent: { os: 'ws2022', users: ['Administrator'], fill: 0.38 },
    load: { cpu: 0.09, memory: 0.55, shape: 'office', diskBps: 300_000, netBps: 250_000 },
    weight: 4,
  },
  {
    vmid: 103,
    type: 'qemu',
    node: 'pve2',
    pool: 'lab',
    status: 'running',
    uptimeDays: 3,
    ageDays: 270,
    ips: ['10.20.160.103'],
    config: `
#Windows 11 desktop of the design team
agent: 1
audio0: device=ich9-intel-hda,driver=spice
bios: ovmf
boot: order=scsi0;ide0
cores: 4
cpu: host
efidisk0: tank:vm-{vmid}-disk-0,efitype=4m,size=1M
ide0: nas:iso/virtio-win-0.1.271.iso,media=cdrom,size=709474K
machine: pc-q35-9.2
memory: 8192
meta: creation-qemu=9.2.0,ctime={ctime}
name: win11-design
net0: e1000e={mac},bridge=vmbr1,firewall=1,tag=160
numa: 0
ostype: win11
scsi0: tank:vm-{vmid}-disk-1,discard=on,size=128G
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
spice_enhancements: foldersharing=1,videostreaming=all
tags: dev
usb0: host=046d:c52b
usb1: spice
vga: qxl,memory=32
vmgenid: {uuid}
`,
    firewall: {
      options: { enable: '1', policy_in: 'DROP', log_level_in: 'info' },
      rules: [acceptIn({ macro: 'RDP' })],
    },
    agent: { os: 'win11', users: ['design'], fill: 0.66 },
    load: { cpu: 0.21, memory: 0.74, shape: 'office', diskBps: 1_600_000, netBps: 500_000 },
    weight: 4,
  },
  {
    vmid: 113,
    type: 'qemu',
    node: 'pve2',
    pool: 'production',
    status: 'running',
    uptimeDays: 260,
    ageDays: 2300,
    ips: ['10.20.130.53'],
    config: `
#Old ERP on Windows Server 2008 R2. Vendor is gone. DO NOT TOUCH
boot: order=ide0;ide2
cores: 1
ide0: nas:{vmid}/vm-{vmid}-disk-0.qcow2,size=80G
ide2: none,media=cdrom
keyboard: de
localtime: 1
machine: pc-i440fx-4.1
memory: 4096
name: erp-old
net0: rtl8139={mac},bridge=vmbr0
numa: 0
onboot: 1
ostype: win7
rng0: source=/dev/random
smbios1: uuid={uuid}
sockets: 2
tags: prod
vga: cirrus
vmgenid: {uuid}
`,
    runningQemu: '9.0.2',
    load: { cpu: 0.41, memory: 0.88, shape: 'office', diskBps: 1_100_000, netBps: 120_000 },
    weight: 2,
  },
  {
    vmid: 119,
    type: 'qemu',
    node: 'pve3',
    pool: 'lab',
    status: 'stopped',
    uptimeDays: null,
    ageDays: 95,
    ips: ['10.20.140.119'],
    config: `
#Windows 11 build agent, started on demand
agent: 1
bios: ovmf
boot: order=scsi0
cores: 4
cpu: x86-64-v3,flags=+pcid;+spec-ctrl;+ssbd;+md-clear
efidisk0: ceph-vm:vm-{vmid}-disk-0,efitype=4m,ms-cert=2023k,pre-enrolled-keys=1,size=528K
machine: pc-q35-10.1
memory: 12288
meta: creation-qemu=10.1.2,ctime={ctime}
name: win11-build
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=140
numa: 0
ostype: win11
scsi0: ceph-vm:vm-{vmid}-disk-1,discard=on,iothread=1,size=100G,ssd=1
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
tags: dev;lab
tpmstate0: ceph-vm:vm-{vmid}-disk-2,size=4M,version=v2.0
vmgenid: {uuid}
`,
    firewall: {
      options: { enable: '1', log_level_in: 'info' },
      rules: [acceptIn({ macro: 'RDP', source: '+dc/management' })],
    },
    load: { cpu: 0.35, memory: 0.5, shape: 'spiky', diskBps: 2_000_000, netBps: 400_000 },
    weight: 3,
  },
];
