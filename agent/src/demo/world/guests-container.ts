import type { GuestRecipe } from './recipe.ts';
import { acceptIn } from './rules.ts';

/** Containers of the lab and of teams that were left alone with root. */
export const containerGuests: readonly GuestRecipe[] = [
  {
    vmid: 201,
    type: 'lxc',
    node: 'pve1',
    pool: 'lab',
    status: 'running',
    uptimeDays: 37,
    ageDays: 330,
    ips: ['10.20.140.201'],
    config: `
#Docker host for the tools nobody wanted a VM for
arch: amd64
cores: 4
features: keyctl=1,nesting=1,fuse=1
hostname: docker-01
memory: 4096
mp0: tank:subvol-{vmid}-disk-1,mp=/var/lib/docker,size=100G
net0: name=eth0,bridge=vmbr1,firewall=1,hwaddr={mac},ip=dhcp,tag=140,type=veth
onboot: 1
ostype: debian
parent: pre_update
rootfs: tank:subvol-{vmid}-disk-0,size=16G
swap: 1024
tags: docker;lab
unprivileged: 1
`,
    snapshots: [
      {
        name: 'pre_update',
        daysAgo: 12,
        vmstate: false,
        description: 'before docker 28',
        then: { memory: '2048' },
      },
    ],
    firewall: {
      options: { enable: '1' },
      rules: [
        acceptIn({ proto: 'tcp', dport: '2375', comment: 'Docker API for the CI' }),
        acceptIn({ macro: 'Web' }),
      ],
    },
    load: { cpu: 0.19, memory: 0.77, shape: 'growing', diskBps: 1_900_000, netBps: 650_000 },
    weight: 8,
  },
  {
    vmid: 202,
    type: 'lxc',
    node: 'pve3',
    pool: 'lab',
    status: 'running',
    uptimeDays: 92,
    ageDays: 540,
    ips: ['10.20.140.202'],
    config: `
#Package builder. Needs loop mounts, hence privileged and unconfined.
arch: amd64
cores: 8
features: fuse=1,mknod=1,mount=ext4;nfs,nesting=1
hostname: build-01
memory: 8192
net0: name=eth0,bridge=vmbr1,hwaddr={mac},ip={ip}/24,tag=140,type=veth
ostype: debian
rootfs: local-lvm:vm-{vmid}-disk-0,size=120G
swap: 0
tags: dev
`,
    lxcRaw: `
lxc.apparmor.profile: unconfined
lxc.cap.drop:
lxc.cgroup2.devices.allow: a
lxc.mount.entry: /srv/cache srv/cache none bind,create=dir 0 0
`,
    load: { cpu: 0.44, memory: 0.36, shape: 'nightly', diskBps: 14_000_000, netBps: 3_000_000 },
    weight: 3,
  },
  {
    vmid: 204,
    type: 'lxc',
    node: 'pve1',
    pool: 'lab',
    status: 'running',
    uptimeDays: 55,
    ageDays: 620,
    ips: ['10.20.140.204'],
    config: `
#Media server with transcoding
arch: amd64
cmode: shell
cores: 4
dev0: /dev/dri/renderD128,gid=104
dev1: /dev/sda
entrypoint: /opt/media/start.sh
env: MEDIA_ROOT=/srv/media\0DB_PASSWORD=hunter2
hostname: media-01
memory: 4096
mp0: tank:subvol-{vmid}-disk-1,mp=/srv/media,backup=0,size=1T
net0: name=eth0,bridge=vmbr1,firewall=1,hwaddr={mac},ip={ip}/24,type=veth
onboot: 1
ostype: ubuntu
rootfs: tank:subvol-{vmid}-disk-0,size=20G
swap: 1024
tags: lab
unprivileged: 1
`,
    lxcRaw: `
lxc.idmap: u 0 0 65536
lxc.idmap: g 0 0 65536
`,
    firewall: { options: { enable: '1' }, rules: [acceptIn({ proto: 'tcp', dport: '32400' })] },
    load: { cpu: 0.28, memory: 0.49, shape: 'spiky', diskBps: 5_500_000, netBps: 9_000_000 },
    weight: 0,
  },
  {
    vmid: 206,
    type: 'lxc',
    node: 'pve3',
    pool: 'lab',
    status: 'stopped',
    uptimeDays: null,
    ageDays: 1800,
    ips: ['10.20.140.206'],
    config: `
#wiki on Ubuntu 16.04, kept for reference
arch: amd64
cores: 1
hostname: wiki-old
memory: 1024
net0: name=eth0,bridge=vmbr0,hwaddr={mac},ip=dhcp,type=veth
ostype: ubuntu
rootfs: local-lvm:vm-{vmid}-disk-0,size=10G
swap: 1024
tags: lab
unprivileged: 1
`,
    load: { cpu: 0.02, memory: 0.3, shape: 'flat', diskBps: 10_000, netBps: 5_000 },
    weight: 3,
  },
  {
    vmid: 207,
    type: 'lxc',
    node: 'pve3',
    pool: 'production',
    status: 'running',
    uptimeDays: 40,
    ageDays: 140,
    ips: ['10.20.130.207'],
    config: `
#Redis cache for the shop
arch: amd64
cores: 2
hostname: cache-01
memory: 2048
net0: name=eth0,bridge=vmbr1,firewall=1,gw=10.20.130.1,hwaddr={mac},ip={ip}/24,tag=130,type=veth
onboot: 1
ostype: alpine
protection: 1
rootfs: ceph-vm:vm-{vmid}-disk-0,size=4G
swap: 0
tags: prod
unprivileged: 1
`,
    firewall: {
      options: { enable: '1', ipfilter: '1', log_level_in: 'info', policy_in: 'DROP' },
      rules: [acceptIn({ proto: 'tcp', dport: '6379', source: '10.20.130.46', comment: 'app-01' })],
    },
    load: { cpu: 0.1, memory: 0.68, shape: 'office', diskBps: 90_000, netBps: 1_900_000 },
    weight: 10,
  },
];
