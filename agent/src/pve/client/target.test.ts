import { describe, expect, test } from 'vitest';
import { parseTarget } from './target.ts';

describe('parseTarget', () => {
  test.each([
    ['pve1', 'pve1', 8006, 'https://pve1:8006'],
    [' https://pve1/ ', 'pve1', 8006, 'https://pve1:8006'],
    ['pve1.example.com:443', 'pve1.example.com', 443, 'https://pve1.example.com:443'],
    ['https://10.0.0.1:8443', '10.0.0.1', 8443, 'https://10.0.0.1:8443'],
    ['https://[fd00::1]', 'fd00::1', 8006, 'https://[fd00::1]:8006'],
    ['[fd00::1]:8006', 'fd00::1', 8006, 'https://[fd00::1]:8006'],
  ])('%s', (text, host, port, url) => {
    expect(parseTarget(text)).toEqual({ host, port, url });
  });

  test.each([
    '',
    '   ',
    'http://pve1',
    'ftp://pve1',
    'https://',
    'https://pve1/api2',
    'https://pve1?x=1',
    'pve1:99999',
  ])('refuses %j', (text) => {
    expect(() => parseTarget(text)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  test('refuses credentials in the address and does not repeat them', () => {
    for (const text of ['https://root:hunter22@pve1:8006', 'http://root:hunter22@pve1']) {
      expect(() => parseTarget(text)).toThrow(
        expect.objectContaining({
          code: 'config-invalid',
          message: expect.not.stringContaining('hunter22') as string,
        }),
      );
    }
  });
});
