import type { DemoContext } from '../endpoint.ts';
import { integer } from '../params.ts';

/** Rows of a text log between `start` and `limit`, numbered from 1, as PVE::Tools::dump_logfile gives them. */
export const logRows = (
  lines: readonly string[],
  params: DemoContext['params'],
): { n: number; t: string }[] => {
  const start = integer(params, 'start') ?? 0;
  const limit = integer(params, 'limit') ?? 50;
  if (lines.length === 0) return [{ n: 1, t: 'no content' }];
  const end = limit === 0 ? lines.length : start + limit;
  return lines.slice(start, end).map((t, index) => ({ n: start + index + 1, t }));
};
