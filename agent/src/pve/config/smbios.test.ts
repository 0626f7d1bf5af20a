import { expect, test } from 'vitest';
import { parseProperty } from './property.ts';
import { smbiosFields } from './smbios.ts';

const fields = (text: string) => Object.fromEntries(smbiosFields(parseProperty('qemu', 'smbios1', text)));

test('fields in base64 are decoded, the UUID is not', () => {
  expect(fields('base64=1,manufacturer=QUNNRSBHbWJI,uuid=7e0e1b80-1111-2222-3333-444455556666')).toEqual({
    manufacturer: 'ACME GmbH',
    uuid: '7e0e1b80-1111-2222-3333-444455556666',
  });
});

test('without the flag the text stands as it is', () => {
  expect(fields('manufacturer=QUNN')).toEqual({ manufacturer: 'QUNN' });
});
