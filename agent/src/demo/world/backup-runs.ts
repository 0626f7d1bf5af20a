import { includedGuests } from '../cluster/backup-coverage.ts';
import type { DemoState, GuestState } from '../state.ts';

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

/** Seconds between two runs, and the first run after the epoch: for the forms of schedule that the demo's jobs have. */
const rhythmOf = (schedule: string): { every: number; offset: number } => {
  const everyHours = /^\*\/(\d+):(\d\d)$/.exec(schedule);
  if (everyHours !== null) return { every: Number(everyHours[1]) * 3600, offset: Number(everyHours[2]) * 60 };
  const time = /(\d\d):(\d\d)$/.exec(schedule);
  const ofDay = time === null ? 0 : Number(time[1]) * 3600 + Number(time[2]) * 60;
  // Day 0 of Unix time was a Thursday, so the first Sunday was day 3.
  return schedule.startsWith('sun')
    ? { every: 7 * DAY, offset: 3 * DAY + ofDay }
    : { every: DAY, offset: ofDay };
};

/** Long enough for the last guest of a run to be through. */
const RUN_SECONDS = 3600;

/** CT 209 has failed for the last nights: its newest backup is older than anyone thinks. */
const failing = { vmid: 209, nights: 4 };

/** What backup jobs need to know of a cluster. */
export type BackedUp = Pick<DemoState, 'guests' | 'pools' | 'backupJobs'>;

/** What the enabled jobs have done in their last `runs` runs before `now`, newest first within a guest. */
export const backupRuns = (cluster: BackedUp, now: number, runs: number): BackupRun[] => {
  const found: BackupRun[] = [];
  for (const [job, section] of Object.entries(cluster.backupJobs)) {
    const { enabled, schedule = '', storage = '' } = section;
    if (enabled !== '1') continue;
    const { every, offset } = rhythmOf(schedule);
    const latest = Math.floor((now - RUN_SECONDS - offset) / every) * every + offset;
    const covered = includedGuests(cluster, section).flatMap((vmid) => cluster.guests[vmid] ?? []);
    covered.forEach((guest, position) => {
      const created = Number(/ctime=(\d+)/.exec(guest.config.meta ?? '')?.[1] ?? 0);
      for (let run = 0; run < runs + (guest.vmid === failing.vmid ? 4 : 0); run += 1) {
        const time = latest - run * every + (position % 500) * 7;
        if (time < created) break;
        found.push({ job, guest, storage, time, ok: guest.vmid !== failing.vmid || run >= failing.nights });
      }
    });
  }
  return found;
};
