import { of, type Case } from './cases.ts';
import { rule, twoTenants, unixNow, vmid } from './world.ts';

const un = 'unprivileged: 1\nostype: debian';
const nic = 'net0: name=eth0,bridge=vmbr1,hwaddr=BC:24:11:AA:BB:CC,ip=10.0.20.5/24,tag=20,type=veth';
const walled = `${nic},firewall=1`;
const good = { options: { enable: '1', log_level_in: 'info' } };

/** CT-SEC-012 to 024. */
export const containerCases: readonly Case[] = [
  ...of(
    'CT-SEC-012',
    ['a NIC outside', `${un}\n${nic}`, 'fail', { severity: 'medium', keys: ['net0'], fix: true }],
    ['the firewall off', `${un}\n${walled}`, 'fail', { severity: 'high', keys: ['enable'], fix: false }],
    [
      'ACCEPT and macfilter off',
      `${un}\n${walled}`,
      'fail',
      {
        severity: 'medium',
        keys: ['policy_in', 'macfilter'],
        world: { firewall: { options: { ...good.options, policy_in: 'ACCEPT', macfilter: '0' } } },
      },
    ],
    [
      'a broad rule',
      `${un}\n${walled}`,
      'fail',
      {
        severity: 'high',
        keys: ['IN RDP(ACCEPT)'],
        world: { firewall: { ...good, rules: [rule({ type: 'in', action: 'ACCEPT', macro: 'RDP' })] } },
      },
    ],
    [
      'nothing logged',
      `${un}\n${walled}`,
      'fail',
      {
        severity: 'info',
        keys: ['log_level_in'],
        fix: true,
        world: { firewall: { options: { enable: '1' } } },
      },
    ],
    ['all well', `${un}\n${walled}`, 'pass', { world: { firewall: good } }],
    ['a router', `${un}\n${nic}`, 'accepted', { world: { tags: ['router'] } }],
    [
      'mended, waiting for a restart',
      `${un}\n${nic}\n[pve:pending]\n${walled}`,
      'fixed-pending-restart',
      { world: { firewall: good } },
    ],
  ),
  ...of(
    'CT-SEC-013',
    [
      'static addresses',
      `${un}\n${walled}`,
      'fail',
      { severity: 'low', keys: ['ipfilter'], fix: true, world: { firewall: good } },
    ],
    [
      'several tenants',
      `${un}\n${walled}`,
      'fail',
      { severity: 'medium', world: { ...twoTenants, firewall: good } },
    ],
    [
      'DHCP, address not known',
      `${un}\nnet0: name=eth0,bridge=vmbr1,firewall=1,hwaddr=BC:24:11:AA:BB:CC,ip=dhcp`,
      'fail',
      { fix: false, world: { firewall: good } },
    ],
    [
      'DHCP, address reported',
      `${un}\nnet0: name=eth0,bridge=vmbr1,firewall=1,hwaddr=BC:24:11:AA:BB:CC,ip=dhcp`,
      'fail',
      { fix: true, world: { firewall: good, addresses: { 'BC:24:11:AA:BB:CC': ['10.0.20.9'] } } },
    ],
    ['on', `${un}\n${walled}`, 'pass', { world: { firewall: { options: { enable: '1', ipfilter: '1' } } } }],
    ['firewall off', `${un}\n${walled}`, 'na'],
    ['no NIC attached', `${un}\n${nic}`, 'na', { world: { firewall: good } }],
  ),
  ...of(
    'CT-SEC-014',
    [
      'on the management bridge',
      `${un}\nnet0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:AA:BB:CC,ip=dhcp`,
      'fail',
      { severity: 'high', keys: ['net0'], fix: false },
    ],
    [
      'every VLAN',
      `${un}\nnet0: name=eth0,bridge=vmbr2,hwaddr=BC:24:11:AA:BB:CC,ip=dhcp`,
      'fail',
      { severity: 'medium' },
    ],
    [
      'a MAC address twice',
      `${un}\n${nic}`,
      'fail',
      {
        severity: 'high',
        world: {
          guestNics: [
            { vmid: vmid + 1, template: false, mac: 'BC:24:11:AA:BB:CC', bridge: 'vmbr1', tag: 20 },
          ],
        },
      },
    ],
    ['all well', `${un}\n${nic}`, 'pass'],
    ['no NIC', un, 'na'],
    [
      'a router',
      `${un}\nnet0: name=eth0,bridge=vmbr2,hwaddr=BC:24:11:AA:BB:CC,ip=dhcp`,
      'accepted',
      { world: { tags: ['router'] } },
    ],
  ),
  ...of(
    'CT-SEC-015',
    [
      'nesting and keyctl',
      `${un}\nfeatures: keyctl=1,nesting=1`,
      'fail',
      { severity: 'medium', keys: ['features'], fix: false },
    ],
    [
      'by name, in a lab',
      `${un}\nhostname: docker-01`,
      'fail',
      { severity: 'low', keys: ['hostname'], world: { tags: ['lab'] } },
    ],
    ['by tag', `${un}\ntags: k3s;web`, 'fail', { keys: ['tags'] }],
    ['nesting alone', `${un}\nfeatures: nesting=1`, 'pass'],
    ['a word that only looks like one', `${un}\nhostname: dockerless`, 'pass'],
    [
      'accepted',
      `${un}\nfeatures: keyctl=1,nesting=1`,
      'accepted',
      { world: { tags: ['container-runtime'] } },
    ],
  ),
  ...of(
    'CT-SEC-016',
    ['shell', `${un}\ncmode: shell`, 'fail', { severity: 'medium', keys: ['cmode'], fix: true }],
    ['tty', `${un}\ncmode: tty`, 'pass'],
    ['missing', un, 'pass'],
  ),
  ...of(
    'CT-SEC-017',
    [
      'missing means left out',
      `${un}\nmp0: tank:subvol-105-disk-1,mp=/data,size=100G`,
      'fail',
      { severity: 'high', keys: ['mp0'], fix: true },
    ],
    ['backup=1', `${un}\nmp0: tank:subvol-105-disk-1,backup=1,mp=/data,size=100G`, 'pass'],
    ['the root disk is always in', `${un}\nrootfs: tank:subvol-105-disk-0,size=8G`, 'pass'],
    ['a host directory', `${un}\nmp0: /mnt/data,mp=/data`, 'pass'],
    ['scratch', `${un}\nmp0: tank:subvol-105-disk-1,mp=/data`, 'accepted', { world: { tags: ['scratch'] } }],
    ['a template', `${un}\nmp0: tank:basevol-105-disk-1,mp=/data`, 'na', { world: { template: true } }],
  ),
  ...of(
    'CT-SEC-018',
    [
      'no backup',
      un,
      'fail',
      { severity: 'high', keys: ['backup job'], fix: false, world: { notBackedUp: [105], backupJobs: [] } },
    ],
    [
      'not protected',
      un,
      'fail',
      { severity: 'low', keys: ['protection'], fix: true, world: { tags: ['prod'] } },
    ],
    [
      'all three',
      un,
      'fail',
      {
        severity: 'critical',
        keys: ['protection', 'newest restore point', 'pbs encryption-key'],
        world: {
          tags: ['critical', 'confidential'],
          storages: [{ storage: 'pbs', type: 'pbs' }],
          backups: { newest: new Map([[105, unixNow - 30 * 3600]]), unread: [] },
        },
      },
    ],
    ['covered', un, 'pass'],
    ['confidential and encrypted', un, 'pass', { world: { tags: ['confidential'] } }],
    ['nothing applies', un, 'na', { world: { tags: ['nobackup'] } }],
  ),
  ...of(
    'CT-SEC-019',
    [
      'a hookscript',
      `${un}\nhookscript: local:snippets/x.pl`,
      'fail',
      { severity: 'medium', keys: ['hookscript'], fix: false },
    ],
    ['none', un, 'pass'],
    ['accepted', `${un}\nhookscript: local:snippets/x.pl`, 'accepted', { world: { tags: ['hookscript'] } }],
  ),
  ...of(
    'CT-SEC-020',
    [
      'no options',
      `${un}\nmp0: tank:subvol-105-disk-1,mp=/srv/www,backup=1`,
      'fail',
      { severity: 'low', keys: ['mp0'], fix: true },
    ],
    [
      'one of two',
      `${un}\nmp0: tank:subvol-105-disk-1,mp=/var/lib/mysql,backup=1,mountoptions=nosuid;noatime`,
      'fail',
      { fix: true },
    ],
    [
      'images of containers: by hand',
      `${un}\nmp0: tank:subvol-105-disk-1,mp=/var/lib/docker,backup=1`,
      'fail',
      { fix: false },
    ],
    ['both', `${un}\nmp0: tank:subvol-105-disk-1,mp=/data,backup=1,mountoptions=nodev;nosuid`, 'pass'],
    ['not a data path', `${un}\nmp0: tank:subvol-105-disk-1,mp=/opt/app,backup=1`, 'pass'],
  ),
  ...of(
    'CT-SEC-021',
    [
      'a password',
      `${un}\nlxc.environment: DB_PASSWORD=hunter2`,
      'fail',
      { severity: 'medium', keys: ['lxc.environment'], fix: false },
    ],
    ['another init', `${un}\nentrypoint: /bin/sh`, 'fail', { keys: ['entrypoint'] }],
    ['an application container has one', 'unprivileged: 1\nostype: unmanaged\nentrypoint: /app', 'pass'],
    ['harmless names', `${un}\nenv: LANG=C`, 'pass'],
  ),
  ...of('CT-SEC-022', ['only root on the node could tell', un, 'unknown']),
  ...of(
    'CT-SEC-023',
    ['no limit', un, 'fail', { severity: 'low', keys: ['cores'], fix: false }],
    ['several tenants', `${un}\ncpulimit: 0`, 'fail', { severity: 'medium', world: twoTenants }],
    ['much swap', `${un}\ncores: 2\nmemory: 512\nswap: 4096`, 'fail', { keys: ['swap'] }],
    ['cores', `${un}\ncores: 2`, 'pass'],
    ['cpulimit', `${un}\ncpulimit: 1.5`, 'pass'],
    ['swap=0', `${un}\ncores: 2\nswap: 0`, 'pass'],
  ),
  ...of(
    'CT-SEC-024',
    ['on', `${un}\ndebug: 1`, 'fail', { severity: 'info', keys: ['debug'], fix: true }],
    ['off', `${un}\ndebug: 0`, 'pass'],
    ['missing', un, 'pass'],
  ),
];
