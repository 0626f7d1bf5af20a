/** What a storage type may hold and which options it takes, from the plugins of pve-storage. */
export interface StoragePlugin {
  readonly content: readonly string[];
  readonly defaultContent: string;
  /** Image formats, the default first. */
  readonly formats: readonly string[];
  /** Options that creation needs and later calls may not change. */
  readonly fixed: readonly string[];
  /** Fixed, but may be left out. */
  readonly fixedOptional?: readonly string[];
  readonly optional: readonly string[];
  /** Kept in a file of their own under /etc/pve/priv and never answered in the clear. */
  readonly sensitive?: readonly string[];
}

const files = ['images', 'rootdir', 'vztmpl', 'iso', 'backup', 'snippets', 'import'];
const common = ['nodes', 'disable', 'content'];
const folder = ['mkdir', 'create-base-path', 'create-subdirs'];
const backups = ['prune-backups', 'max-protected-backups'];

const dir: StoragePlugin = {
  content: [...files, 'none'],
  defaultContent: 'images,rootdir',
  formats: ['raw', 'qcow2', 'vmdk', 'subvol'],
  fixed: ['path'],
  fixedOptional: ['snapshot-as-volume-chain'],
  optional: [
    ...common,
    ...folder,
    ...backups,
    'content-dirs',
    'shared',
    'format',
    'is_mountpoint',
    'bwlimit',
    'preallocation',
  ],
};

/** Types that the demo can be given, by name. */
export const storagePlugins: Readonly<Record<string, StoragePlugin>> = {
  dir,
  btrfs: { ...dir, formats: ['raw', 'subvol'], fixedOptional: [], optional: [...dir.optional, 'nocow'] },
  nfs: {
    content: files,
    defaultContent: 'images',
    formats: ['raw', 'qcow2', 'vmdk'],
    fixed: ['path', 'server', 'export'],
    fixedOptional: ['snapshot-as-volume-chain'],
    optional: [
      ...common,
      ...folder,
      ...backups,
      'content-dirs',
      'options',
      'format',
      'bwlimit',
      'preallocation',
    ],
  },
  cifs: {
    content: files,
    defaultContent: 'images',
    formats: ['raw', 'qcow2', 'vmdk'],
    fixed: ['path', 'server', 'share'],
    fixedOptional: ['snapshot-as-volume-chain'],
    optional: [
      ...common,
      ...folder,
      ...backups,
      'content-dirs',
      'subdir',
      'format',
      'username',
      'password',
      'domain',
      'smbversion',
      'bwlimit',
      'preallocation',
      'options',
    ],
    sensitive: ['password'],
  },
  lvm: {
    content: ['images', 'rootdir'],
    defaultContent: 'images',
    formats: ['raw', 'qcow2'],
    fixed: ['vgname'],
    fixedOptional: ['base'],
    optional: [
      ...common,
      'shared',
      'saferemove',
      'saferemove-stepsize',
      'saferemove_throughput',
      'tagged_only',
      'bwlimit',
      'snapshot-as-volume-chain',
    ],
  },
  lvmthin: {
    content: ['images', 'rootdir'],
    defaultContent: 'images,rootdir',
    formats: ['raw'],
    fixed: ['thinpool', 'vgname'],
    optional: [...common, 'bwlimit'],
  },
  zfspool: {
    content: ['images', 'rootdir'],
    defaultContent: 'images,rootdir',
    formats: ['raw', 'subvol'],
    fixed: ['pool'],
    optional: [...common, 'blocksize', 'sparse', 'bwlimit', 'mountpoint'],
  },
  pbs: {
    content: ['backup', 'none'],
    defaultContent: 'backup',
    formats: ['pbs-vm', 'pbs-ct'],
    fixed: ['server', 'datastore'],
    optional: [
      ...common,
      ...backups,
      'namespace',
      'port',
      'username',
      'password',
      'encryption-key',
      'master-pubkey',
      'fingerprint',
    ],
    sensitive: ['password', 'encryption-key', 'master-pubkey'],
  },
  rbd: {
    content: ['images', 'rootdir'],
    defaultContent: 'images',
    formats: ['raw'],
    fixed: [],
    optional: [
      ...common,
      'monhost',
      'pool',
      'data-pool',
      'namespace',
      'username',
      'krbd',
      'keyring',
      'bwlimit',
    ],
    sensitive: ['keyring'],
  },
  cephfs: {
    content: ['vztmpl', 'iso', 'backup', 'snippets', 'import'],
    defaultContent: 'backup',
    formats: [],
    fixed: ['path'],
    optional: [
      ...common,
      ...folder,
      ...backups,
      'content-dirs',
      'monhost',
      'subdir',
      'options',
      'username',
      'format',
      'fuse',
      'bwlimit',
      'keyring',
      'fs-name',
    ],
    sensitive: ['keyring'],
  },
  iscsi: {
    content: ['images', 'none'],
    defaultContent: 'images',
    formats: ['raw'],
    fixed: ['portal', 'target'],
    optional: [...common, 'bwlimit'],
  },
};

/** The path that PVE mounts a network storage at when none is given. */
export const defaultPath = (type: string, id: string): string | undefined =>
  ['nfs', 'cifs', 'cephfs'].includes(type) ? `/mnt/pve/${id}` : undefined;
