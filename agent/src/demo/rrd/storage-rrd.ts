import type { DemoState } from '../state.ts';
import { consolidate } from './consolidate.ts';
import type { RrdFunction, RrdPoint, RrdTimeframe } from './frames.ts';
import { bucketEnds, frames } from './frames.ts';
import { noiseAt, seedOf, slowNoise } from './noise.ts';
import { storageUsage } from './storage-usage.ts';

const DAY_MINUTES = 1440;

/**
 * RRD data of a storage, as `GET /nodes/{node}/storage/{storage}/rrddata` returns it: `total` and `used` bytes. The past
 * grows towards what the storage holds now by 0.02 to 0.2 % a day. Empty where the node does not have the storage.
 */
export const storageRrd = (
  state: DemoState,
  { storage, node }: { storage: string; node: string },
  timeframe: RrdTimeframe,
  cf: RrdFunction,
  now: number,
): RrdPoint[] => {
  const usage = storageUsage(state, storage, node);
  if (usage === undefined) return [];
  const shared = state.storages[storage]?.shared === '1';
  const seed = seedOf(state.seed, `storage-${storage}${shared ? '' : `-${node}`}`);
  const slope = 0.0002 + 0.0018 * noiseAt(seed, 0);
  const nowMinute = Math.floor(now / 60);
  const { resolution } = frames[timeframe];
  return bucketEnds(timeframe, now).map((end) => {
    const values = consolidate(
      (minute, out) => {
        const days = (nowMinute - minute) / DAY_MINUTES;
        const sway = days <= 0 ? 0 : 0.01 * Math.min(1, days) * (slowNoise(seed, minute, DAY_MINUTES) - 0.5);
        out[0] = usage.used * Math.max(0.05, 1 - slope * Math.max(0, days) + sway);
        return true;
      },
      1,
      { end, resolution, stride: Math.max(1, resolution / 1800), cf },
    );
    return { time: end, total: usage.total, used: Math.round(Math.min(usage.total, values?.[0] ?? 0)) };
  });
};
