import { parseProperty, subkey } from '../../pve/config/property.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { GuestState, Section } from '../state.ts';
import { regenerateCloudinit } from './cloudinit-record.ts';
import { typedValue } from './config-view.ts';
import { assertUnlocked, guestEndpoint } from './lookup.ts';
import { textOrEmpty, splitList } from '../params.ts';

const listed = [
  'cicustom',
  'cipassword',
  'citype',
  'ciuser',
  'ciupgrade',
  'nameserver',
  'searchdomain',
  'sshkeys',
];
const hidden = '**********';
/** The resolver of the demo's nodes, which cloud-init images take where the VM names none. */
const nodeResolver = '10.20.50.1';

const shown = (key: string, value: string | undefined): string | number | undefined =>
  value === undefined ? undefined : key === 'cipassword' ? hidden : typedValue('qemu', key, value);

/** Values of the present image against the configuration: added, kept or changed, deleted. */
function pendingImage({ config, cloudinit = {} }: GuestState): Record<string, unknown>[] {
  const added = splitList(cloudinit.added);
  const rows: Record<string, unknown>[] = added.map((key) => ({ key, pending: shown(key, config[key]) }));
  for (const key of listed) {
    if (config[key] === undefined || added.includes(key)) continue;
    const recorded = cloudinit[key];
    rows.push(
      recorded === undefined
        ? { key, value: shown(key, config[key]) }
        : { key, value: shown(key, recorded), pending: shown(key, config[key]) },
    );
  }
  for (const key of Object.keys(cloudinit)) {
    if (key !== 'added' && config[key] === undefined) rows.push({ key, delete: 1 });
  }
  return rows;
}

function userData(config: Section, vmid: number, maskPassword: boolean): string {
  const name = config.name ?? `VM${vmid}`;
  const fqdn = name.includes('.') || !config.searchdomain ? name : `${name}.${config.searchdomain}`;
  const lines = [
    '#cloud-config',
    `hostname: ${name.split('.')[0] ?? name}`,
    'manage_etc_hosts: true',
    `fqdn: ${fqdn}`,
  ];
  const { ciuser, cipassword, sshkeys } = config;
  if (ciuser !== undefined) lines.push(`user: ${ciuser}`);
  if (ciuser === 'root') lines.push('disable_root: False');
  if (cipassword !== undefined) lines.push(`password: ${maskPassword ? hidden : cipassword}`);
  if (sshkeys !== undefined) {
    const keys = decodeURIComponent(sshkeys)
      .split('\n')
      .filter((key) => key.trim() !== '');
    lines.push('ssh_authorized_keys:', ...keys.map((key) => `  - ${key}`));
  }
  lines.push('chpasswd:', '  expire: False');
  if (ciuser !== 'root') lines.push('users:', '  - default');
  if (config.ciupgrade !== '0') lines.push('package_upgrade: true');
  return `${lines.join('\n')}\n`;
}

function subnetLines(config: Section, index: string): string[] {
  const text = config[`ipconfig${index}`];
  if (text === undefined) return ['        - type: dhcp4'];
  const ip = parseProperty('qemu', `ipconfig${index}`, text);
  const lines: string[] = [];
  const add = (family: 4 | 6, address: string | undefined, gateway: string | undefined) => {
    if (address === undefined) return;
    if (address === 'dhcp' || address === 'auto') {
      lines.push(`        - type: ${address === 'auto' ? 'ipv6_slaac' : `dhcp${family}`}`);
      return;
    }
    lines.push(`        - type: static${family === 6 ? '6' : ''}`, `          address: '${address}'`);
    if (gateway !== undefined) lines.push(`          gateway: '${gateway}'`);
  };
  add(4, subkey(ip, 'ip'), subkey(ip, 'gw'));
  add(6, subkey(ip, 'ip6'), subkey(ip, 'gw6'));
  return lines;
}

function networkData(config: Section): string {
  const lines = ['version: 1', 'config:'];
  const nics = Object.keys(config)
    .filter((key) => /^net\d+$/.test(key))
    .sort();
  for (const key of nics) {
    const index = key.slice('net'.length);
    const mac = subkey(parseProperty('qemu', key, config[key] ?? ''), 'macaddr') ?? '';
    lines.push(
      '    - type: physical',
      `      name: eth${index}`,
      `      mac_address: '${mac.toLowerCase()}'`,
      '      subnets:',
    );
    lines.push(...subnetLines(config, index));
  }
  lines.push('    - type: nameserver', '      address:');
  for (const server of (config.nameserver ?? nodeResolver).split(/\s+/)) lines.push(`        - '${server}'`);
  if (config.searchdomain) lines.push('      search:', `        - '${config.searchdomain}'`);
  return `${lines.join('\n')}\n`;
}

function dump({ caller, params }: DemoContext, { config, vmid }: GuestState): string {
  const type = textOrEmpty(params, 'type');
  if (type === 'user') return userData(config, vmid, !caller.can(`/vms/${vmid}`, ['VM.Config.Cloudinit']));
  if (type === 'network') return networkData(config);
  return `instance-id: ${String(vmid).padStart(40, '0')}\n`;
}

/** Pending cloud-init values, making the image anew, and the text it would hold. */
export const cloudinitEndpoints: readonly DemoEndpoint[] = [
  guestEndpoint('qemu', 'GET', '/cloudinit', (_, guest) => pendingImage(guest)),
  guestEndpoint('qemu', 'PUT', '/cloudinit', (_, guest) => {
    assertUnlocked(guest);
    regenerateCloudinit(guest);
    return null;
  }),
  guestEndpoint('qemu', 'GET', '/cloudinit/dump', dump),
];
