import type { GuestState, Section } from '../state.ts';

const DAY = 86_400;

/** One guest's part in one run of a backup job. */
export interface BackupRun {
  readonly job: string;
  readonly guest: GuestState;
  readonly storage: string;
  /** Unix seconds. */
  readonly time: number;
  readonly ok: boolean;
}

const secondsOfDay = (schedule: string): number => {
  const match = /(\d\d):(\d\d)$/.exec(schedule);
  return match === null ? 0 : Number(match[1]) * 3600 + Number(match[2]) * 60;
};

/** CT 209 has failed for the last nights: its newest backup is older than anyone thinks. */
const failing = { vmid: 209, nights: 4 };

/** What the enabled jobs have done in their last `runs` runs before `now`, newest first within a guest. */
export const coverage = (
  guests: readonly GuestState[],
  jobs: Readonly<Record<string, Section>>,
  poolOf: ReadonlyMap<number, string>,
  now: number,
  runs: number,
): BackupRun[] => {
  const found: BackupRun[] = [];
  for (const [job, { enabled, schedule = '', storage = '', vmid, pool, node }] of Object.entries(jobs)) {
    if (enabled !== '1') continue;
    const ids = new Set(
      (vmid ?? '')
        .split(',')
        .filter((id) => id !== '')
        .map(Number),
    );
    const weekly = schedule.startsWith('sun');
    const midnight = now - (now % DAY);
    // Day 0 of Unix time was a Thursday.
    const weekday = (Math.floor(now / DAY) + 4) % 7;
    const first = midnight - (weekly ? weekday * DAY : 0) + secondsOfDay(schedule);
    const latest = first <= now - 3600 ? first : first - (weekly ? 7 : 1) * DAY;
    const covered = guests.filter(
      (guest) =>
        (pool === undefined ? ids.has(guest.vmid) : poolOf.get(guest.vmid) === pool) &&
        (node === undefined || guest.node === node),
    );
    covered.forEach((guest, position) => {
      const created = Number(/ctime=(\d+)/.exec(guest.config.meta ?? '')?.[1] ?? 0);
      for (let run = 0; run < runs + (guest.vmid === failing.vmid ? 4 : 0); run += 1) {
        const time = latest - run * (weekly ? 7 : 1) * DAY + (position % 600) * 7;
        if (time < created) break;
        found.push({ job, guest, storage, time, ok: guest.vmid !== failing.vmid || run >= failing.nights });
      }
    });
  }
  return found;
};
