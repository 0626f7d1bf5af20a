/** A backup as retention sees it. */
export interface PruneEntry {
  readonly ctime: number;
  mark?: 'keep' | 'remove' | 'protected' | 'renamed';
}

/** `keep-last=3,keep-daily=7` as counts. */
export type Retention = Readonly<Record<string, number>>;

const isoWeek = (date: Date): string => {
  // the ISO week belongs to the year of its Thursday
  const thursday = new Date(date);
  thursday.setUTCDate(date.getUTCDate() + 3 - ((date.getUTCDay() + 6) % 7));
  const year = thursday.getUTCFullYear();
  const first = Date.UTC(year, 0, 4);
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * 86_400_000;
  return `${Math.floor((thursday.getTime() - monday) / (7 * 86_400_000)) + 1}/${year}`;
};

const iso = (ctime: number): string => new Date(ctime * 1000).toISOString();

/** Option → the period that a backup falls into, in the order PVE applies them. */
const periods: readonly (readonly [option: string, period: (ctime: number) => string])[] = [
  ['keep-last', String],
  ['keep-hourly', (ctime) => iso(ctime).slice(0, 13)],
  ['keep-daily', (ctime) => iso(ctime).slice(0, 10)],
  ['keep-weekly', (ctime) => isoWeek(new Date(ctime * 1000))],
  ['keep-monthly', (ctime) => iso(ctime).slice(0, 7)],
  ['keep-yearly', (ctime) => iso(ctime).slice(0, 4)],
];

const markPeriod = (
  entries: readonly PruneEntry[],
  count: number,
  period: (ctime: number) => string,
): void => {
  const covered = new Set(entries.filter(({ mark }) => mark === 'keep').map(({ ctime }) => period(ctime)));
  const fresh = new Set<string>();
  for (const entry of entries) {
    const id = period(entry.ctime);
    if (entry.mark !== undefined || covered.has(id)) continue;
    if (fresh.has(id)) {
      entry.mark = 'remove';
    } else {
      if (fresh.size >= count) break;
      fresh.add(id);
      entry.mark = 'keep';
    }
  }
};

/**
 * Marks the backups of one guest for keeping or removal: PVE::Storage::prune_mark_backup_group. Protected and renamed
 * ones keep their mark. Without any positive count, or with `keep-all`, everything stays. Periods are in UTC.
 */
export const markBackupGroup = (group: readonly PruneEntry[], keep: Retention): void => {
  const counts = Object.entries(keep).filter(([name, count]) => name !== 'keep-all' && count > 0);
  if (keep['keep-all'] || counts.length === 0) {
    for (const entry of group) {
      if (entry.mark === undefined || entry.mark === 'remove') entry.mark = 'keep';
    }
    return;
  }
  const newestFirst = [...group].sort((a, b) => b.ctime - a.ctime);
  for (const [option, period] of periods) {
    const count = keep[option] ?? 0;
    if (count > 0) markPeriod(newestFirst, count, period);
  }
  for (const entry of newestFirst) entry.mark ??= 'remove';
};
