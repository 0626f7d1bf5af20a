import type { DemoState, GuestState } from '../state.ts';
import { consolidate } from './consolidate.ts';
import type { RrdFunction, RrdPoint, RrdTimeframe } from './frames.ts';
import { bucketEnds, frames, tidy } from './frames.ts';
import { guestFields, guestLoad } from './guest-load.ts';

/**
 * RRD data of a guest, as `GET /nodes/{node}/{qemu|lxc}/{vmid}/rrddata` returns it. While the guest was off only its
 * limits are recorded, and before its creation nothing is. `memhost` exists for VMs only, and a VM's `disk` is always 0.
 */
export const guestRrd = (
  state: DemoState,
  guest: GuestState,
  timeframe: RrdTimeframe,
  cf: RrdFunction,
  now: number,
): RrdPoint[] => {
  const { size, timeline, fill } = guestLoad(state, guest);
  const { createdAt } = timeline();
  const { resolution } = frames[timeframe];
  return bucketEnds(timeframe, now).map((end) => {
    const point: RrdPoint = { time: end };
    if (end < createdAt) return point;
    point.maxcpu = size.cpus;
    point.maxmem = size.maxmem;
    point.maxdisk = size.maxdisk;
    const values = consolidate(fill, guestFields.length, { end, resolution, stride: 1, cf });
    if (values === undefined) {
      point.disk = 0;
      return point;
    }
    guestFields.forEach((field, index) => {
      if (field === 'memhost' && guest.type === 'lxc') return;
      point[field] = tidy(values[index] ?? 0);
    });
    return point;
  });
};
