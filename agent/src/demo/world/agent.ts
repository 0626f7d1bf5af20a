import type { AgentState, Section } from '../state.ts';
import { volumesOfConfig } from './volume-refs.ts';
import type { AgentRecipe } from './recipe.ts';

const GIB = 1024 ** 3;

/** What `guest-get-osinfo` returns, per operating system. */
const osInfo: Readonly<Record<AgentRecipe['os'], Section>> = {
  debian13: {
    id: 'debian',
    name: 'Debian GNU/Linux',
    'pretty-name': 'Debian GNU/Linux 13 (trixie)',
    version: '13 (trixie)',
    'version-id': '13',
    'kernel-release': '6.12.48+deb13-amd64',
    machine: 'x86_64',
  },
  debian12: {
    id: 'debian',
    name: 'Debian GNU/Linux',
    'pretty-name': 'Debian GNU/Linux 12 (bookworm)',
    version: '12 (bookworm)',
    'version-id': '12',
    'kernel-release': '6.1.0-37-amd64',
    machine: 'x86_64',
  },
  debian10: {
    id: 'debian',
    name: 'Debian GNU/Linux',
    'pretty-name': 'Debian GNU/Linux 10 (buster)',
    version: '10 (buster)',
    'version-id': '10',
    'kernel-release': '4.19.0-27-amd64',
    machine: 'x86_64',
  },
  ubuntu2404: {
    id: 'ubuntu',
    name: 'Ubuntu',
    'pretty-name': 'Ubuntu 24.04.3 LTS',
    version: '24.04.3 LTS (Noble Numbat)',
    'version-id': '24.04',
    'kernel-release': '6.8.0-79-generic',
    machine: 'x86_64',
  },
  ubuntu2204: {
    id: 'ubuntu',
    name: 'Ubuntu',
    'pretty-name': 'Ubuntu 22.04.5 LTS',
    version: '22.04.5 LTS (Jammy Jellyfish)',
    'version-id': '22.04',
    'kernel-release': '5.15.0-151-generic',
    machine: 'x86_64',
  },
  rocky9: {
    id: 'rocky',
    name: 'Rocky Linux',
    'pretty-name': 'Rocky Linux 9.6 (Blue Onyx)',
    version: '9.6 (Blue Onyx)',
    'version-id': '9.6',
    'kernel-release': '5.14.0-570.el9.x86_64',
    machine: 'x86_64',
  },
  win11: {
    id: 'mswindows',
    name: 'Microsoft Windows',
    'pretty-name': 'Windows 11 Pro',
    version: 'Microsoft Windows 11',
    'version-id': '11',
    variant: 'client',
    'variant-id': 'client',
    'kernel-release': '26100',
    'kernel-version': '10.0',
    machine: 'x86_64',
  },
  ws2022: {
    id: 'mswindows',
    name: 'Microsoft Windows',
    'pretty-name': 'Windows Server 2022 Standard',
    version: 'Microsoft Windows Server 2022',
    'version-id': '2022',
    variant: 'server',
    'variant-id': 'server',
    'kernel-release': '20348',
    'kernel-version': '10.0',
    machine: 'x86_64',
  },
};

/** The agent's answers, in line with the guest's NICs and disks. */
export const describeAgent = (recipe: AgentRecipe, config: Section, ips: readonly string[]): AgentState => {
  const windows = recipe.os.startsWith('w');
  const interfaces: AgentState['interfaces'] = windows
    ? []
    : [
        {
          name: 'lo',
          mac: '00:00:00:00:00:00',
          addresses: [{ type: 'ipv4', address: '127.0.0.1', prefix: 8 }],
        },
      ];
  let position = 0;
  for (const key of Object.keys(config).filter((name) => /^net\d+$/.test(name))) {
    const mac = /(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/i.exec(config[key] ?? '')?.[0];
    if (mac === undefined) continue;
    const address = ips[position];
    interfaces.push({
      name: windows ? `Ethernet${position === 0 ? '' : ` ${position + 1}`}` : `ens${18 + position}`,
      mac: mac.toLowerCase(),
      addresses: address === undefined ? [] : [{ type: 'ipv4', address, prefix: 24 }],
    });
    position += 1;
  }
  const dataDisks = volumesOfConfig(config).filter(
    (ref) => /^(scsi|virtio|sata|ide)/.test(ref.key) && ref.sizeBytes >= GIB,
  );
  const filesystems = dataDisks.map((ref, index) => ({
    name: windows ? `\\\\?\\Volume${index}` : `sd${'abcdefgh'.charAt(index)}1`,
    mountpoint: windows ? `${'CDEFGH'.charAt(index)}:\\` : index === 0 ? '/' : `/srv/data${index}`,
    type: windows ? 'NTFS' : 'ext4',
    totalBytes: Math.floor(ref.sizeBytes * 0.97),
    usedBytes: Math.floor(ref.sizeBytes * 0.97 * recipe.fill),
  }));
  return {
    osinfo: { ...osInfo[recipe.os] },
    hostname: config.name ?? 'localhost',
    interfaces,
    filesystems,
    users: [...recipe.users],
  };
};
