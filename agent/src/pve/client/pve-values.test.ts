import { expect, test } from 'vitest';
import { z } from 'zod';
import { maybe, pveFlag, pveNumber, pveText } from './pve-values.ts';

test.each([
  [1, true],
  ['1', true],
  [true, true],
  [0, false],
  ['0', false],
  ['', false],
  [false, false],
])('the flag %j is %j', (given, expected) => {
  expect(pveFlag.parse(given)).toBe(expected);
});

test.each([2, 'yes', null, {}])('%j is no flag', (given) => {
  expect(pveFlag.safeParse(given).success).toBe(false);
});

test('numbers come as text too, text as numbers', () => {
  expect(pveNumber.parse('4096')).toBe(4096);
  expect(pveNumber.parse(0.25)).toBe(0.25);
  expect(pveNumber.safeParse('').success).toBe(false);
  expect(pveNumber.safeParse('12 MB').success).toBe(false);
  expect(pveText.parse(42)).toBe('42');
});

test('null and a missing field read alike, a wrong value does not pass', () => {
  const schema = z.object({ tag: maybe(pveNumber) });
  expect(schema.parse({})).toEqual({ tag: undefined });
  expect(schema.parse({ tag: null })).toEqual({ tag: undefined });
  expect(schema.safeParse({ tag: [] }).success).toBe(false);
});
