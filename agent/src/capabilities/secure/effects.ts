import type { Effect } from '../../plans/types.ts';
import type { Facts } from './facts.ts';

const qemuLive =
  /^(description|hookscript|name|onboot|protection|shares|startup|tags|vmstatestorage|migrate_downtime|migrate_speed|ci\w+|nameserver|searchdomain|sshkeys|ipconfig\d+|cpulimit|cpuunits)$/;
const lxcLive =
  /^(description|onboot|startup|protection|hostname|hookscript|cores|tags|cpulimit|cpuunits|memory|swap)$/;

/**
 * When a change of the key takes hold, from PVE's own lists of options that it can plug into a running guest
 * (catalogue 0.2). A guest that does not run takes everything at once. Disk flags that are live whatever the bus
 * (`backup`) are named by the caller.
 */
export function configEffect({ guest }: Facts, key: string): Effect {
  if (guest.status === 'stopped') return 'live';
  if (/^net\d+$/.test(key)) return 'replug';
  return (guest.type === 'qemu' ? qemuLive : lxcLive).test(key) ? 'live' : 'restart';
}
