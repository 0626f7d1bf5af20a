import { isIPv4, isIPv6 } from 'node:net';
import { firewallFormats } from './firewall-formats.ts';
import { must } from './format-error.ts';

/** Throws a FormatError when the text does not have the format. */
export type FormatRule = (text: string) => void;

const matching =
  (pattern: RegExp, message: string | ((text: string) => string)): FormatRule =>
  (text) =>
    must(pattern.test(text), typeof message === 'string' ? message : message(text));

const cidr = (text: string, version: 4 | 6): boolean => {
  const [, address = '', bits = ''] = /^(.+)\/(\d+)$/.exec(text) ?? [];
  return version === 4
    ? isIPv4(address) && Number(bits) > 7 && Number(bits) <= 32
    : isIPv6(address) && Number(bits) > 7 && Number(bits) <= 128;
};

const isIp = (text: string): boolean => isIPv4(text) || isIPv6(text);
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const dnsName = new RegExp(`^(?:${label}\\.)*${label}$`);
const userPart = String.raw`[\w+\-~]+(?:\.[\w+\-~]+)*`;
const email = new RegExp(String.raw`^${userPart}@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*$`);
const simpleId = /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i;
const hostPort = new RegExp(String.raw`^(?:${label}(?:\.${label})*|\[[0-9a-fA-F:.]+\])(?::\d+)?$`);

const identifier =
  (kind: string): FormatRule =>
  (text) => {
    must(text.length >= 2, `${kind} ID '${text}' cannot be shorter than 2 characters`);
    must(simpleId.test(text), `${kind} ID '${text}' contains illegal characters`);
  };

const volumeId = matching(
  /^[a-z][a-z0-9\-_.]*[a-z0-9]:.+$/is,
  (text) => `unable to parse volume ID '${text}'`,
);

const volumeOrPath: FormatRule = (text) => {
  if (!text.startsWith('/')) volumeId(text);
};

const configId = matching(/^[a-z][a-z0-9_-]+$/i, (text) => `invalid configuration ID '${text}'`);
const bridgeId = matching(/^[-_.\w]+$/, (text) => `invalid bridge ID '${text}'`);

const pair =
  (entry: FormatRule): FormatRule =>
  (text) => {
    if (text === '1') return;
    for (const part of text.split(':', 2)) entry(part);
    must(text.split(':').length <= 2, `entry '${text}' contains invalid ID`);
  };

const vlanRange: FormatRule = (text) => {
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  must(first !== undefined, `invalid VLAN configuration '${text}'`);
  for (const tag of [first, last ?? first]) {
    must(Number(tag) >= 2 && Number(tag) <= 4094, `invalid VLAN tag '${tag}'`);
  }
  must(
    last === undefined || Number(first) < Number(last),
    `VLAN range must go from lower to higher tag '${text}'`,
  );
};

const username: FormatRule = (text) => {
  must(text.length >= 3, `user name '${text}' is too short`);
  must(text.length <= 64, `user name '${text}' is too long (${text.length} > 64)`);
  must(
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/.test(text),
    `value '${text}' does not look like a valid user name`,
  );
};

const startupOrder: FormatRule = (text) =>
  must(
    text !== '' && text.split(',').every((part) => /^\s*$|^(?:order=)?\d+$|^up=\d+$|^down=\d+$/.test(part)),
    'unable to parse startup options',
  );

const cpuset: FormatRule = (text) =>
  must(
    text.split(',').every((part) => {
      const [, first, last] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
      return first !== undefined && (last === undefined || Number(first) <= Number(last));
    }),
    'unable to parse cpuset option',
  );

const drives = /^(?:ide[0-3]|sata[0-5]|scsi(?:[12]?\d|30)|virtio(?:\d|1[0-5]))$/;
const bootDevice = matching(
  new RegExp(`${drives.source}|^net(?:[12]?\\d|3[01])$|^usb(?:\\d|1[0-3])$|^hostpci(?:\\d|1[0-5])$`),
  (text) => `invalid boot device '${text}'`,
);

const hotplug: FormatRule = (text) => {
  if (text === '0' || text === '1') return;
  for (const feature of text.split(/[,;\s]+/).filter(Boolean)) {
    must(/^(?:network|disk|cpu|memory|usb|cloudinit)$/.test(feature), `invalid hotplug feature '${feature}'`);
  }
};

const physBits: FormatRule = (text) =>
  must(
    text === 'host' || (/^\d{1,2}$/.test(text) && Number(text) >= 8 && Number(text) <= 64),
    "value must be an integer between 8 and 64 or 'host'",
  );

const calendarEvent: FormatRule = (text) =>
  must(/^[a-z0-9*:,./\-~ ]+$/i.test(text.trim()), `unable to parse calendar event '${text}'`);

const contentTypes = new Set(['images', 'rootdir', 'iso', 'vztmpl', 'backup', 'snippets', 'import', 'none']);

const timezone: FormatRule = (text) => {
  if (text === 'host') return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
  } catch {
    must(false, `invalid time zone '${text}'`);
  }
};

const anything: FormatRule = () => undefined;

/**
 * Named formats of PVE's schema that are checked by code, each with PVE's message
 * (pve-common JSONSchema.pm, pve-access-control, qemu-server, pve-container, pve-storage, pve-firewall).
 * A format that is not here is accepted as text; see `uncheckedFormats` in the tests.
 */
export const namedFormats: Readonly<Record<string, FormatRule>> = {
  ...firewallFormats,
  string: anything,
  urlencoded: matching(/^[-%a-zA-Z0-9_.!~*'()]*$/, (text) => `invalid urlencoded string: ${text}`),
  'pve-configid': configId,
  'pve-storage-id': identifier('storage'),
  'pve-bridge-id': bridgeId,
  'acme-plugin-id': identifier('ACME plugin'),
  'pve-vmid': matching(/^[1-9][0-9]{2,8}$/, 'value does not look like a valid VM ID'),
  'pve-node': matching(new RegExp(`^${label}$`), 'value does not look like a valid node name'),
  'storage-pair': pair(identifier('storage')),
  'bridge-pair': pair(bridgeId),
  'mac-addr': matching(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/i,
    'value does not look like a valid unicast MAC address',
  ),
  'mac-prefix': matching(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){0,2}:?$/i,
    'value is not a valid unicast MAC address prefix',
  ),
  ipv4: (text) => must(isIPv4(text), 'value does not look like a valid IPv4 address'),
  ipv6: (text) => must(isIPv6(text), 'value does not look like a valid IPv6 address'),
  ip: (text) => must(isIp(text), 'value does not look like a valid IP address'),
  'ldap-simple-attr': matching(
    /^[a-zA-Z0-9]+$/,
    (text) => `value '${text}' does not look like a simple ldap attribute name`,
  ),
  ipv4mask: (text) =>
    must(
      isIPv4(text) &&
        /^1*0*$/.test(
          text
            .split('.')
            .map((octet) => Number(octet).toString(2).padStart(8, '0'))
            .join(''),
        ),
      'value does not look like a valid IP netmask',
    ),
  CIDRv6: (text) => must(cidr(text, 6), 'value does not look like a valid IPv6 CIDR network'),
  CIDRv4: (text) => must(cidr(text, 4), 'value does not look like a valid IPv4 CIDR network'),
  CIDR: (text) => must(cidr(text, 4) || cidr(text, 6), 'value does not look like a valid CIDR network'),
  'pve-ipv4-config': (text) =>
    must(
      /^(?:dhcp|manual)$/.test(text) || cidr(text, 4),
      'value does not look like a valid ipv4 network configuration',
    ),
  'pve-ipv6-config': (text) =>
    must(
      /^(?:auto|dhcp|manual)$/.test(text) || cidr(text, 6),
      'value does not look like a valid ipv6 network configuration',
    ),
  'lxc-ip-with-ll-iface': (text) => {
    const [address = '', iface] = text.split('%', 2);
    must(iface === undefined ? isIp(text) : isIPv6(address), 'value does not look like a valid IP address');
  },
  email: matching(email, 'value does not look like a valid email address'),
  'email-or-username': (text) =>
    must(
      email.test(text) || new RegExp(`^${userPart}$`).test(text),
      'value does not look like a valid email address or user name',
    ),
  'dns-name': matching(dnsName, 'value does not look like a valid DNS name'),
  'pve-ct-timezone': timezone,
  'pve-iface': matching(
    /^[a-z][a-z0-9_]{1,20}([:.]\d+)?$/i,
    (text) => `invalid network interface name '${text}'`,
  ),
  'pve-vlan-id-or-range': vlanRange,
  address: (text) =>
    must(isIp(text) || dnsName.test(text), `value does not look like a valid address: ${text}`),
  'disk-size': matching(
    /^\d+(?:\.\d+)?(?:[KMGT](?:iB)?)?$/,
    (text) => `value does not look like a valid disk size: ${text}`,
  ),
  'pve-startup-order': startupOrder,
  'pve-tag': matching(/^[a-z0-9_][a-z0-9_\-+.]*$/i, 'invalid characters in tag'),
  'pve-task-status-type': matching(/^(ok|error|warning|unknown)$/i, (text) => `invalid status '${text}'`),
  'pve-tokenid': matching(
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+![A-Za-z][A-Za-z0-9.\-_]+$/,
    (text) => `value '${text}' does not look like a valid token ID`,
  ),
  'pve-userid': username,
  'pve-realm': matching(/^[A-Za-z][A-Za-z0-9.\-_]+$/, 'value does not look like a valid realm'),
  'pve-groupid': matching(/^[A-Za-z0-9.\-_]+$/, (text) => `group name '${text}' contains invalid characters`),
  'pve-roleid': matching(/^[A-Za-z0-9.\-_]+$/, (text) => `role name '${text}' contains invalid characters`),
  'pve-poolid': (text) => {
    must(text.split('/').length <= 3, `pool name '${text}' nested too deeply (max levels = 3)`);
    must(
      /^[A-Za-z0-9.\-_]+(?:\/[A-Za-z0-9.\-_]+){0,2}$/.test(text),
      `pool name '${text}' contains invalid characters`,
    );
  },
  'pve-volume-id': volumeId,
  'pve-volume-id-or-qm-path': (text) => {
    if (text !== 'none' && text !== 'cdrom') volumeOrPath(text);
  },
  'pve-volume-id-or-absolute-path': volumeOrPath,
  'pve-cpuset': cpuset,
  'pve-qm-bootdev': bootDevice,
  'pve-qm-bootdisk': matching(drives, (text) => `invalid boot disk '${text}'`),
  'pve-hotplug-features': hotplug,
  'pve-phys-bits': physBits,
  'pve-lxc-mp-string': (text) =>
    must(!/(?:^|\/)\.\.?(?:\/|$)/.test(text), `${text} contains illegal character sequences`),
  'pve-lxc-dev-string': (text) => {
    must(!/(?:^|\/)\.\.(?:\/|$)/.test(text), `${text} contains illegal character sequences`);
    must(text.startsWith('/dev/'), `${text} has to be a path to a device node in /dev`);
  },
  'pve-storage-path': matching(/^\/[^;()]+/, 'value does not look like a valid absolute path'),
  'pve-storage-server': (text) =>
    must(isIp(text) || dnsName.test(text), 'value does not look like a valid server name or IP address'),
  'pve-storage-vgname': matching(simpleId, (text) => `lvm name '${text}' contains illegal characters`),
  'pve-storage-portal-dns': (text) =>
    must(isIp(text) || hostPort.test(text), 'value does not look like a valid portal address'),
  'pve-storage-content': (text) => must(contentTypes.has(text), `invalid content type '${text}'`),
  'pve-storage-options': matching(/^\S+$/, (text) => `invalid options '${text}'`),
  'pve-dir-override': matching(/^[a-z]+=[^.]*(?:\.?[^.]+)+$/, (text) => `invalid override '${text}'`),
  'pve-calendar-event': calendarEvent,
  'pve-day-of-week': matching(/^(mon|tue|wed|thu|fri|sat|sun)$/, (text) => `invalid day '${text}'`),
  'pve-replication-job-id': (text) => {
    const [, guest] = /^(\d+)-\d+$/.exec(text) ?? [];
    must(guest !== undefined, `invalid replication job id '${text}'`);
    must(Number(guest) >= 100, `invalid replication job id '${text}' (guest IDs < 100 are reserved)`);
  },
};
