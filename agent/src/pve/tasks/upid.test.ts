import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUpid, parseUpid } from './upid.ts';

const start = 'UPID:pve1:0000C530:001C9BEC:5E45C2A1:qmstart:105:root@pam:';

describe('parseUpid', () => {
  test('takes a task id apart', () => {
    expect(parseUpid(start)).toEqual({
      upid: start,
      node: 'pve1',
      pid: 0xc530,
      pstart: 0x1c9bec,
      starttime: 0x5e45c2a1,
      type: 'qmstart',
      id: '105',
      user: 'root@pam',
    });
  });

  test('an empty id, a token and nine digits of pstart belong to the format', () => {
    expect(parseUpid('UPID:my-node:0000C530:1001C9BEC:5E45C2A1:startall::ops@pve!scan:')).toMatchObject({
      node: 'my-node',
      pstart: 0x1001c9bec,
      id: '',
      user: 'ops@pve!scan',
    });
  });

  test.each([
    '',
    'OK',
    start.slice(0, -1),
    `${start}x`,
    `${start}\n`,
    start.replace('pve1', '../x'),
    start.replace('pve1', '-pve1'),
    start.replace('0000C530', 'C530'),
    start.replace('001C9BEC', '00001C9BEC'),
    start.replace('5E45C2A1', '5E45C2AG'),
    start.replace('105', '1/5'),
    start.replace('root@pam', ''),
  ])('%j is refused', (text) => {
    expect(() => parseUpid(text)).toThrow(expect.objectContaining({ code: 'pve-protocol' }));
    expect(isUpid(text)).toBe(false);
  });

  test('every id that PVE can make is read back', () => {
    const hex = (digits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 16 ** digits - 1 });
    const word = fc.stringMatching(/^[a-z0-9.%_-]{1,20}$/);
    fc.assert(
      fc.property(word, hex(8), hex(8), hex(8), word, word, (name, pid, pstart, starttime, type, id) => {
        const node = `n${name.replaceAll(/[^a-z0-9]/g, '')}`;
        const digits = (n: number): string => n.toString(16).toUpperCase().padStart(8, '0');
        const upid = `UPID:${node}:${digits(pid)}:${digits(pstart)}:${digits(starttime)}:${type}:${id}:root@pam:`;
        expect(parseUpid(upid)).toEqual({ upid, node, pid, pstart, starttime, type, id, user: 'root@pam' });
        expect(isUpid(upid)).toBe(true);
      }),
    );
  });
});
