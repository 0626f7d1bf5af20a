import { z } from 'zod';
import { parseConfig } from '../config/guest-config.ts';
import { nics } from '../config/devices.ts';
import { pvePath } from '../path.ts';
import type { PveClient } from '../types.ts';
import { known, notRead } from './known.ts';
import { mapLimit } from './map-limit.ts';
import type { ReadProgress } from './progress.ts';
import { given } from './resources.ts';
import type { ClusterDetail, InventoryGuest } from './types.ts';

/** Every guest's configuration, none, or those of the given VMIDs. */
export type GuestNicsWanted = 'all' | 'none' | readonly number[];

const configSchema = z.record(z.string(), z.unknown());

/**
 * NICs of the wanted guests, from one configuration read each. Unknown as a whole when one of them could not be
 * read: absence of a duplicate must not be concluded from a part. A guest that was removed meanwhile does not count.
 */
export async function readGuestNics(
  client: PveClient,
  guests: readonly InventoryGuest[],
  wanted: GuestNicsWanted,
  {
    signal,
    onProgress,
  }: { readonly signal?: AbortSignal; readonly onProgress?: (progress: ReadProgress) => void } = {},
): Promise<ClusterDetail['guestNics']> {
  if (wanted === 'none') return notRead('The configurations of the other guests were not asked for.');
  const asked = wanted === 'all' ? guests : guests.filter((guest) => wanted.includes(guest.vmid));
  const unread: { vmid: number; reason: string; privilege?: string }[] = [];
  const lists = await mapLimit(
    asked,
    4,
    async (guest, own) => {
      const path = pvePath`/nodes/${guest.node}/${guest.type}/${guest.vmid}/config`;
      const config = await known(
        async () => parseConfig(guest.type, await client.get(path, configSchema, undefined, { signal: own })),
        'VM.Audit',
      );
      if (config.known) {
        return nics(config.value).flatMap(({ mac, bridge, tag }) =>
          mac === undefined || bridge === undefined
            ? []
            : [{ vmid: guest.vmid, template: guest.template, mac, bridge, ...given({ tag }) }],
        );
      }
      if (!/does not exist|no such/i.test(config.reason)) unread.push({ vmid: guest.vmid, ...config });
      return [];
    },
    {
      ...(signal === undefined ? {} : { signal }),
      onDone: (done, total) => onProgress?.({ stage: 'guest configurations', done, total }),
    },
  );
  const first = unread[0];
  if (first === undefined) return { known: true, value: lists.flat() };
  return notRead(
    `The configuration of ${unread.length} of ${asked.length} guests could not be read; ${first.vmid}: ${first.reason}`,
    first.privilege,
  );
}
