export type RrdTimeframe = 'hour' | 'day' | 'week' | 'month' | 'year' | 'decade';
export type RrdFunction = 'AVERAGE' | 'MAX';

/** One point as PVE returns it; a value that was not recorded is absent, not null. */
export type RrdPoint = { time: number } & Partial<Record<string, number>>;

/** Resolution in seconds and number of points of each timeframe (PVE::RRD, PVE 9 format; guests and storages end at year). */
export const frames: Readonly<
  Record<RrdTimeframe, { readonly resolution: number; readonly points: number }>
> = {
  hour: { resolution: 60, points: 60 },
  day: { resolution: 60, points: 1440 },
  week: { resolution: 1800, points: 336 },
  month: { resolution: 1800, points: 1440 },
  year: { resolution: 21_600, points: 1440 },
  decade: { resolution: 604_800, points: 570 },
};

/**
 * End times of the buckets of a timeframe, oldest first. RRDtool labels a bucket with its end, and PVE asks for whole
 * buckets up to the last boundary before `now` (Unix seconds).
 */
export const bucketEnds = (timeframe: RrdTimeframe, now: number): number[] => {
  const { resolution, points } = frames[timeframe];
  const last = resolution * Math.floor(now / resolution);
  return Array.from({ length: points }, (_, index) => last - resolution * (points - 1 - index));
};

/** Shortens a number for the wire without changing its meaning. */
export const tidy = (value: number): number =>
  Number.isInteger(value) ? value : Math.round(value * 1e6) / 1e6;
