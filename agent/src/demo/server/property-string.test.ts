import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apiMethod, apiMethods } from './schema.ts';
import type { PropertyFormat } from './schema.ts';
import { FormatError } from './format-error.ts';
import { parseBoolean, propertyFormat, splitPropertyString } from './property-string.ts';

const formatOf = (key: string): PropertyFormat =>
  propertyFormat(apiMethod('PUT', '/nodes/{node}/qemu/{vmid}/config')?.params[key]?.format) ?? {};

const inlineFormats = apiMethods.flatMap(({ params }) =>
  Object.values(params).flatMap(({ format }) => (typeof format === 'object' ? [format] : [])),
);

describe('splitPropertyString', () => {
  test('resolves the default key, aliases and the booleans', () => {
    expect(
      splitPropertyString(formatOf('net[n]'), 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=on'),
    ).toEqual({
      model: 'virtio',
      macaddr: 'BC:24:11:00:00:01',
      bridge: 'vmbr0',
      firewall: '1',
    });
    expect(splitPropertyString(formatOf('agent'), 'yes,guest-fsfreeze=0')).toEqual({
      enabled: '1',
      'freeze-fs': '0',
    });
  });

  test.each([
    ['virtio,bridge=a,bridge=b', 'duplicate key in comma-separated list property: bridge'],
    ['virtio,e1000', 'duplicate key in comma-separated list property: model'],
    ['virtio,bridge=', 'missing key in comma-separated list property'],
    [
      'virtio=AA:BB:CC:00:11:22,macaddr=AA:BB:CC:00:11:22',
      'duplicate key in comma-separated list property: macaddr',
    ],
    ['macaddr=AA:BB:CC:00:11:22,virtio=AA:BB:CC:00:11:22', "key 'macaddr' is already defined (via alias)"],
  ])('refuses %s', (text, message) => {
    expect(() => splitPropertyString(formatOf('net[n]'), text)).toThrow(new FormatError(message));
  });

  test('gives back what was put together from any of the formats in the schema', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9:./_-]{1,12}$/);
    const cases = fc.constantFrom(...inlineFormats).chain((format) => {
      const keys = Object.keys(format).filter((key) => format[key]?.alias === undefined);
      return fc.tuple(fc.constant(format), fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 6 }));
    });
    fc.assert(
      fc.property(cases, ([format, chosen]) => {
        const text = Object.entries(chosen)
          .map(([key, text]) => (format[key]?.default_key ? text : `${key}=${text}`))
          .join(',');
        const expected = Object.fromEntries(
          Object.entries(chosen).map(([key, text]) => [
            key,
            format[key]?.type === 'boolean' ? (parseBoolean(text) ?? text) : text,
          ]),
        );
        expect(splitPropertyString(format, text)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('either splits or says why for any text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...inlineFormats), fc.string({ maxLength: 60 }), (format, text) => {
        try {
          for (const key of Object.keys(splitPropertyString(format, text))) expect(key).not.toBe('');
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
