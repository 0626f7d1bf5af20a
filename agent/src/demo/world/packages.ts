import type { NodeState } from '../state.ts';

export const PVE_VERSION = '9.1.11';
export const KERNEL = '6.17.13-2-pve';
/** Upstream version of the installed `pve-qemu-kvm`: what a freshly started VM runs. */
export const QEMU_VERSION = '10.1.2';

const installed = {
  'proxmox-ve': '9.1.0',
  'pve-manager': PVE_VERSION,
  'proxmox-kernel-helper': '9.0.4',
  'proxmox-kernel-6.17': '6.17.13-2',
  'proxmox-kernel-6.17.13-2-pve-signed': '6.17.13-2',
  'ceph-fuse': '19.2.3-pve1',
  corosync: '3.1.9-pve2',
  criu: '4.1.1-1',
  'frr-pythontools': '10.3.1-1+pve4',
  ifupdown2: '3.3.0-1+pmx11',
  'ksm-control-daemon': '1.5-1',
  'libjs-extjs': '7.0.0-5',
  'libproxmox-acme-perl': '1.7.0',
  'libproxmox-backup-qemu0': '2.0.2',
  'libproxmox-rs-perl': '0.4.1',
  'libpve-access-control': '9.0.6',
  'libpve-apiclient-perl': '3.4.2',
  'libpve-cluster-api-perl': '9.1.2',
  'libpve-cluster-perl': '9.1.2',
  'libpve-common-perl': '9.1.10',
  'libpve-guest-common-perl': '6.0.2',
  'libpve-http-server-perl': '6.0.5',
  'libpve-network-perl': '1.2.5',
  'libpve-rs-perl': '0.11.4',
  'libpve-storage-perl': '9.1.2',
  'lxc-pve': '6.0.5-3',
  lxcfs: '6.0.4-pve1',
  'novnc-pve': '1.6.0-3',
  'proxmox-backup-client': '4.1.2-1',
  'proxmox-backup-file-restore': '4.1.2-1',
  'proxmox-firewall': '1.2.1',
  'proxmox-mail-forward': '1.0.2',
  'proxmox-widget-toolkit': '5.1.5',
  'pve-cluster': '9.1.2',
  'pve-container': '6.1.3',
  'pve-docs': '9.1.2',
  'pve-edk2-firmware': '4.2025.05-2',
  'pve-esxi-import-tools': '1.0.1',
  'pve-firewall': '6.0.4',
  'pve-firmware': '3.17-2',
  'pve-ha-manager': '5.1.3',
  'pve-i18n': '3.6.6',
  'pve-qemu-kvm': `${QEMU_VERSION}-5`,
  'pve-xtermjs': '5.5.0-3',
  'qemu-server': '9.1.7',
  smartmontools: '7.4-pve1',
  spiceterm: '3.4.1',
  swtpm: '0.8.0+pve3',
  vncterm: '1.9.1',
  'zfsutils-linux': '2.4.0-pve1',
};

const available: readonly (readonly [name: string, version: string, title: string, origin?: string])[] = [
  ['pve-manager', '9.1.19', 'Proxmox Virtual Environment Management Tools'],
  ['pve-qemu-kvm', '10.1.2-7', 'Full virtualization on x86 hardware'],
  ['qemu-server', '9.1.15', 'Qemu Server Tools'],
  ['pve-container', '6.1.10', 'Proxmox VE Container management tool'],
  ['libpve-storage-perl', '9.1.6', 'Proxmox VE storage management library'],
  ['libpve-access-control', '9.1.1', 'Proxmox VE access control library'],
  ['proxmox-kernel-6.17', '6.17.13-4', 'Latest Proxmox Kernel Image'],
  [
    'openssh-server',
    '1:10.0p1-7+deb13u1',
    'secure shell (SSH) server, for secure access from remote machines',
    'Debian',
  ],
  ['libssl3t64', '3.5.5-1~deb13u1', 'Secure Sockets Layer toolkit - shared libraries', 'Debian'],
];

const debianInstalled: Readonly<Record<string, string>> = {
  'openssh-server': '1:10.0p1-7',
  libssl3t64: '3.5.1-1',
};

/** Packages as `GET /nodes/{node}/apt/versions` lists them: name → installed version. */
export const installedPackages = (): Record<string, string> => ({ ...installed });

/** Updates that the last `apt update` found. */
export const pendingUpdates = (): NodeState['updates'] =>
  available.map(([name, version, title, origin = 'Proxmox']) => ({
    package: name,
    oldVersion: Object.entries(installed).find(([key]) => key === name)?.[1] ?? debianInstalled[name] ?? '',
    version,
    origin,
    title,
  }));
