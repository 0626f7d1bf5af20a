import type { DemoState, GuestState } from '../state.ts';
import { noiseAt, seedOf } from './noise.ts';

/** Unix seconds: recorded since, and the spans in which the guest ran, oldest first; the last may be open. */
export interface Timeline {
  readonly createdAt: number;
  readonly running: readonly { readonly from: number; readonly to: number }[];
}

const startTypes = new Set(['qmstart', 'vzstart']);
const stopTypes = new Set(['qmstop', 'qmshutdown', 'vzstop', 'vzshutdown']);

/** Unix seconds of a guest's creation: VMs note it in `meta`; for containers it is fixed by their VMID. */
export const createdAt = (state: DemoState, guest: GuestState): number => {
  const noted = /(?:^|,)ctime=(\d+)/.exec(guest.config.meta ?? '')?.[1];
  if (noted !== undefined) return Number(noted);
  const age = 120 + Math.floor(600 * noiseAt(seedOf(state.seed, `created-${guest.vmid}`), 0));
  // Counted from the newest fixed point of the state that does not move with the clock.
  const anchor = Math.max(...Object.values(state.nodes).map((node) => node.bootedAt), 0);
  return anchor - age * 86_400;
};

/**
 * When the guest ran, from its last start and from the start and stop tasks in the state. Before its last start it ran
 * too, but for the minutes that a restart takes, unless a stop task says otherwise.
 */
export const timelineOf = (state: DemoState, guest: GuestState): Timeline => {
  const created = createdAt(state, guest);
  if (guest.config.template === '1') return { createdAt: created, running: [] };
  const id = String(guest.vmid);
  const stops: number[] = [];
  const starts: number[] = [];
  for (const task of state.tasks) {
    if (task.id !== id || task.exitstatus !== 'OK' || task.endtime === undefined) continue;
    if (stopTypes.has(task.type)) stops.push(task.endtime);
    if (startTypes.has(task.type)) starts.push(task.endtime);
  }
  const running: { from: number; to: number }[] = [];
  const restartSeconds = 120 + Math.floor(600 * noiseAt(seedOf(state.seed, `restart-${id}`), 0));
  const lastStart = guest.status === 'stopped' ? Number.POSITIVE_INFINITY : (guest.startedAt ?? created);
  const earlierStops = stops.filter((time) => time < lastStart).sort((a, b) => a - b);
  let from = created;
  for (const stop of earlierStops) {
    if (stop > from) running.push({ from, to: stop });
    from = starts.filter((time) => time > stop && time < lastStart).sort((a, b) => a - b)[0] ?? lastStart;
  }
  if (guest.status === 'stopped') {
    // Started after the last stop that is known, yet stopped now: when is not known, so nothing is claimed.
    return { createdAt: created, running };
  }
  if (from < lastStart - restartSeconds) running.push({ from, to: lastStart - restartSeconds });
  running.push({ from: Math.max(lastStart, created), to: Number.POSITIVE_INFINITY });
  return { createdAt: created, running };
};

/** Whether the guest ran through the whole minute that ends at `minute` × 60. */
export const ranAt = ({ running }: Timeline, minute: number): boolean => {
  const time = minute * 60;
  for (let i = running.length - 1; i >= 0; i -= 1) {
    const span = running[i];
    if (span !== undefined && time >= span.from) return time < span.to;
  }
  return false;
};
