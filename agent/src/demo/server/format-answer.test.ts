import { expect, test } from 'vitest';
import { formatAnswer } from './format-answer.ts';

const body = (text: string): unknown => JSON.parse(text);

test('json carries the HTTP status and the reason', () => {
  const wire = formatAnswer('json', { status: 403, message: 'Permission check failed (/, Sys.Audit)\n' });
  expect(wire).toMatchObject({ status: 403, reason: 'Permission check failed (/, Sys.Audit)' });
  expect(body(wire.body)).toEqual({ data: null, message: 'Permission check failed (/, Sys.Audit)\n' });
});

test('extjs is always 200 and carries success, message and status', () => {
  const wire = formatAnswer('extjs', { status: 400, message: 'Bad\n', errors: { a: 'b' } });
  expect(wire).toMatchObject({ status: 200, reason: 'OK' });
  expect(body(wire.body)).toEqual({
    data: null,
    errors: { a: 'b' },
    message: 'Bad\n',
    status: 400,
    success: 0,
  });
  expect(body(formatAnswer('extjs', { status: 200, data: [1], total: 7 }).body)).toEqual({
    data: [1],
    success: 1,
    total: 7,
  });
});

test('booleans go out as 1 and 0, but those of guest agents as they are', () => {
  expect(formatAnswer('json', { status: 200, data: { a: true, b: [false] } }).body).toBe(
    '{"data":{"a":1,"b":[0]}}',
  );
  expect(formatAnswer('json', { status: 200, data: { a: true }, rawBooleans: true }).body).toBe(
    '{"data":{"a":true}}',
  );
});

test('the reason phrase is one line of printable characters', () => {
  expect(formatAnswer('json', { status: 500, message: 'first \u2013 line\nsecond\n' }).reason).toBe(
    'first ? line',
  );
  expect(formatAnswer('json', { status: 500, message: '' }).reason).toBe('Internal Server Error');
});
