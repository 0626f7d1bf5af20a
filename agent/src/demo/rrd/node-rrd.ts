import type { DemoState, NodeState } from '../state.ts';
import { consolidate } from './consolidate.ts';
import type { RrdFunction, RrdPoint, RrdTimeframe } from './frames.ts';
import { bucketEnds, frames, tidy } from './frames.ts';
import { nodeFields, nodeLoad } from './node-load.ts';

// Evaluations of a guest's load that one answer may cost; beyond it, minutes within a bucket are skipped evenly.
const BUDGET = 1_500_000;
// The demo's nodes were installed this many days before their last boot.
const INSTALLED_BEFORE = 700 * 86_400;

/** RRD data of a node, as `GET /nodes/{node}/rrddata` returns it. */
export const nodeRrd = (
  state: DemoState,
  node: NodeState,
  timeframe: RrdTimeframe,
  cf: RrdFunction,
  now: number,
): RrdPoint[] => {
  const load = nodeLoad(state, node);
  const { resolution, points } = frames[timeframe];
  const installed = node.bootedAt - INSTALLED_BEFORE;
  const minutes = resolution / 60;
  const stride = Math.min(minutes, Math.ceil((points * minutes * (load.guests.length + 1)) / BUDGET));
  return bucketEnds(timeframe, now).map((end) => {
    const point: RrdPoint = { time: end };
    if (end < installed) return point;
    const values = consolidate(load.fill, nodeFields.length, { end, resolution, stride, cf });
    if (values === undefined) return point;
    point.maxcpu = load.maxcpu;
    point.memtotal = load.memtotal;
    point.swaptotal = load.swaptotal;
    point.roottotal = load.roottotal;
    nodeFields.forEach((field, index) => {
      point[field] = tidy(values[index] ?? 0);
    });
    return point;
  });
};
