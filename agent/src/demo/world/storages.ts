import type { Section } from '../state.ts';
import { nodeName } from './nodes.ts';

/** Nodes that have the ZFS pool `tank`: all but every third. */
export const tankNodes = (nodeCount: number): string[] =>
  Array.from({ length: nodeCount }, (_, index) => index)
    .filter((index) => index % 3 !== 2)
    .map(nodeName);

/**
 * The storages as PVE's parsed storage configuration has them: id → properties, in file order. Types that are shared by
 * nature carry `shared: 1`, which PVE adds when it reads the file.
 */
export const generateStorages = (nodeCount: number): Record<string, Section> => ({
  local: {
    type: 'dir',
    path: '/var/lib/vz',
    content: 'backup,import,iso,snippets,vztmpl',
    'prune-backups': 'keep-all=1',
  },
  'local-lvm': { type: 'lvmthin', thinpool: 'data', vgname: 'pve', content: 'images,rootdir' },
  tank: {
    type: 'zfspool',
    pool: 'tank/vmdata',
    content: 'images,rootdir',
    mountpoint: '/tank/vmdata',
    nodes: tankNodes(nodeCount).join(','),
    sparse: '1',
  },
  nas: {
    type: 'nfs',
    export: '/export/pve',
    path: '/mnt/pve/nas',
    server: '10.20.50.5',
    content: 'backup,images,iso,snippets,vztmpl',
    options: 'vers=4.2',
    'prune-backups': 'keep-last=3',
    shared: '1',
  },
  'pbs-main': {
    type: 'pbs',
    datastore: 'main',
    server: '10.20.50.6',
    content: 'backup',
    fingerprint:
      '4c:1e:8a:07:d2:5b:93:f6:60:3e:a9:12:cd:84:77:5f:be:20:11:f3:08:6d:9a:44:c7:e1:39:52:b0:8d:6f:15',
    'prune-backups': 'keep-all=1',
    shared: '1',
    username: 'pve@pbs!cluster',
  },
  'pbs-offsite': {
    type: 'pbs',
    datastore: 'offsite',
    server: 'pbs.offsite.demo.example',
    content: 'backup',
    'encryption-key':
      '2f:9c:51:e0:77:b4:3a:d8:06:1d:c2:95:6e:fa:40:8b:13:57:ee:29:d1:0c:a3:68:94:bf:7a:05:32:e6:4d:81',
    fingerprint:
      'a0:55:3b:c9:1f:72:e4:8d:26:b8:0e:61:97:dc:43:fa:58:05:ad:3e:c6:70:19:8b:f4:2d:e7:36:91:4a:bc:0d',
    namespace: 'demo',
    'prune-backups': 'keep-all=1',
    shared: '1',
    username: 'pve@pbs!offsite',
  },
  'ceph-vm': {
    type: 'rbd',
    content: 'images,rootdir',
    krbd: '0',
    monhost: '10.20.50.21 10.20.50.22 10.20.50.23',
    pool: 'vm',
    shared: '1',
    username: 'pve',
  },
});
