import type { GuestRecipe } from './recipe.ts';
import { acceptIn, useGroup } from './rules.ts';

const publicKey =
  'ssh-ed25519%20AAAAC3NzaC1lZDI1NTE5AAAAIKc9zv0o2t1c0Hk5h1o7q0m3v8oVtN2n8Xh0eQy5b8Wd%20platform%40demo.example';

// The worker was cloned by copying the configuration file, so both workers have this address.
const copiedMac = 'BC:24:11:7A:3C:19';

const worker = (name: string, mac: string, disk: string): string => `
agent: enabled=1,fstrim_cloned_disks=1
allow-ksm: 0
boot: order=scsi0
ciuser: k8s
cores: 4
cpu: x86-64-v3
ide2: ceph-vm:vm-{vmid}-cloudinit,media=cdrom,size=4M
ipconfig0: ip={ip}/24,gw=10.20.150.1
memory: 16384
meta: creation-qemu=10.0.2,ctime={ctime}
name: ${name}
nameserver: 10.20.110.53
net0: virtio=${mac},bridge=vmbr1,firewall=1,tag=150
numa: 0
onboot: 1
ostype: l26
scsi0: ${disk},discard=on,iothread=1,size=80G,ssd=1
scsihw: virtio-scsi-single
searchdomain: demo.example
serial0: socket
smbios1: uuid={uuid}
sockets: 1
sshkeys: ${publicKey}
tags: k8s;prod
vga: serial0
vmgenid: {uuid}
`;

const nodeFirewall: NonNullable<GuestRecipe['firewall']> = {
  options: { enable: '1', log_level_in: 'info', policy_in: 'DROP', ipfilter: '0' },
  rules: [useGroup('linux-base'), useGroup('kubernetes')],
};

/** A small Kubernetes cluster from the Ubuntu template, one VM per node. */
export const kubernetesGuests: readonly GuestRecipe[] = [
  {
    vmid: 108,
    type: 'qemu',
    node: 'pve1',
    pool: 'production',
    status: 'running',
    uptimeDays: 30,
    ageDays: 190,
    ips: ['10.20.150.8'],
    config: worker('k8s-cp-01', '{mac}', 'ceph-vm:base-9001-disk-0/vm-{vmid}-disk-0'),
    firewall: {
      ...nodeFirewall,
      rules: [
        ...(nodeFirewall.rules ?? []),
        acceptIn({ proto: 'tcp', dport: '6443', source: '+dc/servers' }),
      ],
    },
    agent: { os: 'ubuntu2404', users: ['k8s'], fill: 0.4 },
    load: { cpu: 0.24, memory: 0.61, shape: 'flat', diskBps: 1_200_000, netBps: 900_000 },
    weight: 4,
  },
  {
    vmid: 109,
    type: 'qemu',
    node: 'pve2',
    pool: 'production',
    status: 'running',
    uptimeDays: 30,
    ageDays: 190,
    ips: ['10.20.150.9'],
    config: worker('k8s-node-01', copiedMac, 'ceph-vm:base-9001-disk-0/vm-{vmid}-disk-0'),
    firewall: nodeFirewall,
    agent: { os: 'ubuntu2404', users: ['k8s'], fill: 0.58 },
    load: { cpu: 0.48, memory: 0.72, shape: 'office', diskBps: 2_600_000, netBps: 5_200_000 },
    weight: 8,
  },
  {
    vmid: 110,
    type: 'qemu',
    node: 'pve3',
    pool: 'production',
    status: 'running',
    uptimeDays: 12,
    ageDays: 60,
    ips: ['10.20.150.10'],
    config: worker('k8s-node-02', copiedMac, 'ceph-vm:vm-{vmid}-disk-0'),
    firewall: nodeFirewall,
    agent: { os: 'ubuntu2404', users: ['k8s'], fill: 0.52 },
    load: { cpu: 0.52, memory: 0.69, shape: 'office', diskBps: 2_400_000, netBps: 4_900_000 },
    weight: 8,
  },
];
