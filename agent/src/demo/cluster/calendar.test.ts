import { describe, expect, it } from 'vitest';
import { nextEvent } from './calendar.ts';

const at = (iso: string): number => Date.parse(`${iso}Z`) / 1000;
const next = (schedule: string, after: string): string | undefined => {
  const moment = nextEvent(schedule, at(after));
  return moment === undefined ? undefined : new Date(moment * 1000).toISOString().slice(0, 16);
};

describe('nextEvent', () => {
  it.each([
    ['02:00', '2026-06-01T10:00', '2026-06-02T02:00'],
    ['*/15', '2026-06-01T10:01', '2026-06-01T10:15'],
    ['*:0/20', '2026-06-01T10:45', '2026-06-01T11:00'],
    ['mon..fri 22:00', '2026-06-05T22:00', '2026-06-08T22:00'],
    ['sat,sun 03:30', '2026-06-01T10:00', '2026-06-06T03:30'],
    ['sun..tue 1:00', '2026-06-03T00:00', '2026-06-07T01:00'],
    ['*-*-1 04:00', '2026-06-01T10:00', '2026-07-01T04:00'],
    ['*-2-29 00:00', '2026-06-01T10:00', '2028-02-29T00:00'],
    ['8..17/3,22:15', '2026-06-01T15:00', '2026-06-01T17:15'],
    ['daily', '2026-06-01T10:00', '2026-06-02T00:00'],
    ['hourly', '2026-06-01T10:00', '2026-06-01T11:00'],
    ['weekly', '2026-06-02T10:00', '2026-06-08T00:00'],
    ['quarterly', '2026-06-02T10:00', '2026-07-01T00:00'],
    ['sun', '2026-06-01T10:00', '2026-06-07T00:00'],
  ])('%s after %s is %s', (schedule, after, expected) => {
    expect(next(schedule, after)).toBe(expected);
  });

  it('gives nothing for a day that never comes', () => {
    expect(next('*-2-30 00:00', '2026-06-01T10:00')).toBeUndefined();
  });

  it.each(['', 'noon', '25:00', 'mon..', '1:60', '1:2:3:4', 'mon 1:00 extra'])('refuses %j', (schedule) => {
    expect(() => nextEvent(schedule, 0)).toThrow('unable to parse calendar event');
  });
});
