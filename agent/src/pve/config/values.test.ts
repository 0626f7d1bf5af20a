import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import { booleanText, isBooleanText, listText, sizeBytes, sizeText } from './values.ts';

describe('booleanText', () => {
  test.each(['1', 'on', 'yes', 'true', 'TRUE', 'On'])('takes %s for true', (text) => {
    expect(booleanText(text)).toBe(true);
  });

  test.each(['0', 'off', 'no', 'false', 'OFF'])('takes %s for false', (text) => {
    expect(booleanText(text)).toBe(false);
  });

  test.each(['', '2', 'enabled', ' 1', 'yesno'])('refuses %j instead of guessing', (text) => {
    expect(isBooleanText(text)).toBe(false);
    expect(() => booleanText(text)).toThrow(ProxmoxAiError);
  });
});

describe('sizes', () => {
  test.each([
    ['32G', 34359738368],
    ['32768M', 34359738368],
    ['34359738368', 34359738368],
    ['528K', 540672],
    ['1.5G', 1610612736],
    ['2TiB', 2199023255552],
    ['0', 0],
  ])('%s is %d bytes', (text, bytes) => {
    expect(sizeBytes(text)).toBe(bytes);
  });

  test.each(['', '32 G', '32g', 'G', '-1G', '1GB', '32G '])('%j is no size', (text) => {
    expect(sizeBytes(text)).toBeUndefined();
  });

  test.each([
    [34359738368, '32G'],
    [540672, '528K'],
    [1610612736, '1536M'],
    [1000, '1000'],
    [1099511627776, '1T'],
  ])('%d bytes are written as %s, the largest exact unit', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});

test('a list is split at commas, semicolons and white space, or at NUL alone', () => {
  expect(listText(' a,b; c\td')).toEqual(['a', 'b', 'c', 'd']);
  expect(listText('A=1 2\0B=3,4')).toEqual(['A=1 2', 'B=3,4']);
  expect(listText('')).toEqual([]);
});
