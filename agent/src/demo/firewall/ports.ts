import { icmpTypes, icmpv6Types, services } from './names.ts';

const highest = 65535;

function checkNumber(port: string): number {
  if (Number(port) > highest) throw new Error(`invalid port '${port}'`);
  return Number(port);
}

/**
 * Checks a `dport`/`sport` list as pve-firewall does and throws an Error with its message.
 * `icmp` allows ICMP type names, which old rules keep in `dport`.
 */
export function checkPorts(list: string, icmp: boolean): void {
  const items = list.split(',');
  if (items.includes('')) throw new Error('extraneous commas in list');
  let numbers = 0;
  let icmpNames = false;
  for (const item of items) {
    const range = /^(\d+):(\d+)$/.exec(item);
    if (range) {
      const [, low = '', high = ''] = range;
      numbers += 2;
      if (checkNumber(low) > checkNumber(high)) {
        throw new Error(`backwards range '${low}:${high}' not allowed, did you mean '${high}:${low}'?`);
      }
    } else if (/^\d+$/.test(item)) {
      numbers += 1;
      checkNumber(item);
    } else if (icmp && (icmpTypes.has(item) || icmpv6Types.has(item))) {
      icmpNames = true;
    } else if (!services.has(item)) {
      throw new Error(`invalid port '${item}'`);
    }
  }
  if (icmpNames && numbers > 0) throw new Error('ICMP ports not allowed in port range');
  if (numbers > 15) throw new Error('too many entries in port list (> 15 numbers)');
}
