import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMultipart, decodeUrlencoded } from './decode.ts';

test('repeated names give arrays, a name without value gives undefined', () => {
  expect({ ...decodeUrlencoded('a=1&b=x+y;a=2&a=%C3%BC&c') }).toEqual({
    a: ['1', '2', 'ü'],
    b: 'x y',
    c: undefined,
  });
});

test('bytes that are no UTF-8 do not fail', () => {
  expect(decodeUrlencoded('a=%FF%zz').a).toBe('\ufffd%zz');
});

test('whatever URLSearchParams writes comes back', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (params) => {
      const decoded = decodeUrlencoded(new URLSearchParams(params).toString());
      for (const [name, value] of Object.entries(params)) expect(decoded[name]).toBe(value);
    }),
  );
});

test('an upload form gives its fields and the size of the file', () => {
  const body = Buffer.concat([
    Buffer.from('--x\r\nContent-Disposition: form-data; name="content"\r\n\r\niso\r\n'),
    Buffer.from(
      '--x\r\nContent-Disposition: form-data; name="filename"; filename="a.iso"\r\nContent-Type: x/y\r\n\r\n',
    ),
    Buffer.from([0, 255, 13, 10, 200]),
    Buffer.from('\r\n--x--\r\n'),
  ]);
  expect(decodeMultipart(body, 'x')).toEqual({ fields: { content: 'iso' }, filename: 'a.iso', bytes: 5 });
  expect(decodeMultipart(Buffer.from('--x\r\n--x--\r\n'), 'x')).toBeUndefined();
});
