import type { RrdFunction } from './frames.ts';

/** Fills `out` with the values of one minute (Unix time / 60); false when nothing was recorded then. */
export type MinuteSource = (minute: number, out: Float64Array) => boolean;

/**
 * One bucket from its minutes, `(end - resolution, end]`, taking every `stride`th: the average or the maximum of each
 * field. As in an RRA with `xff` 0.5, undefined when more than half of the minutes are unknown.
 */
export const consolidate = (
  source: MinuteSource,
  fields: number,
  { end, resolution, stride, cf }: { end: number; resolution: number; stride: number; cf: RrdFunction },
): Float64Array | undefined => {
  const result = new Float64Array(fields);
  const sample = new Float64Array(fields);
  const last = Math.floor(end / 60);
  const first = last - resolution / 60 + 1;
  let known = 0;
  let taken = 0;
  for (let minute = last; minute >= first; minute -= stride) {
    taken += 1;
    if (!source(minute, sample)) continue;
    known += 1;
    for (let field = 0; field < fields; field += 1) {
      const value = sample[field] ?? 0;
      const before = result[field] ?? 0;
      result[field] = cf === 'MAX' ? Math.max(before, value) : before + value;
    }
  }
  if (known === 0 || known * 2 < taken) return undefined;
  if (cf === 'AVERAGE')
    for (let field = 0; field < fields; field += 1) result[field] = (result[field] ?? 0) / known;
  return result;
};
