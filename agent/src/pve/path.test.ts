import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPath, pvePath, slashed } from './path.ts';

describe('pvePath', () => {
  test('puts each value into a segment of its own', () => {
    expect(pvePath`/nodes/${'pve1'}/qemu/${105}/config`).toBe('/nodes/pve1/qemu/105/config');
    expect(pvePath`/access/users/${'alice@pve'}/token/${'a b'}`).toBe(
      '/access/users/alice%40pve/token/a%20b',
    );
    expect(pvePath`/version`).toBe('/version');
  });

  test.each(['', '.', '..', 'a/b', '../access', 'a\\b', 'a\nb', '\u0000', '\u007f', '\ud800'])(
    'refuses the value %j',
    (value) => {
      expect(() => pvePath`/nodes/${value}/status`).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  test('lets slashes pass only where they were declared to belong to the value', () => {
    expect(pvePath`/nodes/${'pve1'}/storage/${'local'}/content/${slashed('local:iso/debian.iso')}`).toBe(
      '/nodes/pve1/storage/local/content/local%3Aiso%2Fdebian.iso',
    );
    expect(pvePath`/cluster/firewall/ipset/${'lan'}/${slashed('10.0.0.0/8')}`).toBe(
      '/cluster/firewall/ipset/lan/10.0.0.0%2F8',
    );
    for (const value of ['a/../b', '/etc', 'a//b', 'a/']) {
      expect(() => pvePath`/x/${slashed(value)}`).toThrow(expect.objectContaining({ code: 'usage' }));
    }
  });

  test('a value that is only a part of a segment is a defect', () => {
    expect(() => pvePath`/nodes/pve${1}/status`).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(() => pvePath`/nodes/${1}x`).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  test('no value changes the number of segments or leaves its own, and PVE reads it back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        let path: string;
        try {
          path = pvePath`/nodes/${value}/status`;
        } catch (error) {
          expect(error).toMatchObject({ code: 'usage' });
          return;
        }
        const segments = path.split('/');
        expect(segments).toHaveLength(4);
        expect(decodeURIComponent(segments[2] ?? '')).toBe(value);
        expect(checkPath(path)).toBe(path);
        expect(new URL(path, 'https://pve1:8006').pathname).toBe(path);
      }),
    );
  });
});
