import type { GuestRecipe } from './recipe.ts';
import { acceptIn, useGroup } from './rules.ts';

/** Databases and the applications right in front of them (pool production). */
export const databaseGuests: readonly GuestRecipe[] = [
  {
    vmid: 105,
    type: 'qemu',
    node: 'pve1',
    pool: 'production',
    status: 'running',
    uptimeDays: 63,
    ageDays: 512,
    ips: ['10.20.0.45', '10.20.150.45'],
    // Set up by hand in a hurry, never reviewed: the guest that most checks are shown on.
    config: `
#Main PostgreSQL 15 for shop and billing.
#Installed by hand during the 2025 move; owner: platform team
agent: 1
boot: order=ide2;scsi0;net0
cores: 4
cpu: kvm64
ide2: local:iso/debian-12.5.0-amd64-netinst.iso,media=cdrom,size=629M
memory: 16384
meta: creation-qemu=9.0.2,ctime={ctime}
name: db-01
net0: virtio=BC:24:11:5E:01:05,bridge=vmbr0
net1: virtio=BC:24:11:5E:02:05,bridge=vmbr1,firewall=1,tag=150
numa: 0
onboot: 1
ostype: l26
parent: before-pg15
scsi0: local-lvm:vm-{vmid}-disk-0,iothread=1,size=32G
scsi1: local-lvm:vm-{vmid}-disk-1,backup=0,iothread=1,size=200G
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
tags: critical;prod
vmgenid: {uuid}
`,
    snapshots: [
      {
        name: 'before-pg15',
        daysAgo: 40,
        vmstate: true,
        description: 'before the upgrade to PostgreSQL 15',
        then: { memory: '12288' },
      },
    ],
    agent: { os: 'debian12', users: ['postgres', 'admin'], fill: 0.62 },
    runningQemu: '10.0.2',
    load: { cpu: 0.34, memory: 0.86, shape: 'office', diskBps: 9_500_000, netBps: 1_800_000 },
    weight: 3,
  },
  {
    vmid: 106,
    type: 'qemu',
    node: 'pve1',
    pool: 'production',
    status: 'running',
    uptimeDays: 9,
    ageDays: 131,
    ips: ['10.20.130.46'],
    config: `
#Shop backend. Built from template 9000, managed by Ansible.
agent: enabled=1,fstrim_cloned_disks=1
allow-ksm: 0
balloon: 4096
bios: ovmf
boot: order=scsi0
cores: 4
cpu: x86-64-v2-AES,flags=+pcid;+spec-ctrl;+ssbd;+md-clear
efidisk0: ceph-vm:vm-{vmid}-disk-0,efitype=4m,ms-cert=2023k,pre-enrolled-keys=1,size=528K
machine: q35
memory: 8192
meta: creation-qemu=10.1.2,ctime={ctime}
name: app-01
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=130
numa: 0
onboot: 1
ostype: l26
protection: 1
rng0: source=/dev/urandom
scsi0: ceph-vm:vm-{vmid}-disk-1,discard=on,iothread=1,size=40G,ssd=1
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
startup: order=20,up=30
tags: prod
vmgenid: {uuid}
`,
    firewall: {
      options: { enable: '1', ipfilter: '1', log_level_in: 'info', policy_in: 'DROP' },
      rules: [
        useGroup('linux-base'),
        acceptIn({
          proto: 'tcp',
          dport: '8080',
          source: '10.20.120.0/24',
          comment: 'from the reverse proxies',
        }),
      ],
      ipsets: { 'ipfilter-net0': { entries: [{ cidr: '{ip}' }] } },
    },
    agent: { os: 'debian13', users: [], fill: 0.31 },
    load: { cpu: 0.22, memory: 0.58, shape: 'office', diskBps: 900_000, netBps: 2_400_000 },
    weight: 10,
  },
  {
    vmid: 115,
    type: 'qemu',
    node: 'pve1',
    pool: 'production',
    status: 'running',
    uptimeDays: 121,
    ageDays: 690,
    ips: ['10.20.130.55'],
    config: `
#SQL Server for the ERP. Windows Server 2022.
agent: 1
bios: ovmf
boot: order=sata0
cores: 4
cpu: host
efidisk0: local-lvm:vm-{vmid}-disk-0,efitype=4m,pre-enrolled-keys=1,size=4M
ide2: none,media=cdrom
machine: pc-q35-8.1
memory: 16384
meta: creation-qemu=8.1.5,ctime={ctime}
name: sql-01
net0: e1000={mac},bridge=vmbr1,firewall=1,tag=130
numa: 0
onboot: 1
ostype: win11
sata0: local-lvm:vm-{vmid}-disk-1,size=120G
scsihw: virtio-scsi-pci
smbios1: uuid={uuid}
sockets: 2
tags: critical;prod
tpmstate0: local-lvm:vm-{vmid}-disk-2,size=4M,version=v1.2
vmgenid: {uuid}
`,
    firewall: {
      options: { enable: '1', policy_in: 'DROP' },
      rules: [
        acceptIn({ proto: 'tcp', dport: '1433', comment: 'SQL Server' }),
        acceptIn({ macro: 'RDP', source: '+dc/management' }),
      ],
    },
    agent: { os: 'ws2022', users: ['Administrator'], fill: 0.74 },
    runningQemu: '10.0.2',
    load: { cpu: 0.18, memory: 0.92, shape: 'office', diskBps: 4_200_000, netBps: 700_000 },
    weight: 2,
  },
  {
    vmid: 117,
    type: 'qemu',
    node: 'pve2',
    pool: 'production',
    status: 'running',
    uptimeDays: 18,
    ageDays: 97,
    ips: ['10.20.110.57'],
    config: `
#Secrets store. Sealed at boot: two operators needed to unseal.
agent: enabled=1,fstrim_cloned_disks=1
allow-ksm: 0
balloon: 0
bios: ovmf
boot: order=scsi0
cores: 2
cpu: x86-64-v2-AES,flags=+pcid;+spec-ctrl;+ssbd;+md-clear
efidisk0: ceph-vm:vm-{vmid}-disk-0,efitype=4m,ms-cert=2023k,pre-enrolled-keys=1,size=528K
machine: q35
memory: 4096
meta: creation-qemu=10.1.2,ctime={ctime}
name: vault-01
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=110
numa: 0
onboot: 1
ostype: l26
protection: 1
rng0: source=/dev/urandom
scsi0: ceph-vm:vm-{vmid}-disk-1,discard=on,iothread=1,size=24G,ssd=1
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
startup: order=5
tags: confidential;critical;prod
tpmstate0: ceph-vm:vm-{vmid}-disk-2,size=4M,version=v2.0
vmgenid: {uuid}
`,
    firewall: {
      options: { enable: '1', ipfilter: '1', log_level_in: 'info', policy_in: 'DROP', policy_out: 'DROP' },
      rules: [
        useGroup('linux-base'),
        acceptIn({ proto: 'tcp', dport: '8200', source: '+dc/servers', comment: 'API' }),
        { type: 'out', action: 'ACCEPT', enable: '1', macro: 'DNS', dest: '10.20.110.53' },
        { type: 'out', action: 'ACCEPT', enable: '1', macro: 'NTP' },
      ],
      ipsets: { 'ipfilter-net0': { entries: [{ cidr: '{ip}' }] } },
    },
    agent: { os: 'debian13', users: [], fill: 0.18 },
    load: { cpu: 0.04, memory: 0.37, shape: 'flat', diskBps: 60_000, netBps: 40_000 },
    weight: 3,
  },
  {
    vmid: 118,
    type: 'qemu',
    node: 'pve2',
    pool: 'production',
    status: 'running',
    uptimeDays: 52,
    ageDays: 340,
    ips: ['10.20.130.58'],
    config: `
#Personnel application (personal data)
agent: 1
bios: ovmf
boot: order=scsi0;ide2
cores: 2
cpu: x86-64-v2
efidisk0: tank:vm-{vmid}-disk-0,efitype=4m,pre-enrolled-keys=1,size=1M
ide2: none,media=cdrom
machine: q35
memory: 6144
meta: creation-qemu=9.2.0,ctime={ctime}
name: hr-app
net0: virtio={mac},bridge=vmbr1,firewall=1,tag=130
numa: 0
onboot: 1
ostype: l26
scsi0: tank:vm-{vmid}-disk-1,cache=writeback,discard=on,iothread=1,size=60G
scsihw: virtio-scsi-single
smbios1: uuid={uuid}
sockets: 1
tags: confidential;prod
vmgenid: {uuid}
`,
    pending: { set: { memory: '8192' }, delete: [] },
    firewall: {
      options: { enable: '0' },
      rules: [useGroup('linux-base'), acceptIn({ macro: 'HTTPS', source: '10.20.160.0/24' })],
    },
    agent: { os: 'ubuntu2204', users: ['ubuntu'], fill: 0.44 },
    load: { cpu: 0.11, memory: 0.71, shape: 'growing', diskBps: 350_000, netBps: 220_000 },
    weight: 5,
  },
];
