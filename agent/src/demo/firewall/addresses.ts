import ipaddr from 'ipaddr.js';

export type IpVersion = 4 | 6;

const versionOf = (address: string): IpVersion | undefined =>
  ipaddr.IPv4.isValidFourPartDecimal(address) ? 4 : ipaddr.IPv6.isValid(address) ? 6 : undefined;

/** The IP version of one address, CIDR network or range `a-b`; undefined when it is none of these. */
export function addressVersion(element: string): IpVersion | undefined {
  const range = element.split('-');
  if (range.length === 2) {
    const [from = '', to = ''] = range;
    const version = versionOf(from);
    return version !== undefined && version === versionOf(to) ? version : undefined;
  }
  const [address = '', prefix, ...rest] = element.split('/');
  const version = versionOf(address);
  if (version === undefined || rest.length > 0) return undefined;
  if (prefix === undefined) return version;
  return /^\d+$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128) ? version : undefined;
}

/**
 * A CIDR as PVE stores it: host bits cleared, `/32` and `/128` dropped.
 * Undefined when it is no address or network.
 */
export function cleanCidr(cidr: string): string | undefined {
  const version = addressVersion(cidr);
  if (version === undefined || cidr.includes('-')) return undefined;
  const [address = '', prefix] = cidr.split('/');
  if (prefix === undefined || Number(prefix) === (version === 4 ? 32 : 128)) return address;
  const network =
    version === 4
      ? ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()
      : ipaddr.IPv6.networkAddressFromCIDR(cidr).toString();
  return `${network}/${prefix}`;
}

/**
 * The IP version of a `source`/`dest` list; undefined for a set (`+name`) or alias reference.
 * Throws an Error with pve-firewall's message for anything else.
 */
export function addressListVersion(list: string): IpVersion | undefined {
  if (/^\+\S+$/.test(list)) {
    if (list.length > 65) throw new Error('ipset name too long');
    return undefined;
  }
  if (/^(dc\/|guest\/)?[A-Za-z][A-Za-z0-9\-_]+$/.test(list)) {
    if (list.length > 64) throw new Error('alias name too long');
    return undefined;
  }
  const elements = list.split(',');
  if (elements.includes('')) throw new Error('extraneous commas in list');
  let version: IpVersion | undefined;
  for (const element of elements) {
    const found = addressVersion(element);
    if (found === undefined) throw new Error(`invalid IP address: ${element}`);
    if (version !== undefined && version !== found) {
      throw new Error(`detected mixed ipv4/ipv6 addresses in address list '${list}'`);
    }
    version = found;
  }
  if (elements.length > 1 && elements.some((element) => element.includes('-'))) {
    throw new Error("you can't use a range in a list");
  }
  return version;
}
