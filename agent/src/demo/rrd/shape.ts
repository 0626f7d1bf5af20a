import type { GuestState } from '../state.ts';
import { noiseAt } from './noise.ts';

type Shape = GuestState['load']['shape'];

const DAY = 1440;
const WEEK = 7 * DAY;
/** 1970-01-01 was a Thursday; minutes from a Monday midnight. */
const monday = (minute: number): number => (minute + 3 * DAY) % WEEK;

const bump = (hour: number, from: number, to: number): number =>
  hour <= from || hour >= to ? 0 : Math.sin((Math.PI * (hour - from)) / (to - from));

const office = (minute: number): number => {
  const inWeek = monday(minute);
  const hour = (inWeek % DAY) / 60;
  if (inWeek >= 5 * DAY) return 0.16 + 0.06 * bump(hour, 8, 22);
  // Two humps with a dip at noon.
  return 0.2 + 1.1 * bump(hour, 6.5, 13) + 1.0 * bump(hour, 11.5, 18.5);
};

const nightly = (minute: number): number => {
  const hour = (minute % DAY) / 60;
  return 0.12 + 4.2 * bump(hour, 0.5, 4.5) + (monday(minute) >= 6 * DAY ? 1.2 * bump(hour, 4, 9) : 0);
};

const spiky = (minute: number, seed: number): number => {
  const burst = noiseAt(seed ^ 0x51ed, Math.floor(minute / 12));
  return 0.55 + (burst > 0.93 ? 22 * (burst - 0.86) : 0) + 0.2 * bump((minute % DAY) / 60, 8, 22);
};

const raw = (shape: Shape, minute: number, seed: number): number => {
  switch (shape) {
    case 'office':
      return office(minute);
    case 'nightly':
      return nightly(minute);
    case 'spiky':
      return spiky(minute, seed);
    case 'growing':
      return 0.85 + 0.3 * bump((minute % DAY) / 60, 7, 20);
    case 'flat':
      return 1;
  }
};

const meanOverWeek = (shape: Shape): number => {
  let sum = 0;
  for (let minute = 0; minute < WEEK; minute += 1) sum += raw(shape, minute, 7);
  return sum / WEEK;
};

const means: Readonly<Record<Shape, number>> = {
  flat: meanOverWeek('flat'),
  office: meanOverWeek('office'),
  nightly: meanOverWeek('nightly'),
  growing: meanOverWeek('growing'),
  spiky: meanOverWeek('spiky'),
};

/** Load of a minute (Unix time / 60, UTC) relative to the mean over a week, which is about 1. */
export const levelAt = (shape: Shape, minute: number, seed: number): number =>
  raw(shape, minute, seed) / means[shape];
