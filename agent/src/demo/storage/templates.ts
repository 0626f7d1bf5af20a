import { nodeOf } from '../cluster/node-list.ts';
import { textOrEmpty } from '../params.ts';
import { refuseParams } from '../refuse.ts';
import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { downloadTemplate } from './transfer.ts';

const base = 'http://download.proxmox.com/images/system';
const turnkey = 'https://mirror.turnkeylinux.org/turnkeylinux/images/proxmox';
const MIB = 1024 ** 2;

/** Package file, operating system, section, size in MiB, headline. */
const table: readonly (readonly [
  file: string,
  os: string,
  section: string,
  mib: number,
  headline: string,
])[] = [
  [
    'almalinux-9-default_20240911_amd64.tar.xz',
    'almalinux-9',
    'system',
    98,
    'LXC default image for almalinux 9',
  ],
  ['alpine-3.22-default_20250617_amd64.tar.xz', 'alpine', 'system', 3, 'LXC default image for alpine 3.22'],
  ['archlinux-base_20240911-1_amd64.tar.zst', 'archlinux', 'system', 150, 'ArchLinux base image.'],
  [
    'centos-9-stream-default_20240828_amd64.tar.xz',
    'centos',
    'system',
    96,
    'LXC default image for centos 9-stream',
  ],
  ['debian-12-standard_12.12-1_amd64.tar.zst', 'debian-12', 'system', 120, 'Debian 12 Bookworm (standard)'],
  ['debian-13-standard_13.1-2_amd64.tar.zst', 'debian-13', 'system', 124, 'Debian 13 Trixie (standard)'],
  ['devuan-5.0-standard_5.0_amd64.tar.gz', 'devuan-5.0', 'system', 106, 'Devuan 5 (standard)'],
  ['fedora-42-default_20250428_amd64.tar.xz', 'fedora', 'system', 77, 'LXC default image for fedora 42'],
  [
    'opensuse-15.6-default_20240910_amd64.tar.xz',
    'opensuse',
    'system',
    45,
    'LXC default image for opensuse 15.6',
  ],
  [
    'rockylinux-9-default_20240912_amd64.tar.xz',
    'rockylinux-9',
    'system',
    95,
    'LXC default image for rockylinux 9',
  ],
  [
    'ubuntu-22.04-standard_22.04-1_amd64.tar.zst',
    'ubuntu-22.04',
    'system',
    123,
    'Ubuntu 22.04 Jammy (standard)',
  ],
  [
    'ubuntu-24.04-standard_24.04-2_amd64.tar.zst',
    'ubuntu-24.04',
    'system',
    135,
    'Ubuntu 24.04 Noble (standard)',
  ],
  [
    'proxmox-mail-gateway-9.0-standard_9.0-1_amd64.tar.zst',
    'debian-13',
    'mail',
    280,
    'Proxmox Mail Gateway 9.0',
  ],
  ['debian-12-turnkey-nextcloud_18.1-1_amd64.tar.gz', 'debian-12', 'turnkeylinux', 742, 'TurnKey Nextcloud'],
  [
    'debian-12-turnkey-postgresql_18.1-1_amd64.tar.gz',
    'debian-12',
    'turnkeylinux',
    296,
    'TurnKey PostgreSQL',
  ],
  ['debian-12-turnkey-wordpress_18.2-1_amd64.tar.gz', 'debian-12', 'turnkeylinux', 300, 'TurnKey WordPress'],
];

const templates = table.map(([file, os, section, mib, headline]) => {
  const [name = file, version = ''] = file.replace(/_amd64\..*$/, '').split('_');
  const source = section === 'turnkeylinux' ? turnkey : base;
  return {
    package: name,
    template: file,
    version,
    os,
    section,
    headline,
    description: headline,
    architecture: 'amd64',
    type: 'lxc',
    infopage: 'https://pve.proxmox.com/wiki/Linux_Container',
    location: `${source}/${file}`,
    source,
    manageurl: '',
    maintainer: 'Proxmox Support Team <support@proxmox.com>',
    sha512sum: digestOf(file).repeat(4).slice(0, 128),
    size: mib * MIB,
  };
});

const list = (context: DemoContext): unknown => {
  nodeOf(context);
  return templates.map((template) =>
    Object.fromEntries(Object.entries(template).filter(([key]) => key !== 'size')),
  );
};

const download = (context: DemoContext): string => {
  const file = textOrEmpty(context.params, 'template');
  const template =
    templates.find((entry) => entry.template === file) ?? refuseParams({ template: 'no such template' });
  return downloadTemplate(context, {
    package: template.template,
    location: template.location,
    size: template.size,
  });
};

export const templateEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/aplinfo', handle: list },
  { method: 'POST', path: '/nodes/{node}/aplinfo', handle: download },
];
