const days: Readonly<Record<string, string>> = {
  mon: 'mon',
  monday: 'mon',
  mondays: 'mon',
  tue: 'tue',
  tues: 'tue',
  tuesday: 'tue',
  tuesdays: 'tue',
  wed: 'wed',
  wednesday: 'wed',
  wednesdays: 'wed',
  thu: 'thu',
  thur: 'thu',
  thurs: 'thu',
  thursday: 'thu',
  thursdays: 'thu',
  fri: 'fri',
  friday: 'fri',
  fridays: 'fri',
  sat: 'sat',
  saturday: 'sat',
  saturdays: 'sat',
  sun: 'sun',
  sunday: 'sun',
  sundays: 'sun',
};
const day = '(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)';
const clock = '(?:\\d{1,2}:\\d{2} ?(?:am|pm)?|\\d{1,2} ?(?:am|pm)|midnight|noon)';

/** Phrases for a moment that comes back: `every night at 2am`, `sat 03:30`, `mon..fri 22:00`, `every 6 hours`. */
export const schedulePattern = `(?:every \\d{1,2} hours |(?:every |on )?(?:(?:day|daily|night|nightly|weekday|weekdays|${day}(?:(?:\\.\\.| to |-)${day})?) )?(?:at )?${clock} |hourly )`;
/** A schedule and how long: `sunday 02:00 for 4 hours`, `sun 02:00 +4h`. */
export const windowPattern = `${schedulePattern}(?:for \\d{1,2} (?:hours?|h) |\\+\\d{1,2}h )`;

function readClock(text: string): string | undefined {
  if (/midnight/i.test(text)) return '00:00';
  if (/noon/i.test(text)) return '12:00';
  const match = /(\d{1,2})(?::(\d{2}))? ?(am|pm)?\s*$/i.exec(text);
  if (match?.[1] === undefined) return undefined;
  const minutes = match[2] ?? '00';
  const half = match[3]?.toLowerCase();
  let hours = Number(match[1]);
  if (half !== undefined && (hours < 1 || hours > 12)) return undefined;
  if (half === 'pm' && hours < 12) hours += 12;
  if (half === 'am' && hours === 12) hours = 0;
  if (hours > 23 || Number(minutes) > 59) return undefined;
  return `${String(hours).padStart(2, '0')}:${minutes}`;
}

/** The PVE calendar event (pve-guest-common, PVE::CalendarEvent) that a phrase means; undefined when it is none. */
export function readSchedule(text: string): string | undefined {
  const phrase = text.trim().toLowerCase();
  const hours = /^every (\d{1,2}) hours$/.exec(phrase)?.[1];
  if (hours !== undefined)
    return Number(hours) >= 1 && Number(hours) <= 23 ? `*/${Number(hours)}:00` : undefined;
  if (phrase === 'hourly') return '*/1:00';
  const time = readClock(phrase);
  if (time === undefined) return undefined;
  if (/\bweekdays?\b/.test(phrase)) return `mon..fri ${time}`;
  const named = [...phrase.matchAll(new RegExp(`\\b${day}\\b`, 'g'))].map(([name]) => days[name]);
  const [first, second] = named;
  if (first !== undefined && second !== undefined) return `${first}..${second} ${time}`;
  return first === undefined ? time : `${first} ${time}`;
}

/** A maintenance window: calendar event plus hours, as `sun 02:00 +4h`. */
export function readWindow(text: string): string | undefined {
  const match = /^(.*?) (?:for (\d{1,2}) (?:hours?|h)|\+(\d{1,2})h)$/i.exec(text.trim());
  const schedule = match?.[1] === undefined ? undefined : readSchedule(match[1]);
  const hours = Number(match?.[2] ?? match?.[3] ?? 0);
  return schedule === undefined || hours < 1 ? undefined : `${schedule} +${hours}h`;
}
