import { describe, expect, test } from 'vitest';
import type { PveParams } from '../types.ts';
import { paramsOf, endpoints } from './endpoints.ts';
import { validateParams } from './validate.ts';

const CONFIG = '/nodes/pve1/qemu/105/config';
const put = (params: PveParams) => validateParams('PUT', CONFIG, params);

describe('validateParams', () => {
  test('finds nothing wrong with calls as PVE takes them', () => {
    expect(
      put({
        net0: 'virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,firewall=1',
        scsi1: 'local-lvm:32,iothread=1',
        boot: 'order=scsi0;net0',
        cpu: 'host,flags=+aes',
        onboot: 1,
        protection: true,
        cores: 4,
        delete: 'net1,unused0',
        digest: 'a'.repeat(40),
        description: '',
      }),
    ).toEqual([]);
    expect(validateParams('POST', '/nodes/pve1/qemu/105/status/start', {})).toEqual([]);
    expect(
      validateParams('PUT', '/nodes/pve1/qemu/105/firewall/options', { enable: 1, policy_in: 'DROP' }),
    ).toEqual([]);
    expect(validateParams('POST', '/cluster/bulk-action/guest/start', { vms: ['100', '101'] })).toEqual([]);
  });

  test.each<[string, PveParams, string]>([
    ['unknown parameter', { foo: 1 }, 'PVE knows no such parameter of this call.'],
    ['unknown index', { net32: 'virtio' }, 'PVE knows no such parameter of this call.'],
    ['schema notation', { 'net[n]': 'virtio' }, 'PVE knows no such parameter of this call.'],
    ['wrong type', { cores: 'four' }, 'four is not an integer.'],
    ['too little', { cores: 0 }, '0 is less than 1.'],
    ['no boolean', { onboot: 2 }, 'It is a boolean.'],
    ['not in the list', { bios: 'efi' }, 'efi is not one of seabios, ovmf.'],
    ['pattern', { vmgenid: 'x' }, '"x" does not match'],
    ['sub-key', { agent: '1,foo=2' }, 'PVE knows no sub-key "foo" here.'],
    [
      'sub-key of a format that the schema only names',
      { cpu: 'host,hidden=2' },
      'hidden: 2 is not a boolean.',
    ],
    ['needs another parameter', { force: 1 }, 'It needs the parameter delete, too.'],
    ['several values', { name: ['a', 'b'] }, 'It takes one value, not several.'],
    ['too long', { digest: 'a'.repeat(41) }, 'The text is longer than 40 characters.'],
  ])('names the parameter and the reason: %s', (_, params, message) => {
    const problems = put(params);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.param).toBe(Object.keys(params)[0]);
    expect(problems[0]?.message).toContain(message);
  });

  test('names what is missing', () => {
    expect(validateParams('POST', '/nodes/pve1/qemu/105/snapshot', {})).toEqual([
      { param: 'snapname', message: 'The call needs this parameter.' },
    ]);
  });

  test('checks the parameters in the path, too', () => {
    expect(validateParams('GET', '/nodes/pve1/qemu/abc/config', {})).toEqual([
      { param: 'vmid', message: 'abc is not an integer.' },
    ]);
  });

  test('says when there is no such call', () => {
    expect(validateParams('POST', '/nodes/pve1/nothing', {})).toEqual([
      { param: 'path', message: 'PVE has no call POST /nodes/pve1/nothing.' },
    ]);
  });

  test('JavaScript names are unknown parameters', () => {
    const hostile = JSON.parse('{"__proto__": "1", "constructor": "2"}') as PveParams;
    expect(put(hostile).map(({ param }) => param)).toEqual(['__proto__', 'constructor']);
  });

  test('every pattern of the schema is one that we can check', () => {
    for (const endpoint of endpoints()) {
      const path = endpoint.path.replaceAll(/\{[^}]+\}/g, '100');
      const params = Object.fromEntries(
        [...paramsOf(endpoint).keys()].map((name) => [name.replace('[n]', '0'), 'x']),
      );
      expect(() => validateParams(endpoint.method, path, params)).not.toThrow();
    }
  });
});
