import { die } from '../refuse.ts';

/** A PVE calendar event (a subset of systemd's): what each field may be. `undefined` means any. */
interface CalendarEvent {
  readonly weekdays: ReadonlySet<number> | undefined;
  readonly months: ReadonlySet<number> | undefined;
  readonly days: ReadonlySet<number> | undefined;
  readonly years: ReadonlySet<number> | undefined;
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
}

const weekdayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const named: Readonly<Record<string, string>> = {
  minutely: '*:*',
  hourly: '*:0',
  daily: '0:0',
  weekly: 'mon 0:0',
  monthly: '*-*-1 0:0',
  yearly: '*-1-1 0:0',
  annually: '*-1-1 0:0',
  quarterly: '*-1,4,7,10-1 0:0',
  'semi-annually': '*-1,7-1 0:0',
  semiannually: '*-1,7-1 0:0',
};

const range = (from: number, to: number, step = 1): number[] => {
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(value);
  return values;
};

/** Any, steps of any, single values, ranges, stepped ranges, and lists of these. */
const parseField = (text: string, min: number, max: number): number[] | undefined => {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|(\d+)(?:\.\.(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) return undefined;
    const [, star, from, to, step] = match;
    const first = star ? min : Number(from);
    const stepped = step === undefined ? undefined : Number(step);
    const last = star ? max : to === undefined ? (stepped ? max : first) : Number(to);
    if (first < min || last > max || first > last || stepped === 0) return undefined;
    for (const value of range(first, last, stepped)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
};

const parseWeekdays = (text: string): Set<number> | undefined => {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const ends = part.split('..').map((name) => weekdayNames.indexOf(name.toLowerCase().slice(0, 3)));
    const [from, to = from] = ends;
    if (from === undefined || to === undefined || from < 0 || to < 0 || ends.length > 2) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === to) break;
    }
  }
  return days;
};

const setOf = (text: string, min: number, max: number): Set<number> | undefined | null => {
  if (text === '*') return undefined;
  const values = parseField(text, min, max);
  return values ? new Set(values) : null;
};

const parse = (schedule: string): CalendarEvent | undefined => {
  const words = (named[schedule.trim().toLowerCase()] ?? schedule.trim()).split(/\s+/);
  let weekdays: Set<number> | undefined;
  let date: Pick<CalendarEvent, 'years' | 'months' | 'days'> | undefined;
  if (words[0] && /^[a-z]/i.test(words[0])) {
    weekdays = parseWeekdays(words.shift() ?? '');
    if (!weekdays) return undefined;
  }
  const parts = /^(?:([^-]+)-)?([^-:]+)-([^-:]+)$/.exec(words[0] ?? '');
  if (parts) {
    words.shift();
    const years = setOf(parts[1] ?? '*', 1970, 2199);
    const months = setOf(parts[2] ?? '*', 1, 12);
    const days = setOf(parts[3] ?? '*', 1, 31);
    if (years === null || months === null || days === null) return undefined;
    date = { years, months, days };
  }
  if (words.length > 1 || (words.length === 0 && !weekdays && !date)) return undefined;
  const [first = '0', second] = (words[0] ?? '0:0').split(':');
  // a time without a colon gives minutes, as in `*/15`
  const hours = parseField(second === undefined ? '*' : first, 0, 23);
  const minutes = parseField(second ?? first, 0, 59);
  if (!hours || !minutes || (words[0] ?? '').split(':').length > 3) return undefined;
  const anyDate = { years: undefined, months: undefined, days: undefined };
  return { weekdays, ...(date ?? anyDate), hours, minutes };
};

const DAY = 86_400;

/** Days looked ahead before an event counts as never: leap days come within eight years. */
const HORIZON_DAYS = 8 * 366;

/**
 * The next run of a PVE calendar event after a moment, in Unix seconds, or `undefined` when there is none.
 * The demo cluster's clock is UTC. Throws PVE's refusal for a text that is no calendar event.
 */
export const nextEvent = (schedule: string, after: number): number | undefined => {
  const event = parse(schedule) ?? die(`unable to parse calendar event '${schedule}'`);
  const firstDay = Math.floor(after / DAY) * DAY;
  for (let ahead = 0; ahead < HORIZON_DAYS; ahead += 1) {
    const day = firstDay + ahead * DAY;
    const date = new Date(day * 1000);
    const matches =
      (event.weekdays?.has(date.getUTCDay()) ?? true) &&
      (event.years?.has(date.getUTCFullYear()) ?? true) &&
      (event.months?.has(date.getUTCMonth() + 1) ?? true) &&
      (event.days?.has(date.getUTCDate()) ?? true);
    if (!matches) continue;
    for (const hour of event.hours) {
      for (const minute of event.minutes) {
        const moment = day + hour * 3600 + minute * 60;
        if (moment > after) return moment;
      }
    }
  }
  return undefined;
};

/** True when PVE would take the text as a calendar event. */
export const isCalendarEvent = (schedule: string): boolean => parse(schedule) !== undefined;
