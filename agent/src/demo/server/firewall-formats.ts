import { isIPv4, isIPv6 } from 'node:net';
import { must } from './format-error.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

/** ICMP and ICMPv6 type names that PVE's firewall knows (pve-firewall, Firewall.pm). */
const icmpTypes = words(`any echo-reply destination-unreachable network-unreachable host-unreachable
  protocol-unreachable port-unreachable fragmentation-needed source-route-failed network-unknown host-unknown
  network-prohibited host-prohibited TOS-network-unreachable TOS-host-unreachable communication-prohibited
  host-precedence-violation precedence-cutoff source-quench redirect network-redirect host-redirect
  TOS-network-redirect TOS-host-redirect echo-request router-advertisement router-solicitation time-exceeded
  ttl-zero-during-transit ttl-zero-during-reassembly parameter-problem ip-header-bad required-option-missing
  timestamp-request timestamp-reply address-mask-request address-mask-reply no-route beyond-scope
  address-unreachable failed-policy reject-route packet-too-big bad-header unknown-header-type unknown-option
  neighbor-solicitation neighbour-solicitation neighbor-advertisement neighbour-advertisement`);

const helpers = words('amanda ftp irc netbios-ns pptp sane sip snmp tftp');

/** Names of /etc/protocols and /etc/services that rules of guests use. */
const protocols =
  words(`ip icmp igmp ggp ipencap st tcp egp igp udp dccp ipv6 ipv6-route ipv6-frag rsvp gre esp ah
  ipv6-icmp icmpv6 ipv6-nonxt ipv6-opts ospf ipip pim ipcomp vrrp l2tp sctp udplite`);
const services =
  words(`ftp-data ftp ssh telnet smtp time domain bootps bootpc tftp http kerberos pop3 sunrpc auth ntp
  netbios-ns netbios-dgm netbios-ssn imap2 imap snmp snmp-trap ldap https microsoft-ds submissions syslog printer
  nntp submission ldaps ftps telnets imaps pop3s openvpn ms-sql-s ms-sql-m mysql postgresql rdp ms-wbt-server
  x11 nfs iscsi-target amqp amqps git rsync sip sip-tls radius radius-acct isakmp ipsec-nat-t http-alt mdns`);

const elementsOf = (text: string): string[] => {
  const elements = text.split(',');
  must(elements.at(-1) !== '' && text !== '', 'extraneous commas in list');
  return elements;
};

const port = (text: string): number => {
  must(Number(text) <= 65535, `invalid port '${text}'`);
  return Number(text);
};

const ports = (allowIcmp: boolean) => (text: string) => {
  let count = 0;
  let icmp = false;
  for (const item of elementsOf(text)) {
    const [, first, last] = /^(\d+)(?::(\d+))?$/.exec(item) ?? [];
    if (first === undefined) {
      if (allowIcmp && icmpTypes.has(item)) icmp = true;
      else must(services.has(item), `invalid port '${item}'`);
      continue;
    }
    count += last === undefined ? 1 : 2;
    must(
      last === undefined || port(first) <= port(last),
      `backwards range '${first}:${last}' not allowed, did you mean '${last}:${first}'?`,
    );
    port(first);
  }
  must(!icmp || count === 0, 'ICMP ports not allowed in port range');
  must(count <= 15, 'too many entries in port list (> 15 numbers)');
};

const version = (address: string): 4 | 6 | undefined =>
  isIPv4(address) ? 4 : isIPv6(address) ? 6 : undefined;

/** 4 or 6 for an address or network, undefined for anything else. */
const networkVersion = (text: string): 4 | 6 | undefined => {
  const [address = '', bits, ...rest] = text.split('/');
  const found = version(address);
  if (found === undefined || rest.length > 0) return undefined;
  return bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (found === 4 ? 32 : 128))
    ? found
    : undefined;
};

const rangeVersion = (text: string): 4 | 6 | undefined => {
  const [first = '', last = '', ...rest] = text.split('-');
  return rest.length === 0 && version(first) === version(last) ? version(first) : undefined;
};

const addresses = (text: string): void => {
  if (/^\+\S+$/.test(text)) {
    must(text.length <= 65, 'ipset name too long');
    return;
  }
  if (/^(?:dc\/|guest\/)?[A-Za-z][A-Za-z0-9\-_]+$/.test(text)) {
    must(text.length <= 64, 'alias name too long');
    return;
  }
  const elements = elementsOf(text);
  const versions = elements.map((element) => networkVersion(element) ?? rangeVersion(element));
  for (const [i, found] of versions.entries()) {
    must(found !== undefined, `invalid IP address: Invalid chars in IP ${elements[i] ?? ''}`);
  }
  must(new Set(versions).size === 1, `detected mixed ipv4/ipv6 addresses in address list '${text}'`);
  must(
    elements.length === 1 || !elements.some((element) => element.includes('-')),
    "you can't use a range in a list",
  );
};

const ipOrCidr = (text: string): void =>
  must(networkVersion(text) !== undefined, 'value does not look like a valid IP address or CIDR network');

/** Formats of pve-firewall, with its messages. */
export const firewallFormats: Readonly<Record<string, (text: string) => void>> = {
  IPorCIDR: ipOrCidr,
  IPorCIDRorAlias: (text) => {
    if (!/^(?:dc\/|guest\/)?[A-Za-z][A-Za-z0-9\-_]+$/.test(text)) ipOrCidr(text);
  },
  'pve-fw-sport-spec': ports(false),
  'pve-fw-dport-spec': ports(true),
  'pve-fw-addr-spec': addresses,
  'pve-fw-protocol-spec': (text) =>
    must(
      text === '' || protocols.has(text) || /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/.test(text),
      `unknown protocol '${text}'`,
    ),
  'pve-fw-icmp-type-spec': (text) =>
    must(text === '' || icmpTypes.has(text), `invalid icmp-type value '${text}'`),
  'pve-fw-conntrack-helper': (text) => {
    for (const helper of elementsOf(text)) must(helpers.has(helper), `unknown helper ${helper}`);
  },
};
