import type { DemoState, NodeState } from '../state.ts';
import { tidy } from './frames.ts';
import type { NodeField } from './node-load.ts';
import { nodeFields, nodeLoad } from './node-load.ts';

/** Numbers of a node's status and of its row in `/cluster/resources`; bytes, seconds, shares 0–1. Zeros when offline. */
export interface LiveNode {
  readonly cpu: number;
  readonly wait: number;
  readonly maxcpu: number;
  /** 1, 5 and 15 minutes, as PVE prints them. */
  readonly loadavg: readonly [string, string, string];
  readonly mem: number;
  readonly maxmem: number;
  readonly memavailable: number;
  readonly arcsize: number;
  readonly swapused: number;
  readonly swaptotal: number;
  /** Root file system. */
  readonly disk: number;
  readonly maxdisk: number;
  readonly uptime: number;
  /** Bytes per second now. */
  readonly netin: number;
  readonly netout: number;
}

/** The state of a node at `now` (Unix seconds): the newest minute of its RRD. */
export const liveNode = (state: DemoState, node: NodeState, now: number): LiveNode => {
  const load = nodeLoad(state, node);
  const values = new Float64Array(nodeFields.length);
  const minute = Math.floor(now / 60);
  load.fill(minute, values);
  const at = (field: NodeField): number => values[nodeFields.indexOf(field)] ?? 0;
  const loadIndex = nodeFields.indexOf('loadavg');
  const averageLoad = (minutes: number): string => {
    let sum = 0;
    const past = new Float64Array(nodeFields.length);
    for (let back = 0; back < minutes; back += 1) {
      load.fill(minute - back, past);
      sum += past[loadIndex] ?? 0;
    }
    return (sum / minutes).toFixed(2);
  };
  return {
    cpu: tidy(at('cpu')),
    wait: tidy(at('iowait')),
    maxcpu: load.maxcpu,
    loadavg: [averageLoad(1), averageLoad(5), averageLoad(15)],
    mem: Math.round(at('memused')),
    maxmem: load.memtotal,
    memavailable: Math.round(at('memavailable')),
    arcsize: Math.round(at('arcsize')),
    swapused: Math.round(at('swapused')),
    swaptotal: load.swaptotal,
    disk: Math.round(at('rootused')),
    maxdisk: load.roottotal,
    uptime: node.online ? Math.max(0, Math.floor(now - node.bootedAt)) : 0,
    netin: tidy(at('netin')),
    netout: tidy(at('netout')),
  };
};
