import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGuests } from './guests.ts';
import { readOs } from './os.ts';
import { readDisk, readMemory, readNumber } from './quantities.ts';
import { slotReaders } from './readers.ts';
import { readSchedule, readWindow } from './schedule.ts';

describe('quantities', () => {
  it.each(['4GB', '4 gigs', '4096MB', '4096', '4 GiB', '4g', '4'])(
    'reads "%s" as 4 GiB of memory',
    (text) => {
      expect(readMemory(text)).toBe(4096);
    },
  );
  it('reads disk sizes in GiB and rounds up', () => {
    expect(['50GB', '50', '1 TB', '500 MB'].map(readDisk)).toEqual([50, 50, 1024, 1]);
  });
  it('reads what it is told for every size and unit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        fc.constantFrom('GB', 'GiB', ' gigs', 'g'),
        (size, unit) => {
          expect(readMemory(`${size}${unit}`)).toBe(size * 1024);
          expect(readDisk(`${size}${unit}`)).toBe(size);
        },
      ),
    );
  });
  it('gives undefined for what is no number', () => {
    expect(['x', '', '-1', '1e3', 'toString'].map(readNumber)).toEqual(Array(5).fill(undefined));
  });
});

describe('schedules', () => {
  it.each([
    ['every night at 2am', '02:00'],
    ['sat 03:30', 'sat 03:30'],
    ['mon..fri 22:00', 'mon..fri 22:00'],
    ['every weekday at 10 pm', 'mon..fri 22:00'],
    ['every 6 hours', '*/6:00'],
    ['sunday at midnight', 'sun 00:00'],
    ['monday to friday at 12:30 am', 'mon..fri 00:30'],
  ])('reads "%s" as the calendar event %s', (text, event) => expect(readSchedule(text)).toBe(event));
  it('reads a window', () => expect(readWindow('sunday 02:00 for 4 hours')).toBe('sun 02:00 +4h'));
  it('refuses times that no clock shows', () => {
    expect(['25:00', '12:60', '13 pm', 'every 90 hours', 'whenever'].map(readSchedule)).toEqual(
      Array(5).fill(undefined),
    );
  });
});

describe('other slots', () => {
  it('takes the newest listed release for a bare distribution', () => {
    expect(['debian', 'Ubuntu', 'windows server', 'Debian 12', 'trixie'].map(readOs)).toEqual([
      'debian-13',
      'ubuntu-24.04',
      'windows-server-2025',
      'debian-12',
      'debian-13',
    ]);
  });
  it('reads ports by number, range and service, and refuses what is no port', () => {
    expect(['22', '8000-8010', 'https', '0', '70000'].map((text) => slotReaders.port?.read(text))).toEqual([
      '22',
      '8000:8010',
      '443',
      undefined,
      undefined,
    ]);
  });
  it('reads only real addresses', () => {
    expect(
      ['10.0.0.5/24', 'dhcp', '999.1.1.1', 'fe80::1', '....'].map((text) => slotReaders.ip?.read(text)),
    ).toEqual(['10.0.0.5/24', 'dhcp', undefined, 'fe80::1', undefined]);
  });
  it('never takes a word of the language for a guest', () => {
    expect(['the cluster', 'everything nice', 'to', 'vm', '42'].map(readGuests)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
