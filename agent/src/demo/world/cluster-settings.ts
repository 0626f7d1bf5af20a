import type { DemoState, Section } from '../state.ts';

/** `/etc/pve/datacenter.cfg`, as PVE's API gives it. */
export const datacenterSettings = (): Section => ({
  crs: 'ha=static,ha-rebalance-on-start=1',
  keyboard: 'de',
  max_workers: '4',
  migration: 'type=secure,network=10.20.50.0/24',
  'next-id': 'lower=100,upper=9999999',
  'registered-tags': 'confidential;critical;prod',
  'tag-style': 'color-map=critical:d32f2f:ffffff;prod:1976d2:ffffff,shape=full',
});

/** Mapped devices and folders. Guests of the lab share a folder that lies on the node's own storage. */
export const generateMappings = (): DemoState['mappings'] => ({
  pci: {
    hba: [
      {
        node: 'pve3',
        path: '0000:41:00.0',
        id: '1000:0097',
        'subsystem-id': '1000:30e0',
        iommugroup: '23',
      },
    ],
  },
  usb: { zigbee: [{ node: 'pve1', id: '10c4:ea60', path: '1-4' }] },
  dir: { 'lab-share': [{ node: 'pve1', path: '/var/lib/vz/lab' }] },
});

/** Targets and matchers; the matcher for errors goes to a mailbox that nobody reads. */
export const generateNotifications = (): DemoState['notifications'] => ({
  endpoints: [
    {
      type: 'sendmail',
      name: 'mail-to-root',
      'mailto-user': 'root@pam',
      comment: "Send mails to root@pam's email address",
      origin: 'builtin',
    },
    {
      type: 'gotify',
      name: 'ops-gotify',
      server: 'https://gotify.demo.example',
      origin: 'user-created',
    },
  ],
  matchers: [
    {
      name: 'default-matcher',
      mode: 'all',
      target: 'mail-to-root',
      comment: 'Route all notifications to mail-to-root',
      origin: 'modified-builtin',
    },
    {
      name: 'errors',
      mode: 'all',
      'match-severity': 'error',
      target: 'ops-gotify',
      origin: 'user-created',
    },
  ],
});

/** High availability: resources and the rules of PVE 9. */
export const generateHa = (): Pick<DemoState, 'haResources' | 'haRules' | 'haGroups'> => ({
  haResources: {
    'vm:102': { type: 'vm', state: 'started', comment: 'domain controller' },
    'vm:106': { type: 'vm', state: 'started', max_restart: '2' },
    'vm:108': { type: 'vm', state: 'started' },
    'vm:109': { type: 'vm', state: 'started' },
    'ct:200': { type: 'ct', state: 'started' },
    'ct:207': { type: 'ct', state: 'ignored', comment: 'paused during maintenance' },
  },
  haRules: {
    'app-near-db': { type: 'node-affinity', resources: 'vm:106', nodes: 'pve1:2,pve2:1', strict: '0' },
    'k8s-apart': { type: 'resource-affinity', affinity: 'negative', resources: 'vm:108,vm:109' },
  },
  haGroups: {},
});

/** Storage replication, with what its last runs left. */
export const generateReplication = (now: number): Pick<DemoState, 'replication' | 'replicationRuns'> => ({
  replication: {
    '101-0': { type: 'local', guest: '101', target: 'pve2', schedule: '*/15', comment: 'resolver' },
    '118-0': { type: 'local', guest: '118', target: 'pve1', schedule: '*/30', rate: '50' },
  },
  replicationRuns: {
    '101-0': {
      lastTry: now - (now % 900) + 3,
      lastSync: now - (now % 900) + 3,
      duration: 3.412,
      failCount: 0,
      log: [
        'start replication job',
        "create snapshot '__replicate_101-0__' on tank:subvol-101-disk-0",
        'end replication job',
      ],
    },
    '118-0': {
      lastTry: now - (now % 1800) + 5,
      lastSync: now - 9 * 86_400,
      duration: 1.105,
      failCount: 41,
      error: "command 'zfs recv -F -- tank/vmdata/vm-118-disk-1' failed: exit code 1",
      log: [
        'start replication job',
        'cannot receive incremental stream: destination has been modified',
        'end replication job with error',
      ],
    },
  },
});
